"""Work of the observatory outside requests."""

from datetime import time

from django.utils import timezone

from maillage.core import schedule
from maillage.core.jobs import Context, job
from maillage.observatory.actions.measure import freeze, measure
from maillage.observatory.actions.reminding import remind_of_reviews
from maillage.observatory.actions.snapshots import SnapshotRefusedError, take_snapshot
from maillage.observatory.lib.freezing import freezing
from maillage.observatory.queries.due import due_spaces
from maillage.observatory.queries.snapshots import spaces_to_take
from maillage.spaces.models import Space

freezing(freeze)


@schedule.whenever("observatory.measure", lambda now: bool(due_spaces(now)))
@job("observatory.measure")
def measure_due(context: Context) -> dict[str, int]:
    """Measure each space that is due; one measured meanwhile is left alone."""
    due = due_spaces(timezone.now())
    for rank, space in enumerate(due):
        context.progress(100 * rank // len(due), "Mesure des manques")
        known = Space.objects.filter(pk=space).first()
        if known is not None:
            measure(known, now=timezone.now())
    return {"spaces": len(due)}


@schedule.daily("observatory.snapshots", at=time(3, 40))
@job("observatory.snapshots")
def monthly_snapshots(context: Context) -> dict[str, int]:
    """One a month and a space: on the first day, or the first day a worker is there. Each space on its own."""
    taken = 0
    for space in spaces_to_take(timezone.now()):
        try:
            take_snapshot(space, by=None, now=timezone.now(), note="Relevé du mois")
        except SnapshotRefusedError:
            continue
        taken += 1
        context.progress(0, f"{taken} relevés pris")
    return {"taken": taken}


@schedule.daily("observatory.remind_of_reviews", at=time(6, 0))
@job("observatory.remind_of_reviews")
def reviews(context: Context) -> int:
    """Before the digests, which take what is held."""
    now = timezone.now()
    return remind_of_reviews(now, timezone.localdate(now))
