"""Who reads what: a flow of least cost between files and readers, then swaps that tie the readings together.

Readings already begun are given (`File.kept`) and never move. Costs, in this order: leave no reading without a reader;
read what one knows; share the load; change nothing that was announced. Adjusted scores can only compare jurors
who are linked by files they share: `Plan.groups` counts the separate groups, one when all are linked.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

Pair = tuple[int, int]  # (file, reader)
_MISSING, _UNSKILLED, _NO_THEME, _MOVED = 1000.0, 4.0, 1.0, 0.4
_LOAD = 3.0  # cost of the reading that makes a full fair share, growing from nothing
_TRIED_SWAPS = 4000


@dataclass(frozen=True)
class Reader:
    """`most` files at the very most, the kept ones counted; None when nobody said."""

    pk: int
    skills: frozenset[str] = frozenset()
    most: int | None = None
    kept: int = 0


@dataclass(frozen=True)
class File:
    """`wanted` readings in all, those of `kept` readers counted."""

    pk: int
    theme: str = ""
    wanted: int = 2
    kept: frozenset[int] = frozenset()


@dataclass
class Plan:
    """`pairs` to write (the kept ones are not among them); `missing` readings by file; `ties`: swapped to link."""

    pairs: list[Pair] = field(default_factory=list)
    missing: dict[int, int] = field(default_factory=dict)
    ties: set[Pair] = field(default_factory=set)
    groups: int = 0


def assign(
    files: list[File],
    readers: list[Reader],
    forbidden: set[Pair],
    before: set[Pair] = frozenset(),  # type: ignore[assignment]
) -> Plan:
    """The plan of least cost. `before`: readings announced and not begun, kept where nothing is lost by it.

    The same input gives the same plan.
    """
    allowed = [
        (file, reader)
        for file in files
        for reader in readers
        if reader.pk not in file.kept and (file.pk, reader.pk) not in forbidden
    ]
    plan = Plan()
    chosen = _flow(files, readers, allowed, before) if allowed else set()
    _tie(plan, chosen, files, {(file.pk, reader.pk) for file, reader in allowed})
    plan.pairs = sorted(chosen)
    given = defaultdict(int)
    for pk, _reader in chosen:
        given[pk] += 1
    for file in files:
        short = file.wanted - len(file.kept) - given[file.pk]
        if short > 0:
            plan.missing[file.pk] = short
    return plan


def _flow(
    files: list[File],
    readers: list[Reader],
    allowed: list[tuple[File, Reader]],
    before: set[Pair],
) -> set[Pair]:
    """Whole pairs: every bound is a whole number and the matrix a flow's, so the vertex found by the simplex is whole.

    Variables: each allowed pair, readings missing by file, steps of load by reader.
    """
    needs = [max(0, one.wanted - len(one.kept)) for one in files]
    fair = max(1.0, sum(one.wanted for one in files) / max(1, len(readers)))
    open_to = defaultdict(int)
    for _file, reader in allowed:
        open_to[reader.pk] += 1
    steps = [
        (place, reader.kept + rank)
        for place, reader in enumerate(readers)
        for rank in range(_room(reader, open_to[reader.pk]))
    ]
    costs = [_cost(file, reader, before) for file, reader in allowed]
    costs += [_MISSING] * len(files)
    costs += [_LOAD * load / fair for _place, load in steps]
    bounds = [(0, 1)] * len(allowed) + [(0, need) for need in needs] + [(0, 1)] * len(steps)
    row_of_file = {one.pk: row for row, one in enumerate(files)}
    row_of_reader = {one.pk: len(files) + row for row, one in enumerate(readers)}
    entries = [
        entry
        for column, (file, reader) in enumerate(allowed)
        for entry in (
            (row_of_file[file.pk], column, 1),
            (row_of_reader[reader.pk], column, 1),
        )
    ]
    entries += [(row, len(allowed) + row, 1) for row in range(len(files))]
    offset = len(allowed) + len(files)
    entries += [(len(files) + place, offset + at, -1) for at, (place, _) in enumerate(steps)]
    rows, columns, values = (np.array(one) for one in zip(*entries, strict=True))
    matrix = coo_array(
        (values, (rows, columns)), shape=(len(files) + len(readers), len(costs))
    ).tocsr()
    found = linprog(
        costs, A_eq=matrix, b_eq=[*needs, *[0] * len(readers)], bounds=bounds, method="highs-ds"
    )
    if not found.success:  # missing readings make every case feasible
        raise RuntimeError(found.message)
    return {
        (file.pk, reader.pk)
        for (file, reader), share in zip(allowed, found.x, strict=False)
        if share > 0.5
    }


def _room(reader: Reader, available: int) -> int:
    return available if reader.most is None else max(0, min(available, reader.most - reader.kept))


def _cost(file: File, reader: Reader, before: set[Pair]) -> float:
    cost = 0.0 if (file.pk, reader.pk) in before else _MOVED
    if file.theme and reader.skills and file.theme not in reader.skills:
        return cost + _UNSKILLED
    if file.theme and not reader.skills:
        return cost + _NO_THEME
    # Ties are broken alike each time, and not by the order of the files: neighbours in the list share readers less.
    return cost + ((file.pk * 2654435761 ^ reader.pk * 40503) % 997) / 1e5


def groups_of(pairs: set[Pair]) -> dict[Pair, int]:
    """The group of each reading: two readings of one file, or by one reader, are in the same group."""
    parent: dict[tuple[str, int], tuple[str, int]] = {}

    def root(one: tuple[str, int]) -> tuple[str, int]:
        parent.setdefault(one, one)
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for file, reader in sorted(pairs):
        parent[root(("file", file))] = root(("reader", reader))
    numbers: dict[tuple[str, int], int] = {}
    return {
        pair: numbers.setdefault(root(("file", pair[0])), len(numbers)) for pair in sorted(pairs)
    }


def _tie(plan: Plan, chosen: set[Pair], files: list[File], allowed: set[Pair]) -> None:
    """Swap the readers of two files of different groups while that leaves fewer groups."""
    kept = {(file.pk, reader) for file in files for reader in file.kept}
    themes = {file.pk: file.theme for file in files}
    tries = 0
    while True:
        groups = groups_of(chosen | kept)
        plan.groups = len(set(groups.values()))
        if plan.groups <= 1:
            return
        for (one, other), swapped in _swaps(chosen, kept, groups, allowed, themes):
            tries += 1
            if tries > _TRIED_SWAPS:
                return
            after = (chosen - {one, other}) | swapped
            if len(set(groups_of(after | kept).values())) < plan.groups:
                chosen.difference_update({one, other})
                chosen.update(swapped)
                plan.ties = (plan.ties - {one, other}) | swapped
                break
        else:
            return


def _swaps(
    chosen: set[Pair],
    kept: set[Pair],
    groups: dict[Pair, int],
    allowed: set[Pair],
    themes: dict[int, str],
) -> Iterator[tuple[tuple[Pair, Pair], set[Pair]]]:
    """Exchanges across groups, those between files of one theme first."""
    ordered = sorted(chosen)
    for same_theme in (True, False):
        for place, one in enumerate(ordered):
            for other in ordered[place + 1 :]:
                if groups[one] == groups[other]:
                    continue
                if (themes.get(one[0]) == themes.get(other[0])) != same_theme:
                    continue
                swapped = {(one[0], other[1]), (other[0], one[1])}
                if swapped <= allowed and not swapped & (chosen | kept):
                    yield (one, other), swapped
