"""Scores of jurors as arrays: one row per reading, one column per criterion; NaN when the juror could not say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
# project, juror, criterion, level
Mark = tuple[int, int, int, "int | float | None"]


@dataclass(frozen=True)
class Measure:
    """A criterion as the sums need it. `weight` in percent; levels run from 0 to `top`."""

    key: int
    label: str
    weight: float
    top: int
    floor: int | None = None
    is_independent: bool = False


@dataclass(frozen=True)
class Readings:
    """`project[n]` and `juror[n]` are positions in `projects` and `jurors` (ids); `marks[n, k]` levels from 0 to top."""

    projects: tuple[int, ...]
    jurors: tuple[int, ...]
    measures: tuple[Measure, ...]
    project: Ints
    juror: Ints
    marks: Floats

    @property
    def weights(self) -> Floats:
        """What counts: independent criteria weigh nothing."""
        return np.array([0.0 if one.is_independent else one.weight for one in self.measures])

    def without_juror(self, position: int) -> "Readings":
        kept = self.juror != position
        return Readings(
            self.projects,
            self.jurors,
            self.measures,
            self.project[kept],
            self.juror[kept],
            self.marks[kept],
        )


def readings_of(
    projects: Sequence[int], measures: Sequence[Measure], marks: Iterable[Mark]
) -> Readings:
    """Arrays of `marks`; those of unknown projects or criteria are left out."""
    rows_of = {key: position for position, key in enumerate(projects)}
    columns = {one.key: position for position, one in enumerate(measures)}
    seen: dict[tuple[int, int], dict[int, float]] = {}
    for project, juror, criterion, value in marks:
        if project in rows_of and criterion in columns:
            row = seen.setdefault((project, juror), {})
            if value is not None:
                row[columns[criterion]] = float(value)
    kept = [(pair, row) for pair, row in sorted(seen.items()) if row]
    jurors = tuple(sorted({pair[1] for pair, _ in kept}))
    places = {key: position for position, key in enumerate(jurors)}
    table = np.full((len(kept), len(measures)), np.nan)
    for position, (_, row) in enumerate(kept):
        table[position, list(row)] = list(row.values())
    return Readings(
        tuple(projects),
        jurors,
        tuple(measures),
        np.array([rows_of[pair[0]] for pair, _ in kept], dtype=np.int64),
        np.array([places[pair[1]] for pair, _ in kept], dtype=np.int64),
        table,
    )


def totals(readings: Readings, weights: Floats | None = None) -> Floats:
    """Weighted total of each reading, from 0 to 100; a criterion without a level is left out, never a zero.

    `weights` may be `[K]` or `[K, W]` (W sets of weights at once); the answer is `[N]` or `[N, W]`.
    """
    chosen = readings.weights if weights is None else weights
    tops = np.array([max(one.top, 1) for one in readings.measures], dtype=float)
    said = ~np.isnan(readings.marks)
    parts = np.where(said, readings.marks, 0.0) / tops
    over = said.astype(float) @ chosen
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.where(over > 0, 100.0 * (parts @ chosen) / over, np.nan)
    return found


def by_project(
    readings: Readings, values: Floats, how: str = "mean", *, juror_out: int | None = None
) -> Floats:
    """Mean or median of `values` (`[N]` or `[N, W]`) over the readings of each project; NaN without one."""
    flat = values[:, None] if values.ndim == 1 else values
    padded = _padded(readings, flat, juror_out)
    if how == "median":
        found = _median(padded)
    else:
        said = ~np.isnan(padded)
        count = said.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            found = np.where(said, padded, 0.0).sum(axis=1) / np.where(count > 0, count, np.nan)
    return found[:, 0] if values.ndim == 1 else found


def _padded(readings: Readings, values: Floats, juror_out: int | None) -> Floats:
    """`[P, R, W]`: the readings of each project side by side, NaN where there is none."""
    order = np.argsort(readings.project, kind="stable")
    sorted_projects = readings.project[order]
    counts = np.bincount(readings.project, minlength=len(readings.projects))
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]) if len(counts) else counts
    places = np.arange(len(order)) - starts[sorted_projects] if len(order) else order
    widest = int(counts.max()) if len(order) else 1
    padded = np.full((len(readings.projects), widest, values.shape[1]), np.nan)
    laid = values[order]
    if juror_out is not None:
        laid = np.where((readings.juror[order] == juror_out)[:, None], np.nan, laid)
    padded[sorted_projects, places] = laid
    return padded


def _median(padded: Floats) -> Floats:
    """Median along the second axis, NaN apart: sorted by hand, `nanmedian` is twenty times slower."""
    ordered = np.sort(padded, axis=1)  # NaN last
    count = (~np.isnan(ordered)).sum(axis=1)
    low = np.maximum(count - 1, 0) // 2
    high = np.minimum(count // 2, padded.shape[1] - 1)
    both = np.take_along_axis(ordered, low[:, None], 1) + np.take_along_axis(
        ordered, high[:, None], 1
    )
    return np.where(count > 0, both[:, 0] / 2, np.nan)
