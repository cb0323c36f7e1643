"""What the pages of the observatory show, ready for their templates."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse

from maillage.core.charts import Bar, Bars, Chart, Lines, SmallMultiples, number
from maillage.observatory.enums import Indicator
from maillage.observatory.lib.definitions import DEFINITIONS, Definition
from maillage.observatory.lib.plots import (
    bars_of,
    line_of,
    lines_by_year,
    shown,
    with_bounds,
)
from maillage.observatory.lib.tables import AXIS_LABELS, UNTOLD, Figure, TerritoryFigures
from maillage.observatory.models import SourcedFigure
from maillage.observatory.queries.compare import Compared, family_label
from maillage.observatory.queries.snapshots import Point, series_of
from maillage.observatory.queries.sourced import beside, by_family, places_of, series
from maillage.spaces.models import Space
from maillage.structures.enums import Family

# Charts of the first page: indicator, axis.
_HOME = (
    (Indicator.STRUCTURES, "family"),
    (Indicator.STRUCTURES, "sector"),
    (Indicator.STRUCTURES, "commune"),
    (Indicator.JOBS, "family"),
    (Indicator.JOBS, "sector"),
    (Indicator.STRUCTURES, "size"),
    (Indicator.STRUCTURES, "age"),
    (Indicator.STRUCTURES, "typology"),
    (Indicator.STRUCTURES, "label"),
    (Indicator.STRUCTURES, "quarter"),
    (Indicator.CREATIONS, "year"),
    (Indicator.CLOSURES, "year"),
)
_BARS_AT_HOME = 12


@dataclass(frozen=True)
class Tile:
    """`value` as written; `url` opens its definition, `list_url` the list behind."""

    label: str
    value: str
    bounds: str
    url: str
    list_url: str
    note: str


@dataclass(frozen=True)
class Plot:
    """`url` opens the same with its definition, its table and its files."""

    chart: Chart
    url: str


@dataclass(frozen=True)
class Beside:
    """A published figure and ours. `ours` is empty when we count nothing of that kind."""

    figure: SourcedFigure
    value: str
    ours: str
    ours_url: str
    is_here: bool
    difference: str


@dataclass(frozen=True)
class HomeScreen:
    tiles: list[Tile]
    plots: list[Plot]
    published: list[Beside]
    is_empty: bool


@dataclass(frozen=True)
class FigureScreen:
    tile: Tile | None
    axes: list[tuple[str, str, str]]
    charts: list[Chart]
    published: list[Beside]
    by_family: list[SourcedFigure]
    files: list[tuple[str, str]] = field(default_factory=list)


def address(figures: TerritoryFigures, indicator: str, axis: str = "") -> str:
    url = reverse("observatory:figure", args=[figures.slug, indicator])
    return url + _query(figures, axis)


def _query(figures: TerritoryFigures, axis: str) -> str:
    said = {"axe": axis, "commune": figures.commune}
    query = urlencode({key: value for key, value in said.items() if value})
    return f"?{query}" if query else ""


def home_screen(space: Space, figures: TerritoryFigures) -> HomeScreen:
    plots = []
    for indicator, axis in _HOME:
        table = figures.breakdown(indicator, axis)
        if table is not None and any(row.value for row in table.rows):
            total = figures.total(indicator)
            chart = bars_of(DEFINITIONS[indicator], table, total, most=_BARS_AT_HOME)
            plots.append(Plot(chart, address(figures, indicator, axis)))
    return HomeScreen(
        tiles=[tile_of(figures, code) for code in figures.by_indicator],
        plots=plots,
        published=published_beside(space, figures, list(DEFINITIONS)),
        is_empty=not figures.total(Indicator.STRUCTURES).value,
    )


def tile_of(figures: TerritoryFigures, indicator: str) -> Tile:
    counted = figures.by_indicator[indicator]
    definition = DEFINITIONS[indicator]
    total, label = counted.total, definition.label
    if definition.unit == "%" and total.value is not None:
        value = f"{number(total.value, 1)} %"
        low, high = total.low, total.high
        has_bounds = low is not None and high is not None and low != high
        bounds = f"entre {number(low or 0, 1)} et {number(high or 0, 1)} %" if has_bounds else ""
    else:
        value = shown(total.value)
        has_bounds = total.low is not None and total.low != total.high
        bounds = f"entre {shown(total.low)} et {shown(total.high)}" if has_bounds else ""
    years = counted.breakdowns.get("year")
    if years is not None and len(years.rows) > 1:  # the last whole year says more than the sum
        last = years.rows[-2]
        label, value = f"{label} en {last.key}", shown(last.value)
    return Tile(label, value, bounds, address(figures, indicator), total.href, counted.note)


def published_beside(
    space: Space, figures: TerritoryFigures, indicators: Sequence[str]
) -> list[Beside]:
    around = places_of(space, figures.commune)
    found = []
    for indicator in indicators:
        for one in beside(space, indicator, around):
            is_here = (one.place_kind, one.place_code) in around.exactly
            found.append(_beside(figures, one, is_here=is_here))
    return found


def _beside(figures: TerritoryFigures, one: SourcedFigure, *, is_here: bool) -> Beside:
    counted = figures.by_indicator.get(one.indicator)
    ours, url, difference = "", "", ""
    value = float(one.value)
    if counted is not None:
        table = counted.breakdowns.get("family") if one.family else None
        row = table.row(one.family) if table else None
        total = row or (counted.total if not one.family else Figure("", "", 0.0))
        url = total.href or address(figures, one.indicator)
        is_share = DEFINITIONS[one.indicator].unit == "%"
        ours = with_bounds(total) + (" %" if is_share and total.value is not None else "")
        if not is_here:
            difference = "Un autre territoire : les deux nombres ne se comparent pas."
        elif total.value is not None and value:
            ratio = total.value / value
            difference = (
                f"Notre comptage fait {number(100 * ratio, 0)} % de ce chiffre : lisez les deux périmètres "
                f"et les deux dates ({one.year}, et le {figures.at:%d/%m/%Y} ici)."
            )
    digits = None if value < 1000 else 0
    unit = " %" if DEFINITIONS[one.indicator].unit == "%" else ""
    return Beside(one, number(value, digits) + unit, ours, url, is_here, difference)


def figure_screen(
    space: Space, figures: TerritoryFigures, definition: Definition, axis: str
) -> FigureScreen:
    indicator = definition.code
    counted = figures.by_indicator.get(indicator)
    charts: list[Chart] = []
    axes: list[tuple[str, str, str]] = []
    files: list[tuple[str, str]] = []
    if counted is not None:
        tables = counted.breakdowns
        axes = [
            (name, AXIS_LABELS[name], address(figures, indicator, name))
            for name, table in tables.items()
            if table.rows
        ]
        wanted = [axis] if axis in tables else list(tables)
        charts += [
            bars_of(definition, tables[name], counted.total) for name in wanted if tables[name].rows
        ]
        files = [
            (
                label,
                reverse("observatory:export", args=[figures.slug, indicator, extension])
                + _query(figures, axis),
            )
            for extension, label in (("csv", "CSV"), ("xlsx", "Excel"))
        ]
    if not figures.commune and not axis:
        points = [one for one in series_of(space, indicator) if one.on < figures.at.date()]
        if points and counted is not None:
            now = counted.total
            today = Point(figures.at.date(), "", now.value, now.low, now.high)
            charts.insert(0, line_of(definition, [*points, today]))
    around = places_of(space, figures.commune)
    rows = [
        (f"{one.place_label} ({one.source})", one.year, float(one.value))
        for one in series(space, indicator, around)
    ]
    line: Lines | None = lines_by_year(definition, rows)
    if line is not None:
        charts.append(line)
    return FigureScreen(
        tile=tile_of(figures, indicator) if counted is not None else None,
        axes=axes,
        charts=charts,
        published=published_beside(space, figures, [indicator]),
        by_family=by_family(space, indicator, around),
        files=files,
    )


@dataclass(frozen=True)
class CompareScreen:
    """Ranked: greatest rate first, then those without one."""

    ranked: list[Compared]
    charts: list[Chart]


def compare_screen(definition: Definition, found: Sequence[Compared]) -> CompareScreen:
    ranked = sorted(found, key=lambda one: (one.rate is None, -(one.rate or 0), one.choice.label))
    charts: list[Chart] = []
    rated = [one for one in ranked if one.rate is not None]
    if len(rated) > 1:
        first, last = rated[0], rated[-1]
        charts.append(
            Bars(
                title=f"{definition.label} pour 10 000 habitants",
                summary=f"Le plus haut : {first.choice.label}, {number(first.rate or 0, 1)}. "
                f"Le plus bas : {last.choice.label}, {number(last.rate or 0, 1)}.",
                bars=[
                    Bar(
                        label=one.choice.label,
                        value=one.rate,
                        text=_said(one),
                        note=one.reason or _covered(one),
                    )
                    for one in ranked
                ],
                name="Territoire",
                unit="Pour 10 000 habitants",
            )
        )
        charts.append(_families(rated))
    return CompareScreen(ranked, charts)


def _said(one: Compared) -> str:
    return "–" if one.rate is None else number(one.rate, 1)


def _covered(one: Compared) -> str:
    if not one.is_partial:
        return ""
    return f"{one.covered} communes sur {one.communes} : les seules dont les registres sont ici."


def _titled(label: str) -> str:
    """A capital at its head; the rest as written (« ESS » stays)."""
    return label[:1].upper() + label[1:]


def _families(rated: Sequence[Compared]) -> SmallMultiples:
    met = {code for one in rated for code in one.families}
    codes = [code for code in (*Family.values, UNTOLD) if code in met]
    return SmallMultiples(
        title="Structures par famille, pour 10 000 habitants",
        summary="Un graphique par territoire, à la même échelle.",
        panels=[
            Bars(
                title=one.choice.label,
                summary="Structures pour 10 000 habitants, par famille.",
                bars=[
                    Bar(
                        label=_titled(family_label(code)),
                        value=one.per(one.families.get(code, 0)),
                        text=number(one.per(one.families.get(code, 0)) or 0, 1),
                    )
                    for code in codes
                ],
                name="Famille",
                unit="Pour 10 000 habitants",
            )
            for one in rated
        ],
    )
