"""How far jurors agree on each criterion: Krippendorff's alpha, interval scale, missing values left out.

1: they say the same; 0: no better than chance. Source: K. Krippendorff, Computing Krippendorff's
Alpha-Reliability, 2011.
"""

from dataclasses import dataclass

import numpy as np

from maillage.calls.lib.readings import Floats, Readings

SMALL = 15  # files read twice or more below which the figure is only a hint


@dataclass(frozen=True)
class Agreement:
    """`alpha` is None when nothing can be compared, or when everybody gave everywhere the same level."""

    label: str
    alpha: float | None
    files: int
    marks: int

    @property
    def is_small(self) -> bool:
        return self.files < SMALL


def alpha(units: Floats, values: Floats) -> tuple[float | None, int, int]:
    """Alpha of `values` given to `units` (same length), how many units have two values or more, and how many values."""
    said = ~np.isnan(values)
    units, values = units[said], values[said]
    if not len(values):
        return None, 0, 0
    _, place, count = np.unique(units, return_inverse=True, return_counts=True)
    pairable = count[place] >= 2
    files = int((count >= 2).sum())
    place, values = place[pairable], values[pairable]
    total = len(values)
    if total < 2:
        return None, files, total
    values = values - values.mean()
    sums = np.bincount(place, weights=values, minlength=len(count))
    squares = np.bincount(place, weights=values**2, minlength=len(count))
    apart = 2 * (count * squares - sums**2) / np.maximum(count - 1, 1)
    observed = float(apart[count >= 2].sum()) / total
    expected = 2 * float(total * (values**2).sum() - values.sum() ** 2) / (total * (total - 1))
    if expected <= 0:
        return None, files, total
    return 1 - observed / expected, files, total


def agreements(readings: Readings) -> list[Agreement]:
    found = []
    for column, one in enumerate(readings.measures):
        value, files, marks = alpha(readings.project.astype(float), readings.marks[:, column])
        found.append(Agreement(one.label, value, files, marks))
    return found
