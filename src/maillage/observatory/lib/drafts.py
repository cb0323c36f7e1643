"""A published figure before it is written: what a form or a row of a file says, once understood."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

_OTHER = re.compile(r"[^a-z0-9]+")
KEY = ("indicator", "place_kind", "place_code", "family", "sector", "year", "source")
SAID = ("value", "place_label", "source_url", "published_on", "perimeter", "confidence")
LARGEST = Decimal(10) ** 14


def folded(text: str) -> str:
    """« Champ ESS ? », « champ_ess » and « Champ  ess » are the same word."""
    plain = (
        unicodedata.normalize("NFKD", text.replace("œ", "oe")).encode("ascii", "ignore").decode()
    )
    return _OTHER.sub("_", plain.lower()).strip("_")


@dataclass(frozen=True, slots=True)
class Draft:
    """Fields of a `SourcedFigure`. `line` is the row of the file that says it, or the first of them."""

    indicator: str
    place_kind: str
    place_code: str
    place_label: str
    year: int
    value: Decimal
    source: str
    perimeter: str
    confidence: str
    family: str = ""
    sector: str = ""
    source_url: str = ""
    published_on: date | None = None
    line: int = 0

    @property
    def key(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in KEY)

    def fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in (*KEY, *SAID)}


class Refusal(NamedTuple):
    """A row that was left out, and why, in a French sentence."""

    line: int
    message: str


@dataclass(slots=True)
class Reading:
    """What a file says. `outside` counts the rows about other territories; `rows`, all rows but the header."""

    drafts: list[Draft] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    outside: int = 0
    rows: int = 0
    warnings: list[str] = field(default_factory=list)
