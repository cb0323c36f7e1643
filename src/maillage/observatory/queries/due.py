"""Which spaces must be measured again: something they are measured on has moved."""

from datetime import datetime, timedelta

from django.db.models import Count, Q, Sum
from django.utils import timezone

from maillage.core.models import Clock
from maillage.observatory.models import MeasureState
from maillage.spaces.models import Space

# A space is not measured more often: an import of a thousand pages is one measure.
PAUSE = timedelta(minutes=5)
# « needs » is raised by the pages of the catalogue.
CLOCKS = ("structures", "territories", "needs")


def versions(now: datetime, space: Space | None = None) -> dict[int, str]:
    """What a measure taken today would stand on, by space: clocks, perimeter, needs, day. Two queries."""
    clocks = dict(Clock.objects.filter(name__in=CLOCKS).values_list("name", "value"))
    told = ".".join(str(clocks.get(name, 0)) for name in CLOCKS)
    spaces = Space.objects.all() if space is None else Space.objects.filter(pk=space.pk)
    inside = Q(perimeter__until__isnull=True)
    rows = spaces.annotate(
        entries=Count("perimeter", filter=inside), total=Sum("perimeter__id", filter=inside)
    )
    today = timezone.localdate(now)
    return {
        pk: f"{told} {entries}.{total or 0} {today.isoformat()}"
        for pk, entries, total in rows.order_by("pk").values_list("pk", "entries", "total")
    }


def due_spaces(now: datetime) -> list[int]:
    """Never measured ones first."""
    known = {
        space: (version, at)
        for space, version, at in MeasureState.objects.values_list(
            "space_id", "version", "measured_at"
        )
    }
    due = []
    for space, version in versions(now).items():
        measured, at = known.get(space, ("", None))
        if at is None or (measured != version and now - at >= PAUSE):
            due.append((at is not None, space))
    return [space for _known, space in sorted(due)]
