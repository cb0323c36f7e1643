"""What a chart says, before it is drawn. A value of None is hidden or unknown: the reader is told which."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from maillage.core.charts.words import number

HIDDEN = "secret"


@dataclass(frozen=True)
class Cell:
    """One cell of a table. `href` is where the reader finds what is behind it."""

    text: str
    href: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """`head` and rows of the same length; the first cell of a row names it."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Bar:
    """`value` is at least 0, or None when it is not shown: `text` says why (« secret » unless told).

    `low` and `high` bound an estimate. `text` replaces the number as written. `note` is a sentence of the table.
    """

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    text: str = ""
    href: str = ""
    note: str = ""
    is_strong: bool = False

    @property
    def words(self) -> str:
        if self.text:
            return self.text
        if self.value is None:
            return HIDDEN
        if self.low is not None and self.high is not None:
            return f"{number(self.value)} ({number(self.low)} à {number(self.high)})"
        return number(self.value)


@dataclass(frozen=True, kw_only=True)
class Bars:
    """Horizontal bars from a common zero, in the order given.

    `summary` says what to see, in one sentence. `reference` draws a line across (a mean). `top` is the value at full width:
    the largest of the chart unless told (small multiples share theirs).
    """

    title: str
    summary: str
    bars: Sequence[Bar]
    name: str = "Modalité"
    unit: str = "Nombre"
    reference: float | None = None
    reference_label: str = ""
    top: float | None = None

    def largest(self) -> float:
        found = [v for bar in self.bars for v in (bar.value, bar.high) if v is not None]
        return max([*found, self.reference or 0.0])

    def table(self) -> Table:
        has_notes = any(bar.note for bar in self.bars)
        head = (self.name, self.unit, "Remarque") if has_notes else (self.name, self.unit)
        rows = []
        for bar in self.bars:
            cells = (Cell(bar.label, bar.href), Cell(bar.words, is_number=True))
            rows.append((*cells, Cell(bar.note)) if has_notes else cells)
        if self.reference is not None:
            cells = (Cell(self.reference_label), Cell(number(self.reference), is_number=True))
            rows.append((*cells, Cell("")) if has_notes else cells)
        return Table(head, tuple(rows))


@dataclass(frozen=True)
class Series:
    """One line. `values` go with the chart's `ticks`; None breaks the line."""

    label: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Lines over ordered `ticks` (years, days). The scale begins at 0.

    `at` places the ticks when they are not evenly spaced; otherwise they are.
    """

    title: str
    summary: str
    ticks: tuple[str, ...]
    series: tuple[Series, ...]
    at: tuple[float, ...] = ()
    name: str = "Date"
    unit: str = "Nombre"
    top: float | None = None

    def __post_init__(self) -> None:
        if any(len(one.values) != len(self.ticks) for one in self.series):
            raise ValueError("a series has one value for each tick")
        if self.at and len(self.at) != len(self.ticks):
            raise ValueError("each tick has one place")

    def largest(self) -> float:
        return max([0.0, *(v for one in self.series for v in one.values if v is not None)])

    def table(self) -> Table:
        labels = [one.label or self.unit for one in self.series]
        rows = tuple(
            (
                Cell(tick),
                *(
                    Cell("–" if value is None else number(value), is_number=True)
                    for one in self.series
                    for value in [one.values[rank]]
                ),
            )
            for rank, tick in enumerate(self.ticks)
        )
        return Table((self.name, *labels), rows)


@dataclass(frozen=True, kw_only=True)
class SmallMultiples:
    """The same chart for several places, on one scale so that they compare."""

    title: str
    summary: str
    panels: Sequence[Bars | Lines]
    name: str = "Territoire"

    def table(self) -> Table:
        """One row per panel and per row of it; panels of the same shape share their columns."""
        tables = [(panel.title, panel.table()) for panel in self.panels]
        head = tables[0][1].head if tables else ()
        return Table(
            (self.name, *head),
            tuple(
                (Cell(title), *row, *(Cell("") for _ in range(len(head) - len(row))))
                for title, table in tables
                for row in table.rows
            ),
        )


@dataclass(frozen=True)
class Area:
    """`geometry` is GeoJSON (Polygon or MultiPolygon, lon and lat). `tone` is a rank (0 is the lightest of five), None when unknown.

    `words` is what is said of it: its value with the unit.
    """

    label: str
    geometry: Any
    words: str = ""
    tone: int | None = None


@dataclass(frozen=True)
class AreaMap:
    """`summary` says what to see. `legend`: words of each tone, lightest first (a tone that is not used has none); empty for a map without shades.

    `head` names the columns of the table. `dots` are (lon, lat); `dots_label` says what one is.
    """

    title: str
    summary: str
    areas: tuple[Area, ...]
    head: tuple[str, str] = ("Commune", "Valeur")
    legend: tuple[str, ...] = ()
    dots: tuple[tuple[float, float], ...] = ()
    dots_label: str = ""

    def table(self) -> Table:
        rows = tuple(
            (Cell(area.label), Cell(area.words, is_number=area.words[:1].isdigit()))
            for area in self.areas
        )
        return Table(tuple(self.head), rows)


Chart: TypeAlias = Bars | Lines | SmallMultiples | AreaMap
