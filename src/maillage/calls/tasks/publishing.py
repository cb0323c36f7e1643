"""Open data of grants follow the awards each night; an agent may ask for it at once."""

from datetime import time

from django.utils import timezone

from maillage.calls.actions.publishing import publish_grants
from maillage.calls.models import Award
from maillage.core import schedule
from maillage.core.jobs import Context, job
from maillage.spaces.models import Space


@schedule.daily("calls.publish_grants", at=time(2, 50))
@job("calls.publish_grants")
def publish_all(context: Context) -> dict[str, int]:
    """Each space on its own: one whose rows wait stops no other."""
    spaces = list(
        Space.objects.filter(
            pk__in=Award.objects.filter(notified_at__isnull=False).values(
                "application__edition__space"
            )
        )
    )
    changed = 0
    for rank, space in enumerate(spaces):
        context.progress(100 * rank // len(spaces), "Publication des subventions")
        changed += publish_grants(space, by=None, now=timezone.now()).changed
    return {"changed": changed}
