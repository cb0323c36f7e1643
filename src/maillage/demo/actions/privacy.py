"""Legal pages, requests and readings of the demonstration: all invented, and said to be."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from maillage.accounts.models import User
from maillage.demo.lib.dice import Dice
from maillage.portal.actions.legal import save_sheet, update_legal, update_statement
from maillage.portal.actions.rights import ask_right
from maillage.portal.queries.register import shipped
from maillage.spaces.models import AudienceCount, AudienceTerm, PageKind, Space
from maillage.structures.models import Structure

_DAYS = 75
_WEIGHTS = {
    PageKind.HOME: 40,
    PageKind.DIRECTORY: 65,
    PageKind.MAP: 30,
    PageKind.OTHER: 12,
    PageKind.EMPTY: 5,
    PageKind.EXPORT: 2,
}
_INVENTED = "(donnée inventée pour la démonstration)"


def fill_legal_pages(spaces: list[Space], *, by: User, now: datetime) -> None:
    """The first space is complete, the others still owe something: their checklist shows what."""
    first = spaces[0]
    notice = {
        "publisher_address": f"1 place de la Démonstration, 93000 Exempleville {_INVENTED}",
        "publisher_phone": "01 99 00 00 01",
        "director": f"Camille Exemple, présidente {_INVENTED}",
        "host_name": f"Hébergeur Exemple SCIC {_INVENTED}",
        "host_address": "2 rue du Serveur, 59000 Exempleville",
        "host_phone": "01 99 00 00 02",
        "dpo_name": f"Délégué à la protection des données {_INVENTED}",
        "dpo_email": "dpo@demo.maillage.example",
        "credits": "Structures, personnes et photos inventées pour la démonstration.",
    }
    update_legal(first, notice, by=by, now=now)
    day = timezone.localdate(now)
    statement = {
        "audited_on": day - timedelta(days=120),
        "auditor": f"Cabinet Exemple {_INVENTED}",
        "rate": Decimal("78.3"),
        "established_on": day - timedelta(days=110),
        "failures": "Certains documents PDF déposés par les structures ne sont pas balisés.",
        "exempt": "Le fond de carte : la liste à côté donne les mêmes informations.",
        "tests": "Firefox et NVDA, Safari et VoiceOver, axe-core.",
        "sample": "Accueil\nAnnuaire\nCarte\nUne fiche\nContact\nMentions légales",
        "schema_url": "https://collectivite.example/schema-pluriannuel",
        "plan_url": "https://collectivite.example/plan-2026",
    }
    update_statement(first, statement, by=by, now=now)
    ours = shipped("annuaire")
    if ours is not None:
        words = {
            name: getattr(ours, name)
            for name in (
                "name", "purpose", "legal_basis", "people", "data", "source", "recipients",
                "retention", "transfers", "security",
            )
        }  # fmt: skip
        words["purpose"] += f" Préparer la feuille de route de la collectivité {_INVENTED}."
        save_sheet(first, words, code="annuaire", by=by, now=now)


def ask_for_rights(spaces: list[Space], *, now: datetime) -> None:
    """Two requests wait in the first space, one of them late."""
    first = spaces[0]
    about = Structure.objects.published().in_space(first).exclude(email="").order_by("pk").first()
    page = f"/{first.slug}/structures/{about.slug}/" if about else ""
    ask_right(
        first,
        "opposition",
        page=page,
        reason="Cette adresse e-mail est la mienne, je ne suis plus trésorière de l'association.",
        email="nadia@demo.maillage.example",
        now=now - timedelta(days=36),
    )
    ask_right(
        first,
        "access",
        page="",
        reason="Je voudrais savoir ce que vous gardez sur moi.",
        email="karim@demo.maillage.example",
        now=now - timedelta(days=4),
    )


def invent_readings(spaces: list[Space], *, seed: str, now: datetime) -> None:
    """Two months and a half of readings, quieter at week-ends, and a few words that found nothing."""
    today = timezone.localdate(now)
    for space in spaces:
        dice = Dice(seed, "audience", space.slug)
        pages = list(
            Structure.objects.published()
            .in_space(space)
            .order_by("pk")
            .values_list("pk", flat=True)[:25]
        )
        rows = []
        for step in range(_DAYS):
            day = today - timedelta(days=step)
            calm = 3 if day.weekday() >= 5 else 1
            rows += [
                AudienceCount(
                    space=space,
                    day=day,
                    kind=kind,
                    count=dice.number(weight // 2, weight * 2) // calm + 1,
                )
                for kind, weight in _WEIGHTS.items()
            ]
            rows += [
                AudienceCount(
                    space=space,
                    day=day,
                    kind=PageKind.STRUCTURE,
                    structure_id=pk,
                    count=dice.number(1, 9),
                )
                for pk in pages
                if dice.number(0, 2) == 0
            ]
        AudienceCount.objects.bulk_create(rows, batch_size=500)
        AudienceTerm.objects.bulk_create(
            AudienceTerm(space=space, day=today - timedelta(days=n), term=term, count=count)
            for n, (term, count) in enumerate(
                (("accorderie", 5), ("ludothèque", 4), ("habitat participatif", 3))
            )
        )
