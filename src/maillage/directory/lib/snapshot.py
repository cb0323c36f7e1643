"""The published structures of one space, in columns, at one moment.

A structure is a position: its rank by name. Each value of each facet is a set of positions, so that
filtering and counting are a few operations on integers whatever the number of structures. It is a
cache: everything in it comes from the database and is rebuilt when the database changes.
Two million structures take about 200 MB.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maillage.directory.lib import bits
from maillage.directory.lib.bits import Set
from maillage.directory.lib.columns import Named, Rows
from maillage.directory.lib.criteria import Point
from maillage.territories.lib.names import fold_name

# From there on a space is large: it is read again beside the requests, and says how old it is.
LARGE = 100_000
MERCATOR_BITS = 30
_MOST_SEARCHES = 256
_MOST_FEEDS = 48
_EARTH_M = 6_371_008.8


@dataclass(slots=True)
class Choice:
    """A value of a facet. `parent` is the value above it in a hierarchy."""

    label: str
    bits: Set = 0
    parent: str = ""
    hue: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """Points that may be shown, sorted by structure. `owner` is the structure's position.

    The places of structure p are rows `first[p]` to `first[p + 1]` (excluded), the main one first.
    """

    owner: NDArray[np.int32]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    approximate: NDArray[np.bool_]
    first: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`facets` maps a facet to its values in display order.

    `old` marks the positions of pages a year old or more. `recent` and `newest`: positions by date of confirmation and of entry, latest first.

    `communes`, `labels` and `families` tell, for a position, the codes of its communes, the names of
    its labels in force and the code of its family. `main_sector[p]` is the rank of a first-level sector in `sectors`, or -1.
    """

    version: tuple[Any, ...]
    read_at: datetime
    ids: NDArray[np.int64]
    facets: dict[str, dict[str, Choice]]
    old: NDArray[np.bool_]
    recent: NDArray[np.int32]
    newest: NDArray[np.int32]
    places: Places
    sectors: list[str]
    main_sector: NDArray[np.int8]
    communes: Rows
    labels: Rows
    families: Named
    bounds: tuple[float, float, float, float] | None
    synonyms: tuple[tuple[str, ...], ...]
    _by_id: NDArray[np.int32]
    _sorted_ids: NDArray[np.int64]
    _searches: "OrderedDict[str, Any]" = field(default_factory=OrderedDict)
    _feeds: "OrderedDict[str, Any]" = field(default_factory=OrderedDict)
    _mercator: list[NDArray[np.int32]] = field(default_factory=list)
    _named: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _lock: Any = field(default_factory=Lock)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def everything(self) -> int:
        return (1 << len(self.ids)) - 1

    @property
    def is_large(self) -> bool:
        return len(self.ids) >= LARGE

    def positions_of(self, ids: Sequence[int] | NDArray[np.int64]) -> bits.Positions:
        """Positions of these structures in the same order; those of other spaces are left out."""
        if not len(self.ids) or not len(ids):
            return np.empty(0, dtype=np.int64)
        wanted = np.asarray(ids, dtype=np.int64)
        at = np.searchsorted(self._sorted_ids, wanted)
        at[at == len(self._sorted_ids)] = 0
        found: bits.Positions = self._by_id[at[self._sorted_ids[at] == wanted]].astype(np.int64)
        return found

    def meant(self, facet: str, value: str) -> tuple[str, ...]:
        """Values of a facet that `value` stands for: itself, or the communes of that name."""
        if value in self.facets[facet]:
            return (value,)
        if facet != "commune" or value.isdigit():
            return ()
        with self._lock:
            if not self._named:
                for code, choice in self.facets[facet].items():
                    name = fold_name(choice.label)
                    self._named[name] = (*self._named.get(name, ()), code)
        return self._named.get(fold_name(value), ())

    def counts(self, facet: str, selected: int) -> dict[str, int]:
        """Structures of `selected` for each value of a facet, in its order."""
        choices = self.facets[facet]
        held = [choice.bits for choice in choices.values()]
        if selected == self.everything:
            found = [one.bit_count() for one in held]
        else:
            found = bits.counts(held, selected, len(self))
        return dict(zip(choices, found, strict=True))

    def position(self, structure_id: int) -> int | None:
        if not 0 <= structure_id <= np.iinfo(np.int64).max:
            return None
        found = self.positions_of([structure_id])
        return int(found[0]) if len(found) else None

    def ids_from(self, start: int, count: int) -> list[int]:
        """Identifiers in order, from the `start`-th on."""
        ids: list[int] = self._sorted_ids[start : start + count].tolist()
        return ids

    def main_place(self, position: int) -> tuple[float, float, bool] | None:
        """Longitude, latitude and approximation of the structure's first place."""
        row = int(self.places.first[position])
        if row == int(self.places.first[position + 1]):
            return None
        places = self.places
        return float(places.lon[row]), float(places.lat[row]), bool(places.approximate[row])

    def inside(self, west: float, south: float, east: float, north: float) -> int:
        """Structures with a place in the box."""
        places = self.places
        rows = (places.lon >= west) & (places.lon <= east)
        rows &= (places.lat >= south) & (places.lat <= north)
        return bits.from_positions(places.owner[rows], len(self))

    def mercator(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Web Mercator of the places, from the north-west corner of the world: its side is 2 to the 30."""
        with self._lock:
            if not self._mercator:
                side = float(1 << MERCATOR_BITS)
                sine = np.sin(np.radians(np.clip(self.places.lat, -85, 85)))
                down = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)
                across = (self.places.lon + 180) / 360
                self._mercator.extend(
                    np.clip(part * side, 0, side - 1).astype(np.int32) for part in (across, down)
                )
        return self._mercator[0], self._mercator[1]

    def distances(self, origin: Point) -> NDArray[np.float64]:
        """Metres from `origin` to the nearest place of each structure; infinite without a place."""
        nearest = np.full(len(self), np.inf)
        places = self.places
        if len(places.owner):
            lon, lat = np.radians(places.lon), np.radians(places.lat)
            lon0, lat0 = np.radians(origin[0]), np.radians(origin[1])
            half = np.sin((lat - lat0) / 2) ** 2
            half += np.cos(lat) * np.cos(lat0) * np.sin((lon - lon0) / 2) ** 2
            metres = 2 * _EARTH_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
            np.minimum.at(nearest, places.owner, metres)
        return nearest

    def remembered(self, query: str) -> Any:
        """What a search found, or None."""
        return _recall(self._lock, self._searches, query)

    def remember(self, query: str, found: Any) -> None:
        """What was found is true as long as the snapshot is: both change with the same clock."""
        _store(self._lock, self._searches, query, found, _MOST_SEARCHES)

    def feed(self, state: str) -> Any:
        """The prepared feed of a state, or None."""
        return _recall(self._lock, self._feeds, state)

    def keep_feed(self, state: str, feed: Any) -> None:
        _store(self._lock, self._feeds, state, feed, _MOST_FEEDS)


def _recall(lock: Any, kept: "OrderedDict[str, Any]", key: str) -> Any:
    with lock:
        value = kept.get(key)
        if value is not None:
            kept.move_to_end(key)
        return value


def _store(lock: Any, kept: "OrderedDict[str, Any]", key: str, value: Any, most: int) -> None:
    with lock:
        kept[key] = value
        while len(kept) > most:
            kept.popitem(last=False)
