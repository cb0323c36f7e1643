"""Statistical secrecy: what a published table must not say of one employer.

The usual French rule: a cell is secret with fewer than three units, or when one unit makes more than 85 % of it. A cell
that no unit feeds is zero, and no secret. Hiding those is not enough: a cell alone hidden in a sum is found by difference.
So more cells are hidden, the smallest first, until:

- in each sum whose total is shown, what is missing (the hidden parts together) is not secret itself: at least three units,
  none of which makes more than 85 %;
- no hidden cell is determined by all the sums together (rank of the linear system). Units counted have a positive value, so the true
  table lies inside the set of tables that agree with what is shown: a cell that is not determined has a whole interval of
  possible values, however sharp the attack by linear programming.

Not promised: that the interval is wide; that a table of *whole counts* resists somebody who also knows the rule (three
hidden cells that add up to three are ones); nor that two tables shown apart, whose units overlap, resist somebody who knows
the members of each. Counts of published structures need none of this: each has its page.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import numpy as np

FEWEST = 3
MOST_SHARE = 0.85
_NOTHING = 1e-9

K = TypeVar("K", bound=Hashable)


class Amount(NamedTuple):
    """A cell: its value, how many units have a part in it, and the greatest of those parts (same unit as `value`)."""

    value: float
    units: int
    largest: float

    @property
    def is_secret(self) -> bool:
        if self.units <= 0:
            return False
        return self.units < FEWEST or self.largest > MOST_SHARE * self.value


NOBODY = Amount(0.0, 0, 0.0)


def together(amounts: Iterable[Amount]) -> Amount:
    """Amounts of separate units as one."""
    value, units, largest = 0.0, 0, 0.0
    for amount in amounts:
        value += amount.value
        units += amount.units
        largest = max(largest, amount.largest)
    return Amount(value, units, largest)


class Sum(NamedTuple, Generic[K]):
    """The cell `total` is the sum of the cells `parts`: no unit is in two of them, none is forgotten."""

    total: K
    parts: tuple[K, ...]


@dataclass(frozen=True)
class Protected:
    """What may be shown: None stands for a secret cell. Axes and keys are those that were given, in their order."""

    total: float | None
    axes: dict[str, dict[str, float | None]]

    def is_hidden(self, axis: str = "", key: str = "") -> bool:
        return (self.axes[axis][key] if axis else self.total) is None


Join = Callable[[Iterable[K]], Amount]
Key = tuple[str, str]


def protect(
    total: Amount,
    axes: Mapping[str, Mapping[str, Amount]],
    *,
    join: Join[Key] | None = None,
) -> Protected:
    """A total and its breakdowns, each of which adds up to it (give what is left over as a key of its own).

    `join` makes one amount of cells (axis, key) when a unit may have a part in several of them (an employer with two places).
    """
    cells: dict[Key, Amount] = {("", ""): total}
    sums = []
    for axis, amounts in axes.items():
        parts = {(axis, key): amount for key, amount in amounts.items()}
        cells |= parts
        sums.append(Sum(("", ""), tuple(parts)))
    hidden = secret_cells(cells, sums, join=join)
    return Protected(
        None if ("", "") in hidden else total.value,
        {
            axis: {
                key: None if (axis, key) in hidden else amount.value
                for key, amount in amounts.items()
            }
            for axis, amounts in axes.items()
        },
    )


def secret_cells(
    cells: Mapping[K, Amount], sums: Sequence[Sum[K]], *, join: Join[K] | None = None
) -> frozenset[K]:
    """Which cells to hide, in any set of linked tables. Never a cell without units."""
    one_amount = join or (lambda keys: together(cells[key] for key in keys))
    hidden = {key for key, amount in cells.items() if amount.is_secret}
    while True:
        more = _missing_parts(cells, sums, hidden, one_amount) or _determined(cells, sums, hidden)
        if not more:
            return frozenset(hidden)
        hidden |= more


def _missing_parts(
    cells: Mapping[K, Amount], sums: Sequence[Sum[K]], hidden: set[K], join: Join[K]
) -> set[K]:
    """Cells to hide so that what is missing in each sum is no secret itself."""
    more: set[K] = set()
    for one in sums:
        lost = [key for key in one.parts if key in hidden or key in more]
        shown = [
            key
            for key in one.parts
            if cells[key].units > 0 and key not in hidden and key not in more
        ]
        if not shown:
            continue
        if one.total in hidden or one.total in more:
            if not lost:
                more.add(max(shown, key=lambda key: cells[key].value))
        elif lost and join(lost).is_secret:
            more.add(_best(cells, lost, shown, join))
    return more


def _best(cells: Mapping[K, Amount], lost: list[K], shown: list[K], join: Join[K]) -> K:
    """The smallest cell that is enough; the largest when none is."""
    by_value = sorted(shown, key=lambda key: cells[key].value)
    for key in by_value:
        if not join([*lost, key]).is_secret:
            return key
    return by_value[-1]


def _determined(cells: Mapping[K, Amount], sums: Sequence[Sum[K]], hidden: set[K]) -> set[K]:
    """One cell to hide in a sum of each hidden cell that the sums together determine.

    Cells that stand in the same sums are one column: what one gains another may lose, so none of several is determined.
    """
    places: dict[K, list[tuple[int, float]]] = {key: [] for key in cells if key in hidden}
    for row, one in enumerate(sums):
        for key, sign in ((one.total, -1.0), *((part, 1.0) for part in one.parts)):
            if key in places:
                places[key].append((row, sign))
    alike: dict[tuple[tuple[int, float], ...], list[K]] = {}
    for key, held in places.items():
        if held:
            alike.setdefault(tuple(held), []).append(key)
    if not alike:
        return set()
    columns = sorted(alike)
    more: set[K] = set()
    for where, is_fixed in zip(columns, _fixed(_matrix(columns)), strict=True):
        if is_fixed and len(alike[where]) == 1:
            more |= _one_more(alike[where][0], cells, sums, hidden)
    return more


def _matrix(
    columns: list[tuple[tuple[int, float], ...]],
) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """Of the sums in which the columns stand: (sum, sign) for each."""
    rows = {row: rank for rank, row in enumerate(sorted({row for c in columns for row, _ in c}))}
    matrix = np.zeros((len(rows), len(columns)))
    for rank, where in enumerate(columns):
        for row, sign in where:
            matrix[rows[row], rank] = sign
    return matrix


def _fixed(matrix: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> list[bool]:
    """For each column, whether every solution of the system gives it the same value."""
    _, scales, base = np.linalg.svd(matrix, full_matrices=True)
    rank = int((scales > _NOTHING * max(1.0, float(scales[0]))).sum())
    free = base[rank:]
    if not len(free):
        return [True] * matrix.shape[1]
    return [bool(one) for one in np.abs(free).max(axis=0) < _NOTHING]


def _one_more(key: K, cells: Mapping[K, Amount], sums: Sequence[Sum[K]], hidden: set[K]) -> set[K]:
    shown = [
        other
        for one in sums
        if key == one.total or key in one.parts
        for other in (one.total, *one.parts)
        if other not in hidden and cells[other].units > 0
    ]
    if shown:
        return {min(shown, key=lambda other: cells[other].value)}
    # Its own sums are wholly hidden: what fixes it stands further, so the largest cell still shown goes.
    left = [other for other in cells if other not in hidden and cells[other].units > 0]
    return {max(left, key=lambda other: cells[other].value)} if left else set()
