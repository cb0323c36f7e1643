"""Who lives where: people of each place that is measured, and the squares they live in."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.territories.lib.projections import to_metres
from maillage.territories.models import (
    Municipality,
    Neighbourhood,
    PopulationCell,
    PopulationCount,
    PopulationGroup,
)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cells:
    """Squares with people, in the order of their codes. `xy` is in metres, `commune` a rank in the codes.

    `groups` holds the groups that every one of them tells.
    """

    codes: list[str]
    lonlat: Floats
    xy: Floats
    commune: NDArray[np.int64]
    people: Floats
    groups: dict[str, Floats]

    def people_of(self, target: str) -> Floats:
        """People of a group where the squares tell it, else everybody."""
        return self.groups.get(target, self.people)


@dataclass(frozen=True, slots=True)
class People:
    """`everybody` and `groups` are by commune, in the order of the codes; 0 where it is not known.

    `groups` holds the groups known in every commune where people are counted.
    """

    everybody: Floats
    groups: dict[str, Floats]

    def of(self, target: str) -> tuple[str, Floats]:
        """The group really counted (empty for everybody), and its people."""
        return (target, self.groups[target]) if target in self.groups else ("", self.everybody)


def load_cells(codes: tuple[str, ...]) -> Cells:
    """One query."""
    rank = {code: at for at, code in enumerate(codes)}
    rows = list(
        PopulationCell.objects.filter(municipality_code__in=codes, population__gt=0)
        .order_by("code")
        .values_list("code", "municipality_code", "lon", "lat", "population", "groups")
    )
    lonlat = np.asarray([row[2:4] for row in rows], np.float64).reshape(-1, 2)
    told = set.intersection(*(set(row[5]) for row in rows)) if rows else set()
    return Cells(
        codes=[row[0] for row in rows],
        lonlat=lonlat,
        xy=in_metres(lonlat, codes),
        commune=np.asarray([rank[row[1]] for row in rows], np.int64),
        people=np.asarray([row[4] for row in rows], np.float64),
        groups={
            group: np.asarray([row[5][group] for row in rows], np.float64)
            for group in sorted(told & set(PopulationGroup.values))
        },
    )


def in_metres(lonlat: Floats, codes: tuple[str, ...]) -> Floats:
    """Points in the plane of the first commune's territory: one space stands in one."""
    if not len(lonlat) or not codes:
        return np.zeros((0, 2))
    return np.column_stack(to_metres(lonlat[:, 0], lonlat[:, 1], codes[0]))


def load_people(codes: tuple[str, ...], cells: Cells) -> People:
    """Two queries. A group is what was imported for the communes, else the sum of their squares."""
    rows = Municipality.objects.filter(code__in=codes).values_list("code", "population")
    known = {code: float(people or 0) for code, people in rows}
    everybody = np.asarray([known.get(code, 0.0) for code in codes], np.float64)
    counts: dict[str, dict[str, float]] = {}
    imported = PopulationCount.objects.filter(place_code__in=codes).exclude(group="")
    for code, group, count in imported.values_list("place_code", "group", "count"):
        counts.setdefault(group, {})[code] = count
    inhabited = {code for code in codes if known.get(code)}
    groups = {}
    for group in PopulationGroup.values:
        told = counts.get(group, {})
        if inhabited and inhabited <= set(told):
            groups[group] = np.asarray([told.get(code, 0.0) for code in codes], np.float64)
        elif group in cells.groups:
            summed: Floats = np.bincount(cells.commune, cells.groups[group], len(codes)).astype(
                float
            )
            if (summed[everybody > 0] > 0).all():
                groups[group] = summed
    return People(everybody, groups)


def quarters_of(codes: Iterable[str]) -> list[tuple[Neighbourhood, float]]:
    """Neighbourhoods that stand whole in these communes and whose people are known, by kind and code."""
    inside = set(codes)
    people = dict(PopulationCount.objects.filter(group="").values_list("place_code", "count"))
    known = Neighbourhood.objects.filter(code__in=people).order_by("kind", "code").defer("geometry")
    return [
        (quarter, people[quarter.code])
        for quarter in known
        if people[quarter.code] > 0 and set(quarter.municipality_codes) <= inside
    ]
