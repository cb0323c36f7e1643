"""How far people live from who answers a need, and how much of it is within their reach.

Points are in metres in a plane. The floating catchment (2SFCA) is that of Luo and Wang (2003), « Measures of
spatial accessibility to health care in a GIS environment »: a structure shares itself among the people
within reach of it, and a place adds up the shares of the structures within its reach. With `decay` a distance
d counts for (exp(-(d/d₀)²/2) - exp(-1/2)) / (1 - exp(-1/2)) instead of 1, d₀ being the reach (Dai, 2010).
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]

# Pairs (structure, cell) looked at together: three arrays of eight bytes each.
MOST_PAIRS = 2_000_000
MOST_SQUARES = 200


def nearest(cells: Floats, supply: Floats) -> Floats:
    """Metres from each cell (rows x, y) to the nearest supply; infinite when there is none."""
    if not len(supply) or not len(cells):
        return np.full(len(cells), np.inf)
    metres: Floats = cKDTree(supply).query(cells)[0]
    return metres


def two_step(
    cells: Floats, people: Floats, supply: Floats, *, reach: float, decay: bool = False
) -> Floats:
    """2SFCA index of each cell: structures per person within `reach` metres, limits included.

    A structure that nobody lives near is nobody's. Memory does not grow with the number of structures.
    """
    index = np.zeros(len(cells))
    if not len(cells) or not len(supply):
        return index
    places, structures = np.unique(supply, axis=0, return_counts=True)
    for rows, homes in _blocks(cells, places, reach):
        squared = np.subtract.outer(places[rows, 0], cells[homes, 0]) ** 2
        squared += np.subtract.outer(places[rows, 1], cells[homes, 1]) ** 2
        weight = (squared <= reach**2).astype(np.float64)
        if decay:
            weight *= _decay(np.sqrt(squared), reach)
        demand = weight @ people[homes]
        share = np.divide(structures[rows], demand, out=np.zeros_like(demand), where=demand > 0)
        index[homes] += share @ weight
    return index


def weighted_mean(values: Floats, people: Floats, group: NDArray[np.int64], size: int) -> Floats:
    """Mean of `values` where people live, by `group` (0 to `size` - 1); not a number where nobody does."""
    total = np.bincount(group, weights=people, minlength=size)
    held = np.where(people > 0, values, 0.0) * people
    means: Floats = np.full(size, np.nan)
    np.divide(np.bincount(group, weights=held, minlength=size), total, out=means, where=total > 0)
    return means


def _decay(metres: Floats, reach: float) -> Floats:
    least = np.exp(-0.5)
    weight: Floats = (np.exp(-0.5 * (metres / reach) ** 2) - least) / (1 - least)
    return weight


def _blocks(
    cells: Floats, places: Floats, reach: float
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Places by square of a third of the reach, each time with the cells that one of them may reach."""
    side = max(reach / 3, float(np.ptp(places, axis=0).max()) / MOST_SQUARES, 1.0)
    square = np.floor((places - places.min(axis=0)) / side).astype(np.int64)
    key = square[:, 0] * (2 * MOST_SQUARES) + square[:, 1]
    order = np.argsort(key, kind="stable")
    by_x = np.argsort(cells[:, 0], kind="stable")
    sorted_x = cells[by_x, 0]
    for rows in np.split(order, np.flatnonzero(np.diff(key[order])) + 1):
        (west, south), (east, north) = places[rows].min(axis=0), places[rows].max(axis=0)
        first = np.searchsorted(sorted_x, west - reach)
        last = np.searchsorted(sorted_x, east + reach, side="right")
        homes = by_x[first:last]
        y = cells[homes, 1]
        homes = homes[(y >= south - reach) & (y <= north + reach)]
        if len(homes):
            step = max(1, MOST_PAIRS // len(homes))
            for start in range(0, len(rows), step):
                yield rows[start : start + step], homes
