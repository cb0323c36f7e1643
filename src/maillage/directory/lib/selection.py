"""Apply a state of the directory to a snapshot: who is shown, in which order, and how many per value."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from maillage.core.search import Hits
from maillage.directory.lib import bits
from maillage.directory.lib.criteria import FACET_TITLES, FACETS, DirectoryFilters
from maillage.directory.lib.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found here. `ranked`: positions, best first; None when there are too many to rank."""

    hits: Hits
    members: int
    ranked: NDArray[np.int64] | None


def found_in(snapshot: Snapshot, hits: Hits) -> Found:
    positions = snapshot.positions_of(hits.ids)
    members = bits.from_positions(positions, len(snapshot))
    # The identifiers are no longer of use, and may be a million.
    return Found(replace(hits, ids=hits.ids[:1]), members, positions if hits.ranked else None)


@dataclass(frozen=True, slots=True)
class Selection:
    """`positions` are in the order asked for, `members` the same as a set. `outside[f]` is the selection with facet `f` left out."""

    snapshot: Snapshot
    filters: DirectoryFilters
    positions: NDArray[np.int64]
    members: int
    outside: dict[str, int]
    hits: Hits | None
    distances: NDArray[np.float64] | None

    def __len__(self) -> int:
        return len(self.positions)

    def ids(self) -> list[int]:
        ids: list[int] = self.snapshot.ids[self.positions].tolist()
        return ids


def known_values(
    snapshot: Snapshot, filters: DirectoryFilters
) -> tuple[DirectoryFilters, list[str]]:
    """The same state without the values this space does not have, and a sentence for each.

    The name of a commune stands for its code, or for those of all the communes of that name.
    """
    messages = []
    for facet in FACETS:
        values = filters.values(facet)
        meant = {value: snapshot.meant(facet, value) for value in values}
        known = tuple(dict.fromkeys(code for codes in meant.values() for code in codes))
        if known != values:
            filters = replace(filters.with_values(facet, known), page=filters.page)
            title = FACET_TITLES[facet].lower()
            messages += [
                f"« {value} » n'est pas une valeur de « {title} » ici : ce filtre est ignoré."
                for value in values
                if not meant[value]
            ]
    return filters, messages


def select(snapshot: Snapshot, filters: DirectoryFilters, found: Found | None) -> Selection:
    """`filters` holds known values only; `found` answers `filters.q`, None when it asks nothing."""
    common = snapshot.everything if found is None else found.members
    if filters.bbox is not None:
        common &= snapshot.inside(*filters.bbox)
    chosen = {facet: _any_of(snapshot, facet, filters.values(facet)) for facet in FACETS}
    selected, outside = common, {}
    for held in chosen.values():
        if held is not None:
            selected &= held
    for facet, held in chosen.items():
        outside[facet] = selected
        if held is not None:
            outside[facet] = common
            for other, narrowing in chosen.items():
                if other != facet and narrowing is not None:
                    outside[facet] &= narrowing
    distances = snapshot.distances(filters.near) if filters.near is not None else None
    ranked = found.ranked if found is not None else None
    positions = _ordered(snapshot, filters, selected, ranked, distances)
    hits = found.hits if found is not None else None
    return Selection(snapshot, filters, positions, selected, outside, hits, distances)


def _any_of(snapshot: Snapshot, facet: str, values: tuple[str, ...]) -> int | None:
    if not values:
        return None
    return bits.union((snapshot.facets[facet][value].bits for value in values), len(snapshot))


def _ordered(
    snapshot: Snapshot,
    filters: DirectoryFilters,
    selected: int,
    ranked: NDArray[np.int64] | None,
    distances: NDArray[np.float64] | None,
) -> NDArray[np.int64]:
    mask = bits.to_mask(selected, len(snapshot))
    order = filters.order
    if order == "pertinence" and ranked is not None:
        return ranked[mask[ranked]]
    if order == "recent":
        return snapshot.recent[mask[snapshot.recent]].astype(np.int64)
    positions = np.flatnonzero(mask)
    if order == "distance" and distances is not None:
        return positions[np.argsort(distances[positions], kind="stable")]
    return positions
