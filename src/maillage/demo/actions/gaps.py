"""People of the demonstration, square by square, then a first measure of what is missing.

Communes, contours and their population are real; squares and age groups are invented, and say so.
"""

from collections.abc import Iterator
from datetime import datetime

import numpy as np
import shapely

from maillage.core import journal
from maillage.demo.lib.dice import Dice
from maillage.observatory.actions.measure import measure
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.territories.models import (
    Contour,
    Municipality,
    PopulationCell,
    PopulationCount,
    PopulationGroup,
)
from maillage.territories.queries.memory import CLOCK

CELLS = "démonstration, carreaux inventés"
COUNTS = "démonstration, effectifs inventés"
YEAR = 2023
# Degrees of latitude of a square of 200 m.
_TALL = 200 / 111_320
# Least and greatest share of a group in a commune, about what the census says of large ones.
_SHARES = {PopulationGroup.UNDER_3: (0.032, 0.047), PopulationGroup.OVER_75: (0.045, 0.095)}
_UNDER_25 = (0.26, 0.36)


def invent_people(spaces: list[Space], *, seed: str, now: datetime) -> None:
    """Squares and groups of every commune of the demonstration, then the measure of each space."""
    codes = sorted({code for space in spaces for code in perimeter_codes(space)})
    rows = Municipality.objects.filter(code__in=codes, population__gt=0).order_by("code")
    people = {code: total or 0 for code, total in rows.values_list("code", "population")}
    contours = dict(
        Contour.objects.filter(municipality__in=codes).values_list("municipality", "geometry")
    )
    forget_people()
    known = set(PopulationCell.objects.values_list("municipality_code", flat=True).distinct())
    PopulationCell.objects.bulk_create(
        (
            cell
            for code in people
            if code in contours and code not in known
            for cell in _cells(code, people[code], contours[code], seed)
        ),
        batch_size=1000,
        ignore_conflicts=True,
    )
    PopulationCount.objects.bulk_create(
        (_count(code, total, group, seed) for code, total in people.items() for group in _SHARES),
        ignore_conflicts=True,
    )
    journal.tick(CLOCK)
    for space in spaces:
        measure(space, now=now)


def forget_people() -> None:
    """Take away what was invented, and nothing else."""
    PopulationCell.objects.filter(source=CELLS).delete()
    PopulationCount.objects.filter(source=COUNTS).delete()


def _cells(code: str, total: int, contour: object, seed: str) -> Iterator[PopulationCell]:
    """Squares whose centre is in the commune, denser near its middle; a tenth is empty (parks, rails)."""
    shape = shapely.geometry.shape(contour)
    west, south, east, north = shape.bounds
    wide = _TALL / np.cos(np.radians((south + north) / 2))
    lon, lat = np.meshgrid(
        np.arange(west + wide / 2, east, wide), np.arange(south + _TALL / 2, north, _TALL)
    )
    inside = shapely.contains_xy(shape, lon.ravel(), lat.ravel())
    x, y = lon.ravel()[inside], lat.ravel()[inside]
    if not len(x):
        return
    dice = Dice(seed, "people", code)
    middle = shape.centroid
    far = np.hypot((x - middle.x) / wide, (y - middle.y) / _TALL)
    near = np.exp(-far / max(float(far.max()), 1))
    weights = np.array([0 if dice.happens(0.1) else 0.2 + dice.share() for _ in x]) * near
    if not weights.sum():
        return
    held = weights / weights.sum() * total
    for rank, count in enumerate(held.tolist()):
        if count >= 1:
            young = count * (_UNDER_25[0] + dice.share() * (_UNDER_25[1] - _UNDER_25[0]))
            yield PopulationCell(
                code=f"DEMO{code}-{rank}",
                municipality_code=code,
                lon=round(float(x[rank]), 5),
                lat=round(float(y[rank]), 5),
                population=round(count, 1),
                groups={PopulationGroup.UNDER_25.value: round(young, 1)},
                year=YEAR,
                source=CELLS,
            )


def _count(code: str, total: int, group: PopulationGroup, seed: str) -> PopulationCount:
    low, high = _SHARES[group]
    share = low + Dice(seed, "group", group.value, code).share() * (high - low)
    return PopulationCount(
        place_code=code, group=group, count=round(total * share), year=YEAR, source=COUNTS
    )
