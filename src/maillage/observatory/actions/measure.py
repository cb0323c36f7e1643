"""Measure what is missing in a space: the measured layer and the unknown one, one beside the other.

What people declare is not read here, and what is measured never reads what is unknown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from maillage.core import journal
from maillage.observatory.enums import PlaceKind
from maillage.observatory.lib import access, shrinkage
from maillage.observatory.lib.catalogue import NeedSheet
from maillage.observatory.lib.silence import is_silent
from maillage.observatory.models import DatedSnapshot, GapMeasure, InformationGap, MeasureState
from maillage.observatory.queries.due import versions
from maillage.observatory.queries.needs import needs_of
from maillage.observatory.queries.people import (
    Cells,
    People,
    in_metres,
    load_cells,
    load_people,
    quarters_of,
)
from maillage.observatory.queries.supply import Mask, Supply, counted, in_several, load_supply
from maillage.spaces.models import Space

Floats = NDArray[np.float64]
CLOCK = "gaps"
_PER = 10_000
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Places:
    """Places compared with one another: their pairs with structures, and their people for a target."""

    kind: PlaceKind
    codes: list[str]
    pairs: Any
    people: People
    cells: Cells | None = None

    def __len__(self) -> int:
        return len(self.codes)


def measure(space: Space, *, now: datetime) -> int:
    """Replace the current rows of `space`; gives their number. Reads first, writes in one transaction."""
    version = versions(now, space)[space.pk]
    needs = needs_of(space)
    supply = load_supply(space, needs, now=now)
    measures: list[GapMeasure] = []
    unknown: list[InformationGap] = []
    for places in _compared(supply):
        measures += _measured(space, supply, needs, places, now)
        unknown += _unknown(space, supply, needs, places, now)
    with transaction.atomic():
        MeasureState.objects.update_or_create(
            space=space, defaults={"version": version, "measured_at": now}
        )
        GapMeasure.objects.filter(space=space, snapshot__isnull=True).delete()
        InformationGap.objects.filter(space=space, snapshot__isnull=True).delete()
        GapMeasure.objects.bulk_create(measures, batch_size=_BATCH)
        InformationGap.objects.bulk_create(unknown, batch_size=_BATCH)
        journal.tick(CLOCK)
    return len(measures) + len(unknown)


def freeze(snapshot: DatedSnapshot) -> None:
    """Copy the current rows of the snapshot's space into it."""
    for model in (GapMeasure, InformationGap):
        rows: list[Any] = list(model.objects.filter(space=snapshot.space_id, snapshot__isnull=True))
        for row in rows:
            row.pk, row.snapshot = None, snapshot
        model.objects.bulk_create(rows, batch_size=_BATCH)


def _compared(supply: Supply) -> Iterator[Places]:
    """The communes, then the neighbourhoods of each kind whose people are known."""
    cells = load_cells(supply.codes)
    people = load_people(supply.codes, cells)
    yield Places(PlaceKind.COMMUNE, list(supply.codes), supply.communes, people, cells)
    quarters = quarters_of(supply.codes)
    at, identifier = supply.quarters
    for kind in dict.fromkeys(quarter.kind for quarter, _people in quarters):
        mine = [(quarter, people) for quarter, people in quarters if quarter.kind == kind]
        rank = {quarter.pk: row for row, (quarter, _people) in enumerate(mine)}
        row = np.asarray([rank.get(one, -1) for one in identifier.tolist()], np.int64)
        count = np.asarray([people for _quarter, people in mine], np.float64)
        pairs = (at[row >= 0], row[row >= 0])
        codes = [quarter.code for quarter, _people in mine]
        yield Places(PlaceKind.QUARTER, codes, pairs, People(count, {}))


def _measured(
    space: Space, supply: Supply, needs: tuple[NeedSheet, ...], places: Places, now: datetime
) -> list[GapMeasure]:
    if not needs or not len(places):
        return []
    size = len(places)
    masks = [supply.answers[need.code] for need in needs]
    counts = np.asarray([counted(places.pairs, mask, size) for mask in masks], np.float64)
    targets = [places.people.of(need.target) for need in needs]
    people = np.asarray([count for _group, count in targets], np.float64)
    several = [in_several(places.pairs, mask, size) for mask in masks]
    smoothed = shrinkage.smooth(counts, people, several)
    rows = []
    for at, need in enumerate(needs):
        metres, index = _reach(supply, masks[at], need, targets[at][0], places)
        for place, code in enumerate(places.codes):
            rows.append(
                GapMeasure(
                    space=space,
                    need_code=need.code,
                    place_kind=places.kind,
                    place_code=code,
                    supply=int(counts[at, place]),
                    population=float(people[at, place]),
                    target=targets[at][0],
                    rate=_told(smoothed.rate[at, place] * _PER),
                    expected=_told(smoothed.expected[at, place] * _PER),
                    shrunk=_told(smoothed.shrunk[at, place] * _PER),
                    probability=_told(smoothed.probability[at, place]),
                    nearest=_told(metres[place]),
                    accessibility=_told(index[place] * _PER),
                    measured_at=now,
                )
            )
    return rows


def _reach(
    supply: Supply, mask: Mask, need: NeedSheet, target: str, places: Places
) -> tuple[Floats, Floats]:
    """Mean distance and mean 2SFCA index of each place, where people live; not a number without squares."""
    nothing = np.full(len(places), np.nan)
    cells = places.cells
    if cells is None or not len(cells.codes):
        return nothing, nothing
    points = in_metres(supply.points(mask), supply.codes)
    people = cells.people_of(target)
    metres = access.nearest(cells.xy, points)
    index = access.two_step(cells.xy, people, points, reach=need.reach)
    size = len(places)
    return (
        access.weighted_mean(metres, people, cells.commune, size),
        access.weighted_mean(index, people, cells.commune, size),
    )


def _unknown(
    space: Space, supply: Supply, needs: tuple[NeedSheet, ...], places: Places, now: datetime
) -> list[InformationGap]:
    if not len(places):
        return []
    size = len(places)
    everyone = np.ones(len(supply.ids), dtype=np.bool_)
    masks = [("", everyone), *((need.code, supply.answers[need.code]) for need in needs)]
    known = np.asarray([counted(places.pairs, mask, size) for _code, mask in masks])
    old = np.asarray([counted(places.pairs, mask & supply.old, size) for _code, mask in masks])
    untold = counted(places.pairs, supply.untold, size)
    people = np.broadcast_to(places.people.everybody, known.shape)
    several = [in_several(places.pairs, mask, size) for _code, mask in masks]
    expected = shrinkage.rest_rates(known.astype(np.float64), people, several) * people
    rows = []
    for place, code in enumerate(places.codes):
        whole = is_silent(known[0, place], old[0, place], untold[place], _told(expected[0, place]))
        for at, (need, _mask) in enumerate(masks):
            mine = at > 0 and bool(2 * old[at, place] > known[at, place])
            rows.append(
                InformationGap(
                    space=space,
                    need_code=need,
                    place_kind=places.kind,
                    place_code=code,
                    known=int(known[at, place]),
                    old=int(old[at, place]),
                    untold=int(untold[place]) if at == 0 else 0,
                    expected=_told(expected[at, place]),
                    is_silent=whole or mine,
                    measured_at=now,
                )
            )
    return rows


def _told(value: float) -> float | None:
    """A finite number, or nothing."""
    return float(value) if np.isfinite(value) else None
