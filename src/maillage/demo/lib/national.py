"""Invent a whole country of structures, ten thousand at a time.

Every lot is drawn from the seed and its own number: the same seed gives the same country, whatever its
size. Proportions stand in `data/national.toml` with their sources.
"""

import tomllib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maillage.demo.lib.french import after

LOT = 10_000
_FILE = Path(__file__).resolve().parents[1] / "data" / "national.toml"
_STREETS = _FILE.with_name("streets.txt")
_LARGE = ("8210", "8290", "6411", "9300")
# Prime with the number of SIREN to share, so that every rank has its own.
_STEP, _FIRST, _SPAN = 61_803_399, 10_000, 99_990_000
Integers = NDArray[np.int64]


class Commune(NamedTuple):
    code: str
    name: str
    region: str
    department: str
    postal_codes: tuple[str, ...]
    population: int
    lon: float | None
    lat: float | None


@dataclass(slots=True)
class Place:
    siret: str
    commune: Commune
    postal_code: str
    number: str
    street: str
    lon: float | None
    lat: float | None


@dataclass(slots=True)
class Invention:
    """`name` and `description` are cut in pieces: a space joins them. The rest are codes and dates."""

    rank: int
    siren: str
    rna: str | None
    name: tuple[str, str]
    description: tuple[str, ...]
    legal_category: str
    activity_code: str
    size_band: str
    year: int
    day: int
    is_partial: bool
    is_labelled: bool
    audience: int
    places: list[Place] = field(default_factory=list)


@cache
def facts() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def siren_of(rank: int) -> str:
    """The SIREN of a rank, from 0; its Luhn key is right, and no two ranks share one.

    The numbers of the small demonstration (0000…) are left to it.
    """
    return _keyed(f"{_FIRST + rank * _STEP % _SPAN:08d}")


def _keyed(body: str) -> str:
    total = 0
    for at, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if at % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


