"""Read what the demonstration is made of: kinds of activity, communes, streets and words."""

import csv
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True)
class Place:
    """A commune as people say its name, and the quarters one may belong to."""

    code: str
    name: str
    postal: str
    quarters: tuple[str, ...]


@dataclass(frozen=True, eq=False)  # one object per trade: compared and hashed by identity
class Kind:
    """A trade: what such structures are called, what they do, for whom, under which forms."""

    key: str
    sector: str
    sub: str
    weight: float
    naf: dict[str, float]
    forms: dict[str, float]
    staff: str
    typology: str
    aims: tuple[str, ...]
    audiences: tuple[str, ...]
    roles: tuple[str, ...]
    words: tuple[str, ...]
    names: tuple[str, ...]
    what: tuple[str, ...]
    how: tuple[str, ...]
    extra: tuple[str, ...]
    labels: dict[str, float] = field(default_factory=dict)
    oldest: int = 90  # years since such structures exist


@dataclass(frozen=True)
class Words:
    sports: tuple[str, ...]
    peoples: tuple[str, ...]
    countries: tuple[tuple[str, str, str], ...]
    days: tuple[str, ...]
    second_words: tuple[str, ...]
    closings: dict[str, tuple[str, ...]]


@cache
def kinds() -> tuple[Kind, ...]:
    found: list[Kind] = []
    for path in sorted((DATA / "kinds").glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        shared = {key: value for key, value in content.items() if key != "kind"}
        found.extend(Kind(**_frozen(shared | kind)) for kind in content["kind"])
    return tuple(found)


@cache
def places() -> dict[str, Place]:
    """Every commune of the four spaces, by INSEE code."""
    with (DATA / "communes.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Place(
                row["code"], row["name"], row["postal"], tuple(row["places"].split("|"))
            )
            for row in csv.DictReader(file)
        }


@cache
def streets() -> tuple[str, ...]:
    return tuple((DATA / "streets.txt").read_text(encoding="utf-8").split("\n"))[:-1]


@cache
def words() -> Words:
    return Words(**_frozen(tomllib.loads((DATA / "words.toml").read_text(encoding="utf-8"))))


def _frozen(value: dict[str, Any]) -> dict[str, Any]:
    return {key: _deep(item) for key, item in value.items()}


def _deep(item: Any) -> Any:
    if isinstance(item, list):
        return tuple(_deep(part) for part in item)
    return {key: _deep(part) for key, part in item.items()} if isinstance(item, dict) else item
