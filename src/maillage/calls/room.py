"""Door plate of the calls: menus, and what they keep of people."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from maillage.calls.actions.forgetting import (
    DRAFT_DAYS,
    REFUSED_DAYS,
    forget_drafts,
    forget_refused,
)
from maillage.calls.queries.applicant import files_waiting
from maillage.calls.queries.awards import awards_waiting, mine_to_tell
from maillage.calls.queries.inbox import to_do
from maillage.calls.queries.laureates import projects_of
from maillage.calls.queries.reading import reading_space
from maillage.calls.views.editions_panels import awaiting_agents, open_calls
from maillage.core.personal import all_of, forgotten, loosened, told
from maillage.core.room import NavEntry, Panel, PersonalData, Retention, Room, register


def reading_slug(request: HttpRequest) -> str:
    """Space of the newest jury of the person, asked once a request; empty when they are of none."""
    known: str | None = getattr(request, "reading_slug", None)
    if known is None:
        known = reading_space(request.user)
        request.reading_slug = known  # type: ignore[attr-defined]
    return known


@dataclass(frozen=True, kw_only=True)
class _MyReadings(NavEntry):
    """From the account to the jury, which has a page in each space."""

    def url(self, request: HttpRequest, name: str = "") -> str:
        return reverse(name or self.url_name, args=[reading_slug(request)])


def _act(model: str, field: str, label: str) -> PersonalData:
    """What a person did: told to them; the row stays with the file, their key is emptied."""
    name = f"calls.{model}"
    return PersonalData(
        model=name,
        fields=(field,),
        label=label,
        export=told(name, field, numéro="pk"),
        erase=loosened(name, field, **{field: None}),
    )


_PERSONAL = (
    PersonalData(
        model="calls.Writer",
        fields=("user", "email"),
        label="Candidatures que vous écrivez",
        export=told(
            "calls.Writer",
            "user",
            candidature="application__title",
            peut="kind",
            depuis="invited_at",
        ),
        erase=all_of(forgotten("calls.Writer", "user"), forgotten("calls.Writer", "email")),
    ),
    PersonalData(
        model="calls.Juror",
        fields=("user",),
        label="Jurys où vous siégez",
        export=told("calls.Juror", "user", appel="edition__title", qualité="title"),
        erase=forgotten("calls.Juror", "user"),
    ),
    PersonalData(
        model="calls.Interest",
        fields=("user",),
        label="Vos déclarations d'intérêts",
        export=told(
            "calls.Interest", "user", déclaration="answer", précision="text", le="declared_at"
        ),
        erase=forgotten("calls.Interest", "user"),
    ),
    PersonalData(
        model="calls.TeamMember",
        fields=("user",),
        label="Équipes d'appels dont vous êtes",
        export=told("calls.TeamMember", "user", appel="edition__title", rôle="kind"),
        erase=forgotten("calls.TeamMember", "user"),
    ),
    PersonalData(
        model="calls.RoutingRule",
        fields=("user",),
        label="Dossiers qui vous sont confiés d'office",
        export=told("calls.RoutingRule", "user", règle="label"),
        erase=forgotten("calls.RoutingRule", "user"),
    ),
    PersonalData(
        model="calls.Follower",
        fields=("user",),
        label="Candidatures dont vous suivez l'instruction",
        export=told("calls.Follower", "user", candidature="application__reference", depuis="at"),
        erase=forgotten("calls.Follower", "user"),
    ),
    PersonalData(
        model="calls.Intention",
        fields=("user",),
        label="Vos intentions d'alliance",
        export=told("calls.Intention", "user", apporte="brings", cherche="seeks", le="at"),
        erase=forgotten("calls.Intention", "user"),
    ),
    PersonalData(
        model="calls.Partner",
        fields=("contact_email",),
        label="Candidatures où vous êtes le contact d'un partenaire",
        export=told("calls.Partner", "contact_email", partenaire="name", contact="contact_name"),
        erase=loosened("calls.Partner", "contact_email", contact_name="", contact_email=""),
    ),
    _act("Application", "created_by", "Candidatures que vous avez commencées"),
    _act("Application", "assigned_to", "Candidatures que vous suivez"),
    _act("Answer", "by", "Réponses que vous avez écrites"),
    _act("AnswerPast", "by", "Réponses remplacées que vous aviez écrites"),
    _act("Deposit", "by", "Dépôts que vous avez faits"),
    _act("Attachment", "by", "Pièces que vous avez jointes"),
    _act("KeptFile", "by", "Pièces de votre structure que vous avez déposées"),
    _act("Partner", "engaged_by", "Engagements que vous avez pris pour une structure"),
    _act("Writer", "invited_by", "Personnes que vous avez invitées à écrire"),
    _act("CallMessage", "by", "Messages d'une candidature"),
    _act("Correction", "answered_by", "Corrections que vous avez rendues"),
    _act("AwardReport", "submitted_by", "Bilans que vous avez rendus"),
    _act("AllyGroup", "created_by", "Groupes d'alliés que vous avez formés"),
    _act("Programme", "created_by", "Programmes que vous avez créés"),
    _act("Edition", "created_by", "Appels que vous avez créés"),
    _act("Edition", "published_by", "Appels que vous avez publiés"),
    _act("Edition", "unsealed_by", "Plis que vous avez ouverts"),
    _act("EditionEvent", "by", "Avis modificatifs que vous avez publiés"),
    _act("FormVersion", "created_by", "Formulaires que vous avez créés"),
    _act("FormVersion", "edited_by", "Formulaires que vous avez modifiés"),
    _act("EligibilityResult", "overruled_by", "Réponses aux règles que vous avez changées"),
    _act("Correction", "asked_by", "Corrections que vous avez demandées"),
    _act("Correction", "closed_by", "Corrections que vous avez closes"),
    _act("InstructionNote", "by", "Notes d'instruction que vous avez écrites"),
    _act("Admissibility", "proposed_by", "Avis de recevabilité que vous avez proposés"),
    _act("Admissibility", "confirmed_by", "Avis de recevabilité que vous avez confirmés"),
    _act("Admissibility", "declined_by", "Avis de recevabilité que vous avez écartés"),
    _act("AidBatch", "by", "Fichiers d'aides que vous avez lus"),
    _act("Interest", "decided_by", "Récusations que vous avez tranchées"),
    _act("Review", "assigned_by", "Lectures que vous avez confiées"),
    _act("ScoreRecord", "by", "Relevés des notes que vous avez pris"),
    _act("JurySession", "created_by", "Séances que vous avez préparées"),
    _act("JurySession", "signed_by", "Procès-verbaux que vous avez signés"),
    _act("JuryDecision", "recorded_by", "Propositions du jury que vous avez consignées"),
    _act("Scenario", "created_by", "Scénarios que vous avez faits"),
    _act("PaperTemplate", "edited_by", "Modèles que vous avez modifiés"),
    _act("AwardReport", "decided_by", "Bilans que vous avez examinés"),
    _act("Recovery", "asked_by", "Reversements que vous avez demandés"),
)

_MINIMUM = "RGPD, article 5-1-e : pas plus longtemps qu'il ne faut ; à accorder avec votre service d'archives"
_RETENTION = (
    Retention(
        code="calls.drafts",
        label="Candidatures commencées et jamais déposées, après la clôture",
        days=DRAFT_DAYS,
        basis=_MINIMUM,
        purge=forget_drafts,
    ),
    Retention(
        code="calls.refused",
        label="Ce qui nomme les auteurs d'une candidature non retenue, après la réponse",
        days=REFUSED_DAYS,
        basis=_MINIMUM,
        purge=forget_refused,
    ),
)
_GROUP = "Appels à projets"


def _late_awards(request: HttpRequest, space: Any) -> dict[str, object] | None:
    """On the agents' dashboard: what waits about grants; nothing when all is done."""
    found = awards_waiting(request.user, space, timezone.localdate())
    return {"space": space, **found} if any(found.values()) else None


