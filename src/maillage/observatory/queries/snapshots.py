"""Dated snapshots: what was counted on their day, as it may be shown."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from maillage.observatory.lib.definitions import DEFINITIONS
from maillage.observatory.lib.secrecy import Amount, Key, Protected, protect
from maillage.observatory.models import DatedSnapshot, SnapshotFigure
from maillage.spaces.models import Space

LONGEST = 120  # points of a series: ten years, month by month
_ADD_UP = ("family", "sector", "commune", "size", "age", "typology", "year")


@dataclass(frozen=True)
class Point:
    """`value` is None when it is secret, or was not counted that day."""

    on: date
    note: str
    value: float | None
    low: float | None = None
    high: float | None = None


def snapshots_of(space: Space) -> QuerySet[DatedSnapshot, DatedSnapshot]:
    """Latest first."""
    return DatedSnapshot.objects.filter(space=space).select_related("by").order_by("-on")


def spaces_to_take(now: datetime) -> list[Space]:
    """Spaces without a snapshot of this month."""
    today = timezone.localdate(now)
    done = DatedSnapshot.objects.filter(on__gte=today.replace(day=1), on__lte=today)
    return list(Space.objects.exclude(pk__in=done.values("space_id")).order_by("pk"))


def series_of(space: Space, indicator: str, *, axis: str = "", key: str = "") -> list[Point]:
    """One cell over the snapshots, oldest first. Two queries; secrecy is worked out on each day's whole table."""
    taken = list(snapshots_of(space)[:LONGEST])[::-1]
    if not taken:
        return []
    rows: dict[int, dict[Key, SnapshotFigure]] = defaultdict(dict)
    cells = SnapshotFigure.objects.filter(snapshot__in=taken, indicator=indicator)
    is_secret = DEFINITIONS[indicator].secret
    if not is_secret:
        cells = cells.filter(axis=axis, key=key)
    for cell in cells:
        rows[cell.snapshot_id][cell.axis, cell.key] = cell
    return [_point(one, rows[one.pk], (axis, key), is_secret=is_secret) for one in taken]


def _point(
    snapshot: DatedSnapshot, cells: Mapping[Key, SnapshotFigure], wanted: Key, *, is_secret: bool
) -> Point:
    cell = cells.get(wanted)
    hidden = is_secret and cell is not None and hides(protected(cells), *wanted)
    if cell is None or hidden:
        return Point(snapshot.on, snapshot.note, None)
    return Point(snapshot.on, snapshot.note, cell.value, cell.low, cell.high)


def protected(cells: Mapping[Key, SnapshotFigure]) -> Protected:
    """The table of one day and one indicator through secrecy.

    Axes that do not add up are judged cell by cell, each against what it leaves, whose largest part is bounded from what was
    kept. An employer with places in two communes counts in both: pages show the series of totals only.
    """
    total = _amount(cells["", ""]) if ("", "") in cells else Amount(0.0, 0, 0.0)
    axes: dict[str, dict[str, Amount]] = defaultdict(dict)
    for (axis, key), cell in cells.items():
        if axis in _ADD_UP:
            axes[axis][key] = _amount(cell)
        elif axis:
            inside = _amount(cell)
            axes[f"{axis}:{key}"] = {key: inside, "": _rest(total, inside)}
    return protect(total, axes)


def hides(seen: Protected, axis: str, key: str) -> bool:
    if axis and axis not in _ADD_UP:
        axis = f"{axis}:{key}"
    return seen.is_hidden(axis, key)


def _amount(cell: SnapshotFigure) -> Amount:
    return Amount(cell.value, cell.contributors, cell.largest * cell.value)


def _rest(total: Amount, inside: Amount) -> Amount:
    value = max(0.0, total.value - inside.value)
    units = max(0, total.units - inside.units)
    outside = 0.0 if inside.largest >= total.largest else total.largest
    return Amount(value, units, min(value, outside))