class Country:
    """Draws structures over `communes`, the first of which have rank `start`."""

    def __init__(self, communes: Sequence[Commune], *, seed: int, start: int = 0) -> None:
        self.communes, self.seed, self.start = communes, seed, start
        self._weights = _cumulated(_commune_weights(communes))
        self._streets = [line for line in _STREETS.read_text(encoding="utf-8").splitlines() if line]
        self._endings: list[str] = facts()["words"]["endings"]
        self._more: list[str] = facts()["words"]["more"]
        self._forms, self._form_weights = _shares(facts()["legal_categories"])
        self._activities = facts()["activities"]
        self._by_form = {
            form: at for at, row in enumerate(self._activities) for form in row.get("forms", ())
        }
        self._activity_weights = _cumulated([row["share"] for row in self._activities])

    def lot(self, number: int, size: int) -> list[Invention]:
        """The first `size` structures of this lot; lots are asked for in order."""
        draw = np.random.default_rng([self.seed, number, self.start])
        shares = facts()["shares"]
        first = self.start + number * LOT
        where = _drawn(draw, self._weights)
        forms = _drawn(draw, self._form_weights)
        trades = _drawn(draw, self._activity_weights)
        usual, large = (_shares(facts()["sizes"][kind]) for kind in ("usual", "large"))
        sizes, large_sizes = _drawn(draw, usual[1]), _drawn(draw, large[1])
        chances = draw.random((LOT, 8))
        picks = draw.integers(0, 1 << 30, (LOT, 8))
        jitter = draw.normal(0.0, 1.0, (LOT, 4))
        found = []
        for at in range(size):
            commune = self.communes[where[at]]
            form = self._forms[forms[at]]
            activity = self._activities[self._by_form.get(form, int(trades[at]))]
            bands = large[0][large_sizes[at]] if form in _LARGE else usual[0][sizes[at]]
            chance, pick, shift = chances[at].tolist(), picks[at].tolist(), jitter[at].tolist()
            names = activity["names"]
            siren = siren_of(first + at)
            one = Invention(
                rank=first + at,
                siren=siren,
                rna=self._number(commune, form, first + at) if chance[0] < shares["rna"] else None,
                name=(names[pick[0] % len(names)], self._ending(commune, pick[1], chance[1])),
                description=(
                    (activity["does"], *self._more_of(pick[2]))
                    if chance[2] < shares["described"]
                    else ()
                ),
                legal_category=form,
                activity_code=activity["code"],
                size_band=bands,
                year=2025 - int(45 * chance[3] ** 2),
                day=pick[3] % 336,
                is_partial=chance[4] < shares["partial"],
                is_labelled=chance[5] < shares["labelled"],
                audience=pick[4] if chance[6] < shares["audience"] else -1,
            )
            unplaced = chance[7] < shares["unplaced"]
            one.places.append(self._place(one, 1, commune, pick[5], None if unplaced else shift))
            if pick[6] % 10_000 < shares["second_place"] * 10_000:
                other = self.communes[where[pick[7] % LOT]]
                one.places.append(self._place(one, 2, other, pick[7], [shift[2], shift[3]]))
            found.append(one)
        return found

    def _number(self, commune: Commune, form: str, rank: int) -> str | None:
        if not form.startswith("92"):
            return None
        # Two figures for the department, as in the register; the rank keeps the rest apart.
        return f"W{commune.department[:2]}{rank % 10_000_000:07d}"

    def _ending(self, commune: Commune, pick: int, chance: float) -> str:
        if chance < 0.5:
            return after("de", commune.name.replace(" Arrondissement", ""))
        return self._endings[pick % len(self._endings)]

    def _more_of(self, pick: int) -> tuple[str, ...]:
        return (self._more[pick // 2 % len(self._more)],) if pick % 2 else ()

    def _place(
        self, one: Invention, rank: int, commune: Commune, pick: int, shift: list[float] | None
    ) -> Place:
        spread = 0.004 + min(0.02, commune.population / 5_000_000)
        placed = shift is not None and commune.lon is not None and commune.lat is not None
        street = self._streets[pick // 200 % len(self._streets)]
        if pick % 9_973 < facts()["shares"]["cedex"] * 9_973:
            street = f"{street} CEDEX"
        return Place(
            siret=_keyed(f"{one.siren}{rank:04d}"),
            commune=commune,
            postal_code=commune.postal_codes[pick % len(commune.postal_codes)]
            if commune.postal_codes
            else "",
            number=str(1 + pick % 199),
            street=street,
            lon=round(commune.lon + shift[0] * spread * 1.4, 5) if placed else None,  # type: ignore[index, operator]
            lat=round(commune.lat + shift[1] * spread, 5) if placed else None,  # type: ignore[index, operator]
        )


def _commune_weights(communes: Sequence[Commune]) -> list[float]:
    """Shares of regions, then populations; a region without a share of its own is weighed by its people."""
    people: dict[str, int] = defaultdict(int)
    for commune in communes:
        people[commune.region] += commune.population
    shares: dict[str, float] = facts()["regions"]
    others = sum(count for region, count in people.items() if region not in shares) or 1
    rest = 100 - sum(shares.values())

    def share(region: str) -> float:
        return shares.get(region, rest * people[region] / others)

    return [
        share(one.region) * one.population / people[one.region] if one.population else 0.0
        for one in communes
    ]


def _shares(table: dict[str, float]) -> tuple[list[str], NDArray[np.float64]]:
    return list(table), _cumulated(list(table.values()))


def _cumulated(weights: Sequence[float]) -> NDArray[np.float64]:
    total = np.cumsum(np.asarray(weights, dtype=np.float64))
    cumulated: NDArray[np.float64] = total / total[-1]
    return cumulated


def _drawn(draw: np.random.Generator, cumulated: NDArray[np.float64]) -> Integers:
    return np.searchsorted(cumulated, draw.random(LOT), side="right").astype(np.int64)


Told = Callable[[int, int], None]
