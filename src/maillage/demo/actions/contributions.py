"""Contributions of every kind and state, in the queue of each space, through the room's own actions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.utils import timezone

from maillage.accounts.models import User
from maillage.moderation.actions.contribute import confirm, contribute
from maillage.moderation.actions.decide import accept, mark_duplicate, refuse
from maillage.moderation.actions.following import reply, withdraw
from maillage.moderation.actions.handle import ask, assign, snooze, write_note
from maillage.moderation.actions.restrict import restrict
from maillage.moderation.models import Contribution
from maillage.moderation.queries.public import shown_of
from maillage.moderation.queries.scope import public_structures
from maillage.spaces.models import Space
from maillage.structures.models import Structure

_NAMES = (
    "Amina Diallo", "Bernard Petit", "Chantal Roux", "Djamel Haddad", "Élise Caron", "Farid Belaïd",
    "Gisèle Martel", "Hugo Lemaire", "Inès Ferreira", "Jules Arnaud",
)  # fmt: skip


@dataclass(slots=True)
class _Teller:
    """Sends in the name of invented people, one structure after the other."""

    space: Space
    people: Mapping[str, User]
    now: datetime
    pages: Iterator[Structure]
    sent: int = 0

    def send(self, kind: str, days: int, *, page: bool = True, **given: Any) -> Contribution:
        """A confirmed contribution received `days` ago, unless `confirmed` is false."""
        at = self.now - timedelta(days=days, hours=self.sent % 9, minutes=7 * self.sent % 60)
        name = _NAMES[self.sent % len(_NAMES)]
        self.sent += 1
        confirmed = given.pop("confirmed", True)
        structure = given.pop("structure", None) or (next(self.pages) if page else None)
        by = given.pop("by", None)
        email = "" if by else f"contributeur{self.sent}@demo.maillage.example"
        one = contribute(
            self.space,
            kind=kind,
            by=by,
            now=at,
            structure=structure,
            name=name,
            email=email,
            **given,
        ).contribution
        if confirmed and one.state == "unverified":
            confirm(one, now=at + timedelta(minutes=12))
        one.refresh_from_db()
        return one

    def correct(self, days: int, wanted: dict[str, str], **given: Any) -> Contribution:
        page = given.pop("page_of", None) or next(self.pages)
        shown = shown_of(page, self.space)
        details = {"place": shown.place.pk} if shown.place else {}
        seen = {name: shown.values.get(name, "") for name in wanted}
        return self.send(
            "correct", days, structure=page, fields=wanted, seen=seen, details=details, **given
        )

    def who(self, days: int) -> dict[str, Any]:
        """The agent who decides, that many days ago."""
        return {
            "by": self.people["agent"],
            "now": self.now - timedelta(days=days),
            "space": self.space,
        }


def tell_contributions(spaces: list[Space], people: Mapping[str, User], *, now: datetime) -> None:
    """About twenty-five in the second space, where the stories are told, and a few elsewhere."""
    for space in spaces:
        pages = iter(public_structures(space).order_by("pk").select_related()[:30])
        teller = _Teller(space, people, now, pages)
        _waiting(teller)
        if space.slug == "est-ensemble":
            _pending(teller)
            _decided(teller)
    _date_what_was_written()


def _date_what_was_written() -> None:
    """A page that a decision wrote changed that day, not today; a decision that made a page knows its date."""
    for held in Contribution.objects.exclude(outcome={}):
        page, moment = held.structure_id, held.decided_at
        if page is None or moment is None:
            continue
        written = Structure.objects.filter(pk=page, updated_at__gt=moment)
        if written.update(updated_at=moment) and "updated_at" in held.outcome:
            held.outcome |= {"updated_at": moment.isoformat()}
            held.save(update_fields=["outcome"])


def _commune(space: Space) -> str:
    codes = space.perimeter.order_by("municipality_code")
    return str(codes.values_list("municipality_code", flat=True)[0])


def _waiting(teller: _Teller) -> None:
    teller.send(
        "propose",
        2,
        page=False,
        fields={
            "name": "L'Établi des voisins",
            "description": "Atelier partagé de menuiserie, ouvert le mercredi et le samedi.",
            "address": "14 rue de l'Invention",
            "municipality_code": _commune(teller.space),
            "website": "https://www.etabli-des-voisins.example/",
        },
        details={"proof": "Association déclarée, statuts sur le site."},
    )
    teller.correct(1, {"phone": "01 99 00 71 12", "website": "https://www.nouveau-site.example/"})
    teller.send("closed", 4, message="Rideau baissé depuis l'été, la boîte aux lettres déborde.")


def _pending(teller: _Teller) -> None:
    people = teller.people
    for number in range(4):
        teller.correct(6 + 9 * number, {"phone": f"01 99 00 72 {10 + number}"})
    teller.correct(
        3,
        {
            "description": "Nous collectons, réparons et revendons. Entrée libre du mardi au samedi.",
            "acronym": "RDV",
        },
        by=people["porteur"],
    )
    moved = teller.correct(12, {"phone": "01 99 00 73 01", "email": "contact@structure.example"})
    Structure.objects.filter(pk=cast("int", moved.structure_id)).update(phone="01 99 00 73 99")
    teller.send("report", 5, message="La photo montre un autre lieu.", details={"wrong": "error"})
    teller.send(
        "report",
        2,
        message="Le texte donne le prénom d'une bénévole qui est partie.",
        details={"wrong": "personal"},
    )
    teller.send(
        "notice",
        1,
        message="Ce passage accuse une personne nommée d'un vol sans preuve.",
        details={
            "illegal": "defamation",
            "where": "Présentation, deuxième phrase",
            "good_faith": True,
        },
    )
    teller.send(
        "closed", 33, message="L'association s'est dissoute en juin.", details={"on": "2026-06-30"}
    )
    teller.send(
        "label",
        2,
        by=people["membre"],
        details={
            "term": "lab-esus",
            "label": "Agrément ESUS",
            "identifier": "ESUS-DEMO-12",
            "proof": "Arrêté joint au dossier (démonstration)",
            "valid_from": "2026-09-01",
        },
    )
    asked = teller.correct(8, {"website": "https://www.adresse-a-verifier.example/"})
    ask(
        asked, "Ce site est-il bien celui de la structure ?", version=asked.version, **teller.who(6)
    )
    answered = teller.correct(9, {"phone": "01 99 00 74 05"})
    ask(answered, "Est-ce le numéro de l'accueil ?", version=answered.version, **teller.who(7))
    reply(answered, "Oui, du lundi au vendredi.", now=teller.now - timedelta(days=5))
    later = teller.send("closed", 15, message="Fermeture annoncée pour la fin de l'année.")
    today = timezone.localdate(teller.now)
    snooze(later, today + timedelta(days=40), today=today, version=later.version, **teller.who(14))
    mine = teller.correct(10, {"acronym": "AMI"})
    assign(mine, people["agent"], **teller.who(9))
    write_note(mine, "À vérifier au prochain appel.", by=people["agent"], now=teller.now)
    teller.correct(1, {"phone": "01 99 00 75 00"}, confirmed=False)


def _decided(teller: _Teller) -> None:
    done = teller.correct(40, {"phone": "01 99 00 76 01", "acronym": "OK"})
    accept(done, version=done.version, values={"phone": "01 99 00 76 01"}, **teller.who(38))
    thanks = teller.correct(30, {"website": "https://www.site-corrige.example/"})
    accept(thanks, version=thanks.version, text="Grâce à vous, le lien marche.", **teller.who(29))
    no = teller.correct(28, {"name": "Nom fantaisiste"})
    refuse(no, reason="unverifiable", text="", version=no.version, **teller.who(27))
    first = teller.send("closed", 26, message="Fermée.")
    second = teller.send("closed", 25, message="Je confirme.", structure=first.structure)
    mark_duplicate(second, first, version=second.version, **teller.who(24))
    refuse(first, reason="still_open", text="", version=first.version, **teller.who(23))
    withdrawn = teller.correct(22, {"phone": "01 99 00 77 00"})
    withdraw(withdrawn, now=teller.now - timedelta(days=21))
    notice = teller.send(
        "notice",
        20,
        message="Le texte reprend mot pour mot une page d'un autre site.",
        details={"illegal": "copyright", "where": "Présentation", "good_faith": True},
    )
    if notice.structure is not None and notice.structure.description:
        restrict(
            notice.structure,
            "description",
            ground="law",
            ground_text="Code de la propriété intellectuelle, article L. 122-4",
            facts="Le texte reproduit une page dont l'auteur n'a pas donné son accord (démonstration).",
            contribution=notice,
            **teller.who(19),
        )
    accept(notice, version=notice.version, text="Le texte est caché.", **teller.who(19))
