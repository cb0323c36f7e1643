"""Door plate of the structures: what they keep of people, for how long, and who must hand over first."""

from datetime import datetime, timedelta
from typing import Any

from maillage.core.personal import all_of, forgotten, loosened, told
from maillage.core.room import PersonalData, Retention, Room, register
from maillage.structures.models import Claim, Draft, Membership, MembershipInvitation

_AGENT_ACT = "L'acte d'un agent reste au dossier de la structure, sans le nom de son auteur."
_MINIMUM = "RGPD, article 5-1-e : pas plus longtemps qu'il ne faut"


def last_administrator(user: Any) -> list[str]:
    """Structures that have other members and nobody else to administer them."""
    current = Membership.objects.filter(ended_at=None, user__is_active=True)
    others = current.exclude(user=user)
    alone = (
        current.filter(user=user, kind=Membership.Kind.ADMINISTRATOR)
        .filter(structure__in=others.values("structure"))
        .exclude(
            structure__in=others.filter(kind=Membership.Kind.ADMINISTRATOR).values("structure")
        )
    )
    return [
        f"Vous êtes la dernière personne à administrer la fiche « {name} » : transmettez-la d'abord."
        for name in alone.order_by("structure__name").values_list("structure__name", flat=True)
    ]


def _forget_drafts(now: datetime) -> int:
    return Draft.objects.filter(saved_at__lt=now - timedelta(days=30)).delete()[0]


def _forget_invitations(now: datetime) -> int:
    return MembershipInvitation.objects.filter(expires_at__lt=now - timedelta(days=90)).delete()[0]


def _forget_evidence(now: datetime) -> int:
    """What proved a claim is not needed once it is decided; the decision stays."""
    decided = Claim.objects.filter(decided_at__lt=now - timedelta(days=365))
    return decided.exclude(evidence={}, message="").update(evidence={}, message="", code_hash="")


ROOM = register(
    Room(
        name="structures",
        label="Structures",
        before_leaving=(last_administrator,),
        personal=(
            PersonalData(
                model="structures.Membership",
                fields=("user",),
                label="Structures que vous tenez",
                export=told(
                    "structures.Membership",
                    "user",
                    structure="structure__name",
                    rôle="kind",
                    fonction="function",
                    **{"depuis": "since", "jusqu'au": "ended_at"},
                ),
                erase=forgotten("structures.Membership", "user"),
            ),
            PersonalData(
                model="structures.MembershipInvitation",
                fields=("email", "invited_by"),
                label="Invitations reçues",
                export=told(
                    "structures.MembershipInvitation",
                    "email",
                    **{"structure": "structure__name", "envoyée le": "created_at"},
                ),
                erase=all_of(
                    forgotten("structures.MembershipInvitation", "email"),
                    forgotten("structures.MembershipInvitation", "invited_by"),
                ),
            ),
            PersonalData(
                model="structures.Claim",
                fields=("user",),
                label="Demandes pour tenir une fiche",
                export=told(
                    "structures.Claim",
                    "user",
                    structure="structure__name",
                    preuve="proof",
                    éléments="evidence",
                    fonction="function",
                    message="message",
                    état="state",
                    **{"reçue le": "created_at", "motif": "reason"},
                ),
                erase=forgotten("structures.Claim", "user"),
            ),
            PersonalData(
                model="structures.Claim",
                fields=("decided_by",),
                label="Demandes que vous avez tranchées",
                export=told(
                    "structures.Claim",
                    "decided_by",
                    **{"structure": "structure__name", "tranchée le": "decided_at"},
                ),
                kept=_AGENT_ACT,
            ),
            PersonalData(
                model="structures.Draft",
                fields=("user",),
                label="Saisies non envoyées",
                export=told(
                    "structures.Draft",
                    "user",
                    **{"structure": "structure__name", "saisie": "fields", "gardé le": "saved_at"},
                ),
                erase=forgotten("structures.Draft", "user"),
            ),
            PersonalData(
                model="structures.CallNote",
                fields=("by",),
                label="Appels que vous avez passés",
                export=told(
                    "structures.CallNote",
                    "by",
                    structure="structure__name",
                    le="at",
                    note="note",
                ),
                kept=_AGENT_ACT,
            ),
            PersonalData(
                model="structures.CallEntry",
                fields=("taken_by",),
                label="Appels que vous avez pris",
                export=told("structures.CallEntry", "taken_by", structure="structure__name"),
                erase=loosened("structures.CallEntry", "taken_by", taken_by=None),
            ),
            PersonalData(
                model="structures.ClosureSign",
                fields=("decided_by",),
                label="Fermetures que vous avez tranchées",
                export=told("structures.ClosureSign", "decided_by", structure="structure__name"),
                kept=_AGENT_ACT,
            ),
            PersonalData(
                model="structures.CallEntry",
                fields=("taken_by",),
                label="Appels dont vous vous occupez",
                export=told(
                    "structures.CallEntry",
                    "taken_by",
                    **{"structure": "structure__name", "prise le": "taken_on"},
                ),
                erase=loosened("structures.CallEntry", "taken_by", taken_by=None, taken_on=None),
            ),
            PersonalData(
                model="structures.ClosureSign",
                fields=("decided_by",),
                label="Fermetures que vous avez tranchées",
                export=told(
                    "structures.ClosureSign",
                    "decided_by",
                    structure="structure__name",
                    motif="reason",
                    **{"décidé le": "decided_at"},
                ),
                kept=_AGENT_ACT,
            ),
            PersonalData(
                model="structures.FreshnessReminder",
                fields=("to",),
                label="Rappels reçus pour une fiche",
                export=told(
                    "structures.FreshnessReminder",
                    "to",
                    **{"structure": "structure__name", "envoyé le": "sent_at"},
                ),
                erase=loosened("structures.FreshnessReminder", "to", to=""),
            ),
            PersonalData(
                model="structures.Structure",
                fields=("confirmed_by", "ess_override_by"),
                label="Fiches que vous avez confirmées",
                export=told(
                    "structures.Structure",
                    "confirmed_by",
                    **{"structure": "name", "confirmée le": "confirmed_at"},
                ),
                kept=_AGENT_ACT,
            ),
        ),
        retention=(
            Retention(
                code="structures.drafts",
                label="Saisies non envoyées",
                days=30,
                basis=_MINIMUM,
                purge=_forget_drafts,
            ),
            Retention(
                code="structures.invitations",
                label="Invitations, après leur expiration",
                days=90,
                basis=_MINIMUM,
                purge=_forget_invitations,
            ),
            Retention(
                code="structures.evidence",
                label="Éléments de preuve d'une demande, après la décision",
                days=365,
                basis=_MINIMUM,
                purge=_forget_evidence,
            ),
        ),
    )
)
