"""Keep what the observatory counts today, so that a series exists next year."""

from collections.abc import Iterator
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from maillage.accounts.models import User
from maillage.core import journal
from maillage.observatory.lib.freezing import registered
from maillage.observatory.lib.tables import Figure, TerritoryFigures
from maillage.observatory.models import DatedSnapshot, SnapshotFigure
from maillage.observatory.queries.figures import raw_figures
from maillage.spaces.models import Space

_BATCH = 1_000


class SnapshotRefusedError(Exception):
    """The message is a French sentence."""


def take_snapshot(space: Space, *, by: User | None, now: datetime, note: str = "") -> DatedSnapshot:
    """Write the figures of `space` as they are, and what the other parts of the observatory keep with them.

    Raises:
        SnapshotRefusedError: one was taken today.
    """
    autodiscover_modules("tasks", "receivers")
    counted = raw_figures(space, now=now)
    try:
        with transaction.atomic():
            snapshot = DatedSnapshot.objects.create(
                space=space, on=timezone.localdate(now), taken_at=now, by=by, note=note[:200]
            )
            SnapshotFigure.objects.bulk_create(rows_of(snapshot, counted), batch_size=_BATCH)
            for freeze in registered():
                freeze(snapshot)
            journal.record("snapshot_taken", snapshot, by=by, at=now, space_id=space.pk)
            journal.tick("figures")
    except IntegrityError as error:
        if DatedSnapshot.objects.filter(space=space, on=timezone.localdate(now)).exists():
            raise SnapshotRefusedError(
                "Un relevé a déjà été pris aujourd'hui : il n'y en a qu'un par jour."
            ) from error
        raise
    return snapshot


def rows_of(snapshot: DatedSnapshot, counted: TerritoryFigures) -> Iterator[SnapshotFigure]:
    for indicator, one in counted.by_indicator.items():
        yield _row(snapshot, indicator, "", one.total)
        for axis, table in one.breakdowns.items():
            for figure in table.rows:
                yield _row(snapshot, indicator, axis, figure)


def _row(snapshot: DatedSnapshot, indicator: str, axis: str, figure: Figure) -> SnapshotFigure:
    return SnapshotFigure(
        snapshot=snapshot,
        indicator=indicator,
        axis=axis,
        key=figure.key,
        label=figure.label[:160],
        value=figure.value or 0.0,
        low=figure.low,
        high=figure.high,
        contributors=figure.units,
        largest=figure.largest,
    )
