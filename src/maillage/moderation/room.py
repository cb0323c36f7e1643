"""Door plate of the contributions: the agents' queue, what a person sent, what is kept of them."""

from django.http import HttpRequest

from maillage.core.personal import all_of, loosened, told
from maillage.core.room import NavEntry, PersonalData, Retention, Room, register
from maillage.moderation.actions.forgetting import (
    NAMED_DAYS,
    UNCONFIRMED_DAYS,
    forget_contributors,
    forget_keys,
    forget_unconfirmed,
)
from maillage.moderation.queries.scope import waiting_count


def waiting_here(request: HttpRequest) -> int:
    """What waits in the space of the address, asked once a request."""
    known: int | None = getattr(request, "waiting_contributions", None)
    if known is None:
        known = waiting_count(request.space)  # type: ignore[attr-defined]
        request.waiting_contributions = known  # type: ignore[attr-defined]
    return known


_AGENT_ACT = "L'acte d'un agent reste au dossier de la contribution, sans le nom de son auteur."
_MINIMUM = "RGPD, article 5-1-e : pas plus longtemps qu'il ne faut"
_CONTRIBUTION = "moderation.Contribution"
_MESSAGE = "moderation.ContributionMessage"
_RESTRICTION = "moderation.Restriction"

_PERSONAL = (
    PersonalData(
        model=_CONTRIBUTION,
        fields=("contributor", "email"),
        label="Contributions envoyées",
        export=told(
            _CONTRIBUTION,
            "contributor",
            structure="subject",
            sorte="kind",
            message="message",
            état="state",
            réponse="answer",
            **{"valeurs proposées": "fields", "envoyée le": "created_at"},
        ),
        erase=all_of(
            loosened(_CONTRIBUTION, "email", name="", email=""),
            loosened(_CONTRIBUTION, "contributor", contributor=None, name="", email=""),
        ),
    ),
    PersonalData(
        model=_CONTRIBUTION,
        fields=("assigned_to",),
        label="Contributions qui vous sont confiées",
        export=told(_CONTRIBUTION, "assigned_to", structure="subject"),
        erase=loosened(_CONTRIBUTION, "assigned_to", assigned_to=None),
    ),
    PersonalData(
        model=_CONTRIBUTION,
        fields=("decided_by",),
        label="Contributions que vous avez tranchées",
        export=told(
            _CONTRIBUTION, "decided_by", **{"structure": "subject", "tranchée le": "decided_at"}
        ),
        kept=_AGENT_ACT,
    ),
    PersonalData(
        model=_MESSAGE,
        fields=("by",),
        label="Échanges sur des contributions",
        export=told(_MESSAGE, "by", le="at", texte="text"),
        kept="L'échange reste au dossier de la contribution, sans le nom de son auteur.",
    ),
    PersonalData(
        model=_RESTRICTION,
        fields=("by", "lifted_by"),
        label="Contenus que vous avez cachés",
        export=told(_RESTRICTION, "by", structure="structure__name", le="at", faits="facts"),
        kept=_AGENT_ACT,
    ),
)

_RETENTION = (
    Retention(
        code="moderation.unconfirmed",
        label="Contributions dont l'adresse n'a pas été confirmée",
        days=UNCONFIRMED_DAYS,
        basis=_MINIMUM,
        purge=forget_unconfirmed,
    ),
    Retention(
        code="moderation.contributors",
        label="Nom, adresse et message de qui a contribué, après la décision",
        days=NAMED_DAYS,
        basis=_MINIMUM,
        purge=forget_contributors,
    ),
    Retention(
        code="moderation.keys",
        label="Clés de suivi expirées",
        days=NAMED_DAYS,
        basis=_MINIMUM,
        purge=forget_keys,
    ),
)

ROOM = register(
    Room(
        name="moderation",
        label="Contributions",
        personal=_PERSONAL,
        retention=_RETENTION,
        nav=(
            NavEntry(
                label="Proposer une structure", url_name="moderation_public:propose", order=80
            ),
            NavEntry(
                label="Contributions",
                url_name="moderation:queue",
                slot="agent",
                order=15,
                group="À traiter",
                icon="inbox",
                waiting=waiting_here,
            ),
            NavEntry(
                label="Mes contributions",
                url_name="moderation_account:mine",
                slot="account",
                order=40,
                icon="message-circle",
            ),
        ),
    )
)
