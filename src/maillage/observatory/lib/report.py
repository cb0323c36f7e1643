"""A report as plain values: one tree, that a page and a document both show.

Nothing here knows HTML or a typesetter. Texts are sentences, numbers are written already, charts are values of
`core.charts`: what is secret was hidden before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, TypeAlias

from maillage.core.charts import AreaMap, Chart, standalone


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph; `strong` for the one that says the essential."""

    text: str
    strong: bool = False
    kind: ClassVar[str] = "words"

    def as_data(self, _images: dict[str, bytes]) -> dict[str, Any]:
        return {"kind": self.kind, "text": self.text, "strong": self.strong}


@dataclass(frozen=True, slots=True)
class Note:
    """Where what stands above comes from: definition, source, date."""

    text: str
    kind: ClassVar[str] = "note"

    def as_data(self, _images: dict[str, bytes]) -> dict[str, Any]:
        return {"kind": self.kind, "text": self.text}


@dataclass(frozen=True, slots=True)
class Tile:
    """A number that counts, written; `note` says what a reader must know of it."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tiles:
    items: tuple[Tile, ...]
    kind: ClassVar[str] = "tiles"

    def as_data(self, _images: dict[str, bytes]) -> dict[str, Any]:
        rows = [{"label": one.label, "value": one.value, "note": one.note} for one in self.items]
        return {"kind": self.kind, "items": rows}


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first cell of a row names it. `numeric` are ranks of columns of numbers."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    kind: ClassVar[str] = "grid"

    def as_data(self, _images: dict[str, bytes]) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "caption": self.caption,
            "head": list(self.head),
            "rows": [list(row) for row in self.rows],
            "numeric": list(self.numeric),
        }


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart; in a document its table follows, unless `has_table` says that another place tells it.

    `says_values`: nothing else tells them, the alternative text does.
    """

    chart: Chart
    has_table: bool = True
    says_values: bool = False
    width: float = 640.0
    kind: ClassVar[str] = "drawing"

    def as_data(self, images: dict[str, bytes]) -> dict[str, Any]:
        name = f"chart-{len(images)}.svg"
        images[name] = standalone(self.chart, width=self.width).encode()
        table = self.chart.table()
        numbers = [
            rank
            for rank in range(len(table.head))
            if any(row[rank].is_number for row in table.rows)
        ]
        grid = Grid(
            self.chart.title,
            table.head,
            tuple(tuple(cell.text for cell in row) for row in table.rows),
            tuple(numbers),
        )
        values = "; ".join(" : ".join(cell for cell in row if cell) for row in grid.rows)
        told = f" Valeurs : {values}." if self.says_values else ""
        return {
            "kind": self.kind,
            "title": self.chart.title,
            "summary": self.chart.summary,
            "alt": f"{self.chart.title}. {self.chart.summary}{told}",
            "is_map": isinstance(self.chart, AreaMap),
            "image": name,
            "table": grid.as_data(images) if self.has_table and table.rows else None,
        }


@dataclass(frozen=True, slots=True)
class Lines:
    """A list of short sentences."""

    items: tuple[str, ...]
    kind: ClassVar[str] = "lines"

    def as_data(self, _images: dict[str, bytes]) -> dict[str, Any]:
        return {"kind": self.kind, "items": list(self.items)}


@dataclass(frozen=True, slots=True)
class Beside:
    """Parts to read side by side, that nothing adds up."""

    parts: "tuple[Section, ...]"
    kind: ClassVar[str] = "beside"

    def as_data(self, images: dict[str, bytes]) -> dict[str, Any]:
        return {"kind": self.kind, "parts": [part.as_data(images) for part in self.parts]}


Block: TypeAlias = Words | Note | Tiles | Grid | Drawing | Lines | Beside


@dataclass(frozen=True, slots=True)
class Section:
    """`code` names it in an address (an anchor) and in a saved choice."""

    code: str
    title: str
    blocks: tuple[Block, ...]

    def as_data(self, images: dict[str, bytes]) -> dict[str, Any]:
        return {"title": self.title, "blocks": [block.as_data(images) for block in self.blocks]}


@dataclass(frozen=True, slots=True)
class Report:
    """`over` says what sort of report it is, `foot` its source and its date. `at`: when what it tells was counted.

    `one_page`: it must hold on one sheet.
    """

    title: str
    over: str
    subtitle: str
    author: str
    foot: str
    at: datetime
    sections: tuple[Section, ...]
    foreword: str = ""
    one_page: bool = False

    def as_data(self) -> tuple[dict[str, Any], dict[str, bytes]]:
        """JSON for the typesetter, and the drawings it names."""
        images: dict[str, bytes] = {}
        data = {
            "title": self.title,
            "over": self.over,
            "subtitle": self.subtitle,
            "author": self.author,
            "description": f"{self.over} : {self.title}. {self.subtitle}".strip(),
            "foot": self.foot,
            "foreword": self.foreword,
            "compact": self.one_page,
            "sections": [section.as_data(images) for section in self.sections],
        }
        return data, images

    def texts(self) -> Iterator[str]:
        """Every text of it, for who looks for a word."""
        data, _images = self.as_data()
        yield from _texts(data)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inside in value.values():
            yield from _texts(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _texts(inside)


_MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]


def in_full(day: date) -> str:
    """« 22 novembre 2026 », « 1er mars 2027 »."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[day.month - 1]} {day.year}"
