"""Door plate of the spaces: what they keep of people, and who must hand over before leaving."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from maillage.accounts.permissions import Authority, authorities
from maillage.core.diagnosis.findings import Finding, error
from maillage.core.personal import all_of, forgotten, loosened, told
from maillage.core.room import PersonalData, Retention, Room, register
from maillage.spaces.models import AudienceCount, AudienceTerm, RightsRequest, Role, Space


@authorities
def where_a_role_is_held(user: Any) -> list[Authority]:
    """ProConnect lets an agent in for the authority of a space where they have a role."""
    spaces = Space.objects.filter(roles__user=user).order_by("name").distinct()
    return [
        Authority(name=name, siren=siren) for name, siren in spaces.values_list("name", "siren")
    ]


def last_administrator(user: Any) -> list[str]:
    """Spaces that nobody else administers."""
    administrators = Role.objects.filter(
        kind=Role.Kind.ADMINISTRATOR, user__is_active=True
    ).exclude(user=user)
    alone = Role.objects.filter(user=user, kind=Role.Kind.ADMINISTRATOR).exclude(
        space__in=administrators.values("space")
    )
    return [
        f"Vous êtes la dernière personne à administrer l'espace « {name} » : nommez d'abord quelqu'un d'autre."
        for name in alone.order_by("space__name").values_list("space__name", flat=True)
    ]


def _forget_rights(now: datetime) -> int:
    return RightsRequest.objects.filter(decided_at__lt=now - timedelta(days=1095)).delete()[0]


def _forget_counts(now: datetime) -> int:
    today = timezone.localdate(now)
    return AudienceCount.objects.filter(day__lt=today - timedelta(days=750)).delete()[0]


def _forget_terms(now: datetime) -> int:
    """Words that fewer than three searches a day share may name somebody: they live one day."""
    today = timezone.localdate(now)
    rare = AudienceTerm.objects.filter(day__lt=today, count__lt=3).delete()[0]
    return rare + AudienceTerm.objects.filter(day__lt=today - timedelta(days=750)).delete()[0]


def spaces_without_administrator(_now: datetime) -> list[Finding]:
    """Nobody can name agents there, nor open the space."""
    kept = Role.objects.filter(kind=Role.Kind.ADMINISTRATOR, user__is_active=True)
    return [
        error(
            "Espaces",
            f"L'espace « {space.name} » n'a personne pour l'administrer.",
            f"maillage add_agent adresse@exemple.fr --space {space.slug} --role administrator",
        )
        for space in Space.objects.exclude(pk__in=kept.values("space"))
    ]


ROOM = register(
    Room(
        name="spaces",
        label="Espaces",
        personal=(
            PersonalData(
                model="spaces.Role",
                fields=("user",),
                label="Rôles dans des espaces",
                export=told(
                    "spaces.Role", "user", espace="space__name", rôle="kind", depuis="created_at"
                ),
                erase=forgotten("spaces.Role", "user"),
            ),
            PersonalData(
                model="spaces.RightsRequest",
                fields=("user", "email"),
                label="Demandes sur vos données",
                export=told(
                    "spaces.RightsRequest",
                    "email",
                    demande="right",
                    page="page",
                    texte="reason",
                    **{"reçue le": "received_at", "réponse": "answer", "traitée le": "decided_at"},
                ),
                # The request and its answer prove that rights were respected; its author is forgotten.
                erase=all_of(
                    loosened("spaces.RightsRequest", "email", email="", reason=""),
                    loosened("spaces.RightsRequest", "user", user=None, email="", reason=""),
                ),
            ),
            PersonalData(
                model="spaces.RightsRequest",
                fields=("decided_by",),
                label="Demandes que vous avez traitées",
                export=told("spaces.RightsRequest", "decided_by", le="decided_at", demande="right"),
                kept="La réponse reste au dossier de la collectivité, sans le nom de son auteur.",
            ),
        ),
        retention=(
            Retention(
                code="spaces.rights",
                label="Demandes d'exercice de droits, après la réponse",
                days=1095,
                basis="Preuve du respect des droits (RGPD, article 5-2)",
                purge=_forget_rights,
            ),
            Retention(
                code="spaces.audience",
                label="Nombres de lectures par jour",
                days=750,
                basis="Lignes directrices CNIL sur la mesure d'audience : vingt-cinq mois",
                purge=_forget_counts,
            ),
            Retention(
                code="spaces.terms",
                label="Mots cherchés sans résultat, moins de trois fois le même jour",
                days=1,
                basis="RGPD, article 5-1-c : des mots rares peuvent nommer quelqu'un",
                purge=_forget_terms,
            ),
        ),
        before_leaving=(last_administrator,),
        probes=(spaces_without_administrator,),
    )
)
