"""From INSEE's headcount bands to an estimate of jobs, with the bounds it cannot leave.

A band is a range, two years old by nature: its middle is an estimate. The last one (10 000 and more) has no upper bound: its
lower bound stands for the three, so that an estimate with one of them is « at least ». A missing band gives nothing.
"""

from typing import NamedTuple

from maillage.structures.enums import SizeBand, SizeClass


class Jobs(NamedTuple):
    low: float
    middle: float
    high: float


OPEN_BAND = SizeBand.B53.value
_BOUNDS = {
    "01": (1, 2),
    "02": (3, 5),
    "03": (6, 9),
    "11": (10, 19),
    "12": (20, 49),
    "21": (50, 99),
    "22": (100, 199),
    "31": (200, 249),
    "32": (250, 499),
    "41": (500, 999),
    "42": (1_000, 1_999),
    "51": (2_000, 4_999),
    "52": (5_000, 9_999),
    OPEN_BAND: (10_000, 10_000),
}
# Of an employer: at least one person on the pay-roll.
JOBS: dict[str, Jobs] = {
    band: Jobs(low, (low + high) / 2, high) for band, (low, high) in _BOUNDS.items()
}
EMPLOYER_BANDS: tuple[str, ...] = tuple(JOBS)
EMPLOYER_CLASSES: tuple[str, ...] = (
    SizeClass.SMALL.value,
    SizeClass.MEDIUM.value,
    SizeClass.LARGE.value,
)
