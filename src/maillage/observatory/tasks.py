"""Work of the observatory outside requests."""

from django.utils import timezone

from maillage.core import schedule
from maillage.core.jobs import Context, job
from maillage.observatory.actions.measure import measure
from maillage.observatory.queries.due import due_spaces
from maillage.spaces.models import Space


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
