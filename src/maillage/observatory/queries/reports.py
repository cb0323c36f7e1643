"""Reports: which parts, in which order, of which territory. Pages and documents show what these give."""

from collections.abc import Callable, Iterable
from datetime import datetime

from maillage.observatory.enums import Indicator
from maillage.observatory.lib.report import Report, Section
from maillage.observatory.lib.sections import USUAL, known
from maillage.observatory.models import SavedReport
from maillage.observatory.queries import reports_figures as figures
from maillage.observatory.queries.figures import territory_figures
from maillage.observatory.queries.reports_figures import Asked
from maillage.observatory.queries.reports_gaps import PARTS
from maillage.observatory.queries.reports_summary import summary_of
from maillage.spaces.models import Space

_BUILDERS: dict[str, Callable[[Asked], Section | None]] = {
    "figures": figures.key_figures,
    "communes": figures.communes,
    "families": figures.breakdown("families", Indicator.STRUCTURES, "family"),
    "sectors": figures.breakdown("sectors", Indicator.STRUCTURES, "sector"),
    "quarters": figures.breakdown("quarters", Indicator.STRUCTURES, "quarter"),
    "sizes": figures.breakdown("sizes", Indicator.STRUCTURES, "size"),
    "ages": figures.breakdown("ages", Indicator.STRUCTURES, "age"),
    "typology": figures.breakdown("typology", Indicator.STRUCTURES, "typology"),
    "labels": figures.breakdown("labels", Indicator.STRUCTURES, "label"),
    "movements": figures.movements,
    "jobs": figures.breakdown("jobs", Indicator.JOBS, "family"),
    "published": figures.published,
    "series": figures.series,
    "method": figures.method,
} | PARTS


def territory_report(
    space: Space,
    *,
    now: datetime,
    commune: str = "",
    sections: Iterable[object] = USUAL,
    title: str = "",
    foreword: str = "",
) -> Report:
    """The sheet of a space, or of one commune of it. A part that has nothing to say is left out.

    Raises:
        LookupError: the commune is not in the perimeter.
    """
    asked = asked_of(space, commune, now)
    codes = known(sections, of_commune=bool(commune))
    parts = [_BUILDERS[code](asked) for code in codes if code in _BUILDERS]
    place = asked.figures.name
    return Report(
        title=title or place,
        over="Fiche territoire",
        subtitle=f"L'économie sociale et solidaire, {asked.day}"
        if not title
        else f"{place}, {asked.day}",
        author=space.authority,
        foot=foot_of(asked),
        at=asked.figures.at,
        sections=tuple(part for part in parts if part is not None),
        foreword=foreword,
    )


def summary_report(space: Space, *, now: datetime) -> Report:
    asked = asked_of(space, "", now)
    return summary_of(asked, foot_of(asked))


def saved_report(report: SavedReport, *, now: datetime) -> Report:
    """Raises LookupError when its commune has left the perimeter."""
    return territory_report(
        report.space,
        now=now,
        commune=report.place_code,
        sections=report.sections if isinstance(report.sections, list) else USUAL,
        title=report.title,
        foreword=report.foreword,
    )


def asked_of(space: Space, commune: str, now: datetime) -> Asked:
    return Asked(space, commune, territory_figures(space, now=now, commune=commune), now)


def foot_of(asked: Asked) -> str:
    demo = " Démonstration : structures inventées." if asked.space.is_demo else ""
    return f"Source : annuaire de {asked.space.name} et sources citées, {asked.day}.{demo}"
