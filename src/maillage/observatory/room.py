"""Door plate of the observatory: figures of a territory, and what is missing there."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from maillage.core.personal import all_of, forgotten, loosened, told
from maillage.core.room import NavEntry, Panel, PersonalData, Retention, Room, register
from maillage.observatory.actions.forgetting import (
    ADDRESS_DAYS,
    PRINT_DAYS,
    REFUSED_DAYS,
    forget_addresses,
    forget_prints,
    forget_refused,
)
from maillage.observatory.queries.declared_queue import waiting_count
from maillage.observatory.queries.files import late_count
from maillage.observatory.queries.gaps import places_of
from maillage.observatory.views.embeds import EMBEDS
from maillage.spaces.access import may_here
from maillage.spaces.models import Space

_AGENT_ACT = "L'acte d'un agent reste au dossier, sans le nom de son auteur."
_DECLARED = "observatory.DeclaredNeed"


def waiting_here(request: HttpRequest) -> int:
    """Declared needs that wait in the space of the address, asked once a request."""
    known: int | None = getattr(request, "waiting_declared", None)
    if known is None:
        known = waiting_count(request.space)  # type: ignore[attr-defined]
        request.waiting_declared = known  # type: ignore[attr-defined]
    return known


def awaiting_agents(request: HttpRequest, space: Any) -> dict[str, Any] | None:
    """What an agent finds to do here, on the dashboard; nothing when all is done."""
    waiting, late = waiting_here(request), late_count(space, timezone.localdate())
    return {"space": space, "waiting": waiting, "late": late} if waiting or late else None


def say_it_is_missing(_request: HttpRequest, words: str) -> dict[str, str]:
    """Where a search finds nothing: the words that were searched."""
    return {"words": words[:200]}


def _act(model: str, field: str, label: str, **columns: str) -> PersonalData:
    """What an agent did: told to them, kept without their name."""
    return PersonalData(
        model=f"observatory.{model}",
        fields=(field,),
        label=label,
        export=told(f"observatory.{model}", field, **columns),
        kept=_AGENT_ACT,
    )


_PERSONAL = (
    PersonalData(
        model=_DECLARED,
        fields=("author", "email"),
        label="Besoins que vous avez déclarés",
        export=told(
            _DECLARED,
            "author",
            besoin="need_code",
            texte="text",
            état="state",
            réponse="answer",
            **{"dit le": "said_at"},
        ),
        erase=all_of(
            loosened(_DECLARED, "email", email=""),
            loosened(_DECLARED, "author", author=None, email=""),
        ),
    ),
    PersonalData(
        model="observatory.Echo",
        fields=("user",),
        label="Besoins où vous avez dit « moi aussi »",
        export=told("observatory.Echo", "user", besoin="declared__need_code", le="at"),
        erase=forgotten("observatory.Echo", "user"),
    ),
    PersonalData(
        model="observatory.WorkingFile",
        fields=("owner",),
        label="Dossiers que vous suivez",
        export=told("observatory.WorkingFile", "owner", titre="title", étape="status"),
        erase=loosened("observatory.WorkingFile", "owner", owner=None),
    ),
    _act("DeclaredNeed", "decided_by", "Besoins que vous avez tranchés", le="decided_at"),
    _act("WorkingFile", "opened_by", "Dossiers que vous avez ouverts", titre="title"),
    _act("WorkingNote", "by", "Notes que vous avez écrites", texte="text", le="at"),
    _act("FigureBatch", "by", "Fichiers de chiffres que vous avez lus", fichier="file_name"),
    _act("SourcedFigure", "entered_by", "Chiffres que vous avez saisis", source="source"),
    _act("DatedSnapshot", "by", "Relevés que vous avez pris", jour="on"),
    _act("SavedReport", "by", "Rapports que vous avez gardés", titre="title"),
)

_MINIMUM = "RGPD, article 5-1-e : pas plus longtemps qu'il ne faut"
_RETENTION = (
    Retention(
        code="observatory.declared",
        label="Adresse e-mail de qui a dit ce qui manque sans compte, après la décision",
        days=ADDRESS_DAYS,
        basis=_MINIMUM,
        purge=forget_addresses,
    ),
    Retention(
        code="observatory.declared_refused",
        label="Besoins signalés, puis refusés ou réunis à un autre",
        days=REFUSED_DAYS,
        basis=_MINIMUM,
        purge=forget_refused,
    ),
    Retention(
        code="observatory.prints",
        label="Empreintes des « moi aussi » sans compte",
        days=PRINT_DAYS,
        basis=_MINIMUM,
        purge=forget_prints,
    ),
)


# Past it, the communes are chosen on the page of gaps: a home with a whole country's weighs megabytes.
_MOST_PLACES = 200


def _may_manage(request: HttpRequest) -> bool:
    return may_here(request, "space.manage")


def _ways_to_gaps(_request: HttpRequest, space: Space) -> dict[str, object]:
    """On a space's home: to what is missing in one's commune in one press, as long as they fit in a glance."""
    places = places_of(space)
    return {"space": space, "places": places if len(places) <= _MOST_PLACES else []}


def _gaps_of_landing(request: HttpRequest, landing: object) -> dict[str, object] | None:
    """On the page of a commune: what is missing there."""
    if getattr(landing, "facet", "") != "commune":
        return None
    return {"space": request.space, "landing": landing}  # type: ignore[attr-defined]


register(
    Room(
        name="observatory",
        label="Observatoire",
        embeds=EMBEDS,
        personal=_PERSONAL,
        retention=_RETENTION,
        panels=(
            Panel(
                slot="nothing_found",
                template="observatory/declared/_say_it.html",
                context=say_it_is_missing,
            ),
            Panel(
                slot="agent_dashboard",
                template="observatory/files/_awaiting.html",
                context=awaiting_agents,
            ),
            Panel(
                slot="space_home",
                template="observatory/gaps/_from_home.html",
                context=_ways_to_gaps,
            ),
            Panel(
                slot="landing",
                template="observatory/gaps/_from_landing.html",
                context=_gaps_of_landing,
            ),
        ),
        nav=(
            NavEntry(
                label="Rapports",
                url_name="reports:list",
                slot="space",
                order=16,
                group="Observatoire",
            ),
            NavEntry(
                label="Observatoire",
                url_name="observatory:home",
                slot="space",
                order=15,
                group="Observatoire",
            ),
            NavEntry(
                label="Chiffres sourcés",
                url_name="figures:list",
                slot="agent",
                order=40,
                group="Manques et chiffres",
                icon="chart-bar",
            ),
            NavEntry(
                label="Relevés datés",
                url_name="figures:snapshots",
                slot="agent",
                order=41,
                group="Manques et chiffres",
                icon="calendar",
            ),
            NavEntry(
                label="Besoins déclarés",
                url_name="files:declared",
                slot="agent",
                order=18,
                group="À traiter",
                icon="message-plus",
                waiting=waiting_here,
            ),
            NavEntry(
                label="Dossiers",
                url_name="files:list",
                slot="agent",
                order=28,
                group="Manques et chiffres",
                icon="list",
            ),
            NavEntry(
                label="Besoins suivis",
                url_name="needs:list",
                slot="agent",
                order=29,
                group="Manques et chiffres",
                icon="adjustments",
                shown=_may_manage,
            ),
            NavEntry(label="Ce qui manque", url_name="gaps:home", slot="space", order=14),
        ),
    )
)
