"""What the observatory counts, as plain values: a total and its breakdowns."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

Axis = Literal["family", "sector", "commune", "quarter", "size", "age", "typology", "label", "year"]
AXIS_LABELS: dict[str, str] = {
    "family": "famille",
    "sector": "secteur",
    "commune": "commune",
    "quarter": "quartier",
    "size": "taille",
    "age": "âge",
    "typology": "typologie",
    "label": "agrément ou label",
    "year": "année",
}
UNTOLD = "untold"  # key of the units of which an axis says nothing


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell. `value` is None when it is kept secret: its bounds, units and share are then not told either.

    `low` and `high` bound an estimate. `units` are the legal persons behind the value and `largest` the greatest share of one of
    them, from 0 to 1. `href` is the list behind, empty when no list shows it.
    """

    key: str
    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    units: int = 0
    largest: float = 0.0
    href: str = ""

    @property
    def is_secret(self) -> bool:
        return self.value is None

    def hidden(self) -> "Figure":
        return replace(self, value=None, low=None, high=None, units=0, largest=0.0)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Cells of one axis, in the order to show them. `adds_up`: they are a partition of the total."""

    axis: str
    rows: tuple[Figure, ...]
    adds_up: bool = True
    note: str = ""

    @property
    def label(self) -> str:
        return AXIS_LABELS[self.axis]

    def row(self, key: str) -> Figure | None:
        return next((one for one in self.rows if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Counted:
    """One indicator of a territory. `note` says what a reader must know of this number here."""

    indicator: str
    total: Figure
    breakdowns: dict[str, Breakdown] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class TerritoryFigures:
    """Everything counted of a space, or of one commune of it (`commune` is its INSEE code), at a moment.

    `by_indicator` follows the order of the page. Its values went through statistical secrecy unless it says `is_raw`.
    """

    slug: str
    name: str
    commune: str
    at: datetime
    population: int | None
    by_indicator: dict[str, Counted]
    is_raw: bool = False

    def total(self, indicator: str) -> Figure:
        return self.by_indicator[indicator].total

    def breakdown(self, indicator: str, axis: str) -> Breakdown | None:
        counted = self.by_indicator.get(indicator)
        return counted.breakdowns.get(axis) if counted else None
