"""Needs shipped with the product, and what a sheet of the catalogue holds."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_SHIPPED = Path(__file__).parents[1] / "data" / "needs.csv"


@dataclass(frozen=True, slots=True)
class NeedSheet:
    """Who answers a need, for whom, and how far people accept to go for it (`reach`, metres).

    A structure answers when it bears one of `terms` (children included) or when its activity, in NAF
    rév. 2, begins with one of `activities`. `target` is a `PopulationGroup`, empty for everybody.
    `is_shipped`: the code is one of ours; `is_own`: the space wrote this sheet.
    """

    code: str
    theme: str
    label: str
    question: str
    description: str = ""
    terms: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    target: str = ""
    reach: int = 1500
    is_active: bool = True
    is_shipped: bool = False
    is_own: bool = False


@cache
def shipped() -> tuple[NeedSheet, ...]:
    """In the order of the file: themes together."""
    with _SHIPPED.open(encoding="utf-8", newline="") as stream:
        return tuple(
            NeedSheet(
                code=row["code"],
                theme=row["theme"],
                label=row["label"],
                question=row["question"],
                description=row["description"],
                terms=tuple(row["terms"].split()),
                activities=tuple(row["activities"].split()),
                target=row["target"],
                reach=int(row["reach"]),
                is_shipped=True,
            )
            for row in csv.DictReader(stream, strict=True)
        )
