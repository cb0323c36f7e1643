"""Dated snapshots: whole or absent, one a day, one a month by night; secret when they are read."""

from datetime import timedelta

import pytest

from maillage.core.jobs import drain, enqueue
from maillage.core.models import JournalEntry
from maillage.observatory.actions.snapshots import SnapshotRefusedError, take_snapshot
from maillage.observatory.lib import freezing
from maillage.observatory.models import DatedSnapshot, SnapshotFigure
from maillage.observatory.queries.figures import raw_figures, territory_figures
from maillage.observatory.queries.snapshots import hides, protected, series_of
from tests.factories import NOW, Cast, make_structure
from tests.observatory.town import make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(cast: Cast) -> Cast:
    make_town(cast.space, size=40)
    return cast


def test_it_keeps_every_cell_as_it_was_counted(town: Cast) -> None:
    snapshot = take_snapshot(town.space, by=town.chloe, now=NOW, note="Avant la réforme")
    raw = raw_figures(town.space, now=NOW)
    kept = {
        (row.indicator, row.axis, row.key): (row.value, row.low, row.high, row.contributors)
        for row in snapshot.figures.all()
    }
    expected = {}
    for indicator, counted in raw.by_indicator.items():
        expected[indicator, "", ""] = counted.total
        for axis, table in counted.breakdowns.items():
            expected |= {(indicator, axis, row.key): row for row in table.rows}
    assert kept == {
        place: (row.value, row.low, row.high, row.units) for place, row in expected.items()
    }
    assert (snapshot.on, snapshot.by, snapshot.note) == (NOW.date(), town.chloe, "Avant la réforme")
    entry = JournalEntry.objects.get(action="snapshot_taken")
    assert (entry.space_id, entry.by) == (town.space.pk, town.chloe)


def test_what_a_snapshot_shows_is_what_was_shown_that_day(town: Cast) -> None:
    """The total, and each axis that adds up; what stands alone is judged with what was kept."""
    take_snapshot(town.space, by=None, now=NOW)
    shown = territory_figures(town.space, now=NOW).by_indicator["jobs"]
    cells = {(row.axis, row.key): row for row in SnapshotFigure.objects.filter(indicator="jobs")}
    seen = protected(cells)
    for axis in ("family", "sector", "size", "age", "typology"):
        for row in shown.breakdowns[axis].rows:
            if row.units and (row.units < 3 or row.largest > 0.85):
                assert hides(seen, axis, row.key)
    secrets = [(a, k) for (a, k), row in cells.items() if a and 0 < row.contributors < 3]
    assert secrets
    assert all(hides(seen, *place) for place in secrets)
    axis, key = secrets[0]
    (point,) = series_of(town.space, "jobs", axis=axis, key=key)
    assert (point.on, point.value, point.low) == (NOW.date(), None, None)


def test_a_series_goes_from_the_oldest_to_the_latest(town: Cast) -> None:
    take_snapshot(town.space, by=None, now=NOW - timedelta(days=31))
    make_structure("Nouvelle", in_space=town.space)
    from maillage.core import journal

    journal.tick("structures")
    take_snapshot(town.space, by=None, now=NOW)
    first, last = series_of(town.space, "structures")
    assert first.on < last.on
    assert last.value == first.value + 1


def test_there_is_one_a_day(town: Cast) -> None:
    take_snapshot(town.space, by=town.chloe, now=NOW)
    with pytest.raises(SnapshotRefusedError, match="un par jour"):
        take_snapshot(town.space, by=town.chloe, now=NOW + timedelta(hours=1))
    assert DatedSnapshot.objects.count() == 1


def test_nothing_is_kept_when_a_part_of_it_fails(
    town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def works(snapshot: DatedSnapshot) -> None:
        seen.append(snapshot.figures.count())

    def fails(snapshot: DatedSnapshot) -> None:
        raise OSError("disque plein")

    monkeypatch.setattr(freezing, "_registered", [works])
    take_snapshot(town.other_space, by=None, now=NOW)
    assert seen[0] > 10
    monkeypatch.setattr(freezing, "_registered", [works, fails])
    with pytest.raises(OSError, match="disque plein"):
        take_snapshot(town.space, by=None, now=NOW)
    assert not town.space.dated_snapshots.exists()
    assert not JournalEntry.objects.filter(space_id=town.space.pk, action="snapshot_taken").exists()


def test_the_night_takes_one_a_month_for_each_space(cast: Cast) -> None:
    enqueue("observatory.snapshots", key="first")
    drain()
    assert {one.space_id for one in DatedSnapshot.objects.all()} == {
        cast.space.pk,
        cast.other_space.pk,
    }
    enqueue("observatory.snapshots", key="second")
    drain()
    assert DatedSnapshot.objects.count() == 2
    DatedSnapshot.objects.update(on="2001-01-01")
    enqueue("observatory.snapshots", key="third")
    drain()
    assert DatedSnapshot.objects.count() == 4