def _my_awards(request: HttpRequest) -> int:
    return mine_to_tell(request.user)


def _chosen(request: HttpRequest, sheet: Any) -> dict[str, object] | None:
    """On the page of a structure: the projects for which it was chosen."""
    found = projects_of(sheet.card.id, request.space)  # type: ignore[attr-defined]
    return {"projects": found, "space": request.space} if found else None  # type: ignore[attr-defined]


def _files_waiting(request: HttpRequest) -> int:
    return files_waiting(request.user) if request.user.is_authenticated else 0


def _to_instruct(request: HttpRequest, space: Any) -> dict[str, object] | None:
    """On the dashboard of an agent: clocks that end, verdicts to confirm, messages to read."""
    found = to_do(space, request.user, timezone.now())  # type: ignore[arg-type]
    return {"space": space, **found} if any(found.values()) else None


register(
    Room(
        name="calls",
        label=_GROUP,
        personal=_PERSONAL,
        retention=_RETENTION,
        panels=(
            Panel(
                slot="space_home",
                template="calls/public/_from_home.html",
                context=open_calls,
                order=20,
            ),
            Panel(
                slot="agent_dashboard",
                template="calls/editions/_awaiting.html",
                context=awaiting_agents,
            ),
            Panel(
                slot="agent_dashboard",
                template="calls/awards/_awaiting.html",
                context=_late_awards,
                order=60,
            ),
            Panel(slot="structure", template="calls/laureates/_of_structure.html", context=_chosen),
            Panel(
                slot="agent_dashboard",
                template="calls/instruction/_awaiting.html",
                context=_to_instruct,
            ),
        ),
        nav=(
            NavEntry(label=_GROUP, url_name="calls:list", slot="space", order=17, group=_GROUP),
            NavEntry(
                label="Appels",
                url_name="editions:list",
                slot="agent",
                order=50,
                group=_GROUP,
                icon="speakerphone",
            ),
            NavEntry(
                label="Mes candidatures",
                url_name="applications:list",
                slot="account",
                order=25,
                icon="edit",
                waiting=_files_waiting,
            ),
            NavEntry(
                label="Mes subventions",
                url_name="subsidies:list",
                slot="account",
                order=42,
                icon="coin-euro",
                waiting=_my_awards,
            ),
            NavEntry(
                label="Subventions",
                url_name="awards:list",
                slot="agent",
                order=54,
                group=_GROUP,
                icon="coin-euro",
            ),
            NavEntry(
                label="Lauréats", url_name="grants:network", slot="space", order=18, group=_GROUP
            ),
            NavEntry(
                label="Subventions publiées",
                url_name="grants:list",
                slot="space",
                order=19,
                group=_GROUP,
            ),
            NavEntry(
                label="Jury",
                url_name="jury:list",
                slot="agent",
                order=53,
                group=_GROUP,
                icon="gavel",
            ),
            NavEntry(
                label="Publication",
                url_name="grants:publication",
                slot="agent",
                order=56,
                group=_GROUP,
                icon="world",
            ),
            NavEntry(
                label="Lectures",
                url_name="readings:home",
                slot="agent",
                order=52,
                group=_GROUP,
                icon="eye",
            ),
            _MyReadings(
                label="Mes lectures",
                url_name="reviews:home",
                slot="account",
                order=45,
                icon="eye",
                shown=lambda request: reading_slug(request) != "",
            ),
            NavEntry(
                label="Candidatures",
                url_name="instruction:inbox",
                slot="agent",
                order=51,
                group=_GROUP,
                icon="inbox",
            ),
            NavEntry(
                label="Aides publiques",
                url_name="aids:list",
                slot="agent",
                order=55,
                group=_GROUP,
                icon="cash",
            ),
        ),
    )
)
