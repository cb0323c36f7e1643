"""Apply a state of the directory to a snapshot: who is shown, in which order, and how many per value."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from maillage.core.search import Hits
from maillage.directory.lib import bits
from maillage.directory.lib.criteria import FACET_TITLES, FACETS, DirectoryFilters
from maillage.directory.lib.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Selection:
    """`positions` are in the order asked for. `outside[f]` is the selection with facet `f` left out."""

    snapshot: Snapshot
    filters: DirectoryFilters
    positions: NDArray[np.int64]
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
    """The same state without the values this space does not have, and a sentence for each."""
    messages = []
    for facet in FACETS:
        values = filters.values(facet)
        known = tuple(value for value in values if value in snapshot.facets[facet])
        if known != values:
            filters = replace(filters.with_values(facet, known), page=filters.page)
            title = FACET_TITLES[facet].lower()
            messages += [
                f"« {value} » n'est pas une valeur de « {title} » ici : ce filtre est ignoré."
                for value in values
                if value not in known
            ]
    return filters, messages


def select(snapshot: Snapshot, filters: DirectoryFilters, hits: Hits | None) -> Selection:
    """`filters` holds known values only; `hits` answers `filters.q`, None when it asks nothing."""
    found = snapshot.positions_of(hits.ids) if hits is not None else None
    common = snapshot.everything
    if found is not None:
        common &= bits.from_positions(found, len(snapshot))
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
    positions = _ordered(snapshot, filters, selected, found, distances)
    return Selection(snapshot, filters, positions, outside, hits, distances)


def _any_of(snapshot: Snapshot, facet: str, values: tuple[str, ...]) -> int | None:
    if not values:
        return None
    held = 0
    for value in values:
        held |= snapshot.facets[facet][value].bits
    return held


def _ordered(
    snapshot: Snapshot,
    filters: DirectoryFilters,
    selected: int,
    found: NDArray[np.int64] | None,
    distances: NDArray[np.float64] | None,
) -> NDArray[np.int64]:
    mask = bits.to_mask(selected, len(snapshot))
    order = filters.order
    if order == "pertinence" and found is not None:
        return found[mask[found]]
    if order == "recent":
        return snapshot.recent[mask[snapshot.recent]]
    positions = np.flatnonzero(mask)
    if order == "distance" and distances is not None:
        return positions[np.argsort(distances[positions], kind="stable")]
    return positions
