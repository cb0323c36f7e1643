"""Parts of a report that count: each one with its definition, its source and its date."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from maillage.core.charts import HIDDEN, Area, AreaMap, Bar, Bars, Chart, Series, number
from maillage.core.charts import Lines as LineChart
from maillage.observatory.enums import Indicator
from maillage.observatory.lib.definitions import AXES, DEFINITIONS, Definition
from maillage.observatory.lib.report import (
    Block,
    Drawing,
    Grid,
    Note,
    Section,
    Tile,
    Tiles,
    Words,
    in_full,
)
from maillage.observatory.lib.sections import SECTIONS
from maillage.observatory.lib.tables import Breakdown, Figure, TerritoryFigures
from maillage.observatory.queries.snapshots import series_of
from maillage.observatory.queries.sourced import beside, places_of
from maillage.spaces.models import Space
from maillage.territories.queries import perimeter_geojson

_ROWS = 24
_YEARS = 15
_SECRECY = (
    "« secret » : la valeur n'est pas montrée, par secret statistique (moins de trois employeurs, ou un seul "
    "qui ferait plus de 85 %), ou parce qu'elle permettrait d'en retrouver une autre."
)
_KEY_FIGURES = (
    Indicator.STRUCTURES,
    Indicator.ESTABLISHMENTS,
    Indicator.EMPLOYERS,
    Indicator.JOBS,
    Indicator.JOBS_SHARE,
    Indicator.ESTABLISHMENTS_SHARE,
)


@dataclass(frozen=True)
class Asked:
    """What a report is about. `commune` is an INSEE code, empty for the whole space."""

    space: Space
    commune: str
    figures: TerritoryFigures
    now: datetime

    @property
    def day(self) -> str:
        return in_full(timezone.localdate(self.figures.at))


def written(figure: Figure, *, unit: str = "") -> str:
    """« 388 700 », « 7,1 % », « environ 120 (90 à 150) », « secret »."""
    if figure.value is None:
        return HIDDEN
    sign = "\u202f%" if unit == "%" else ""
    if figure.low is None or figure.high is None or figure.low == figure.high:
        return number(figure.value) + sign
    return f"environ {number(figure.value)}{sign} ({number(figure.low)} à {number(figure.high)})"


def source_note(definition: Definition, day: str, *, axis: str = "") -> Note:
    more = f" {AXES[axis]}" if axis else ""
    secret = f" {_SECRECY}" if definition.secret else ""
    return Note(
        f"{definition.label} : {definition.definition}{more} Source : {definition.source} "
        f"Compté le {day}.{secret}"
    )


def key_figures(asked: Asked) -> Section | None:
    tiles, notes = [], []
    for code in _KEY_FIGURES:
        counted = asked.figures.by_indicator.get(code)
        if counted is None:
            continue
        definition = DEFINITIONS[code]
        shown = counted.total
        value = HIDDEN if shown.value is None else number(shown.value)
        if shown.value is not None and definition.unit == "%":
            value += "\u202f%"
        bounds = ""
        if shown.value is not None and shown.low is not None and shown.high is not None:
            bounds = f"estimation, entre {number(shown.low)} et {number(shown.high)}"
        tiles.append(Tile(definition.label, value, bounds or counted.note))
        notes.append(f"{definition.label} : {definition.definition} Source : {definition.source}")
    if asked.figures.population:
        tiles.append(
            Tile("Habitants", number(asked.figures.population), "population municipale, Insee")
        )
    blocks: list[Block] = [Tiles(tuple(tiles)), Note(f"Compté le {asked.day}. {_SECRECY}")]
    return Section("figures", SECTIONS["figures"].label, tuple(blocks))


def breakdown(code: str, indicator: str, axis: str) -> Callable[[Asked], Section | None]:
    """A part that shows one breakdown as bars, with its table."""

    def build(asked: Asked) -> Section | None:
        found = asked.figures.breakdown(indicator, axis)
        if found is None or not found.rows:
            return None
        definition = DEFINITIONS[indicator]
        chart = bars_of(found, definition, is_ranked=axis in {"sector", "label", "commune"})
        blocks: list[Block] = [Drawing(chart)]
        if found.note:
            blocks.append(Words(found.note))
        blocks.append(source_note(definition, asked.day, axis=axis))
        return Section(code, SECTIONS[code].label, tuple(blocks))

    return build


def bars_of(
    found: Breakdown, definition: Definition, *, is_ranked: bool, most: int = _ROWS
) -> Bars:
    """The rows as bars; the largest first when their order says nothing. What is left out is counted."""
    rows = list(found.rows)
    if is_ranked:
        rows.sort(key=lambda one: (one.value is None, -(one.value or 0)))
    shown, left = rows[:most], max(0, len(rows) - most)
    known = [one for one in rows if one.value]
    first = max(known, key=lambda one: one.value or 0, default=None)
    summary = "Aucune valeur ne peut être montrée."
    if first is not None:
        summary = f"Le plus grand nombre : {first.label}, {written(first)}."
    if left:
        summary += f" Les {len(shown)} premières lignes sur {len(rows)}."
    return Bars(
        title=f"{definition.label} par {found.label}",
        summary=summary,
        bars=[
            Bar(
                label=one.label[:1].upper() + one.label[1:],
                value=one.value,
                low=one.low,
                high=one.high,
            )
            for one in shown
        ],
        name=found.label.capitalize(),
        unit=definition.label,
    )


def communes(asked: Asked) -> Section | None:
    """Structures of each commune, on a map and in a table, for 10 000 people too."""
    found = asked.figures.breakdown(Indicator.STRUCTURES, "commune")
    if found is None or not found.rows:
        return None
    definition = DEFINITIONS[Indicator.STRUCTURES]
    outlines = {
        str(one["properties"]["code"]): one["geometry"]
        for one in perimeter_geojson(one.key for one in found.rows)["features"]
    }
    blocks: list[Block] = []
    drawn = _shaded(found, outlines)
    if drawn is not None and len(drawn.areas) == len(found.rows):
        blocks.append(Drawing(drawn))
    else:  # an outline is missing: the table tells every commune
        ranked = sorted(found.rows, key=lambda one: (-(one.value or 0), one.label))
        rows = tuple((one.label, written(one)) for one in ranked)
        blocks.append(Grid("Structures par commune", ("Commune", "Structures"), rows, (1,)))
    blocks.append(source_note(definition, asked.day, axis="commune"))
    return Section("communes", SECTIONS["communes"].label, tuple(blocks))


def _shaded(found: Breakdown, outlines: dict[str, object]) -> AreaMap | None:
    """Five shades of equal numbers of communes; None without outlines."""
    rows = [one for one in found.rows if one.key in outlines]
    if not rows:
        return None
    values = sorted(one.value for one in rows if one.value is not None)
    limits = [values[len(values) * rank // 5] for rank in range(1, 5)] if values else []
    limits = sorted({*limits} - {*values[:1]})
    floors = [values[0] if values else 0.0, *limits]
    legend = tuple(
        f"de {number(low)} à moins de {number(floors[rank + 1])}"
        if rank + 1 < len(floors)
        else f"{number(low)} et plus"
        for rank, low in enumerate(floors)
    )
    step = 4 / max(1, len(legend) - 1) if len(legend) > 1 else 0
    top = max(rows, key=lambda one: one.value or 0)
    return AreaMap(
        title="Structures par commune",
        summary=f"La commune qui en a le plus : {top.label}, {written(top)}. Le tableau donne chaque valeur.",
        areas=tuple(
            Area(
                one.label,
                outlines[one.key],
                written(one),
                None if one.value is None else round(step * sum(one.value >= x for x in limits)),
            )
            for one in sorted(rows, key=lambda one: one.label)
        ),
        head=("Commune", "Structures"),
        legend=_spread(legend),
    )


def _spread(legend: tuple[str, ...]) -> tuple[str, ...]:
    """Words of each of the five tones; a tone that no class uses has none."""
    if len(legend) in {1, 5}:
        return legend
    step = 4 / (len(legend) - 1)
    words = [""] * 5
    for rank, told in enumerate(legend):
        words[round(step * rank)] = told
    return tuple(words)


def movements(asked: Asked) -> Section | None:
    tables = [
        (code, asked.figures.breakdown(code, "year"))
        for code in (Indicator.CREATIONS, Indicator.CLOSURES)
    ]
    by_year = {code: {row.key: row.value for row in found.rows} for code, found in tables if found}
    years = sorted({year for rows in by_year.values() for year in rows if year.isdigit()})
    years = years[-_YEARS:]
    if len(years) < 2:
        return None
    series = tuple(
        Series(DEFINITIONS[code].label, tuple(rows.get(year, 0.0) for year in years))
        for code, rows in by_year.items()
    )
    last = {code: rows.get(years[-1], 0.0) or 0.0 for code, rows in by_year.items()}
    chart = LineChart(
        title="Créations et cessations connues par année",
        summary=f"En {years[-1]} : "
        + ", ".join(
            f"{DEFINITIONS[code].label.lower()} {number(value)}" for code, value in last.items()
        )
        + ". L'année en cours n'est pas finie.",
        ticks=tuple(years),
        series=series,
        at=tuple(float(year) for year in years),
        name="Année",
    )
    notes = [source_note(DEFINITIONS[code], asked.day) for code in by_year]
    return Section("movements", SECTIONS["movements"].label, (Drawing(chart), *notes))


def published(asked: Asked) -> Section | None:
    """What others published of this territory and of those around it; never added to ours."""
    around = places_of(asked.space, asked.commune)
    rows = []
    for code in (
        Indicator.EMPLOYER_ESTABLISHMENTS, Indicator.JOBS, Indicator.JOBS_SHARE, Indicator.STRUCTURES,
        Indicator.ALL_JOBS,
    ):  # fmt: skip
        definition = DEFINITIONS[code]
        for one in beside(asked.space, code, around)[:6]:
            value = number(float(one.value)) + ("\u202f%" if definition.unit == "%" else "")
            rows.append(
                (
                    one.place_label,
                    f"{one.get_indicator_display().capitalize()} : {value}",
                    f"{one.source}, {one.year}",
                    f"{one.perimeter} ({one.get_confidence_display()})",
                )
            )
    if not rows:
        return None
    grid = Grid(
        "Chiffres publiés par d'autres",
        ("Territoire", "Chiffre", "Source et année", "Périmètre et confiance"),
        tuple(rows),
    )
    words = Words(
        "Ces chiffres ne comptent pas la même chose que l'annuaire : leur périmètre le dit. Ils ne sont jamais "
        "additionnés aux nôtres."
    )
    return Section("published", SECTIONS["published"].label, (words, grid))


def series(asked: Asked) -> Section | None:
    points = series_of(asked.space, Indicator.STRUCTURES)
    if len(points) < 2:
        return None
    days = [in_full(one.on) for one in points]
    chart: Chart = LineChart(
        title="Structures à chaque relevé",
        summary=f"Du {days[0]} au {days[-1]}, {len(points)} relevés.",
        ticks=tuple(days),
        series=(Series("Structures", tuple(one.value for one in points)),),
        at=tuple(float(one.on.toordinal()) for one in points),
        name="Relevé",
        unit="Structures",
    )
    note = source_note(DEFINITIONS[Indicator.STRUCTURES], asked.day)
    return Section("series", SECTIONS["series"].label, (Drawing(chart), note))


def method(asked: Asked) -> Section:
    """Every indicator, its formula and its source."""
    rows = tuple(
        (one.label, f"{one.definition} {one.formula}", one.source)
        for code, one in DEFINITIONS.items()
        if code in asked.figures.by_indicator
    )
    grid = Grid(
        "Ce que veut dire chaque chiffre", ("Chiffre", "Définition et calcul", "Source"), rows
    )
    return Section("method", SECTIONS["method"].label, (grid, Note(_SECRECY)))
