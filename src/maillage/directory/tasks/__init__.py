"""What comes back each night, and what is made aside."""

from datetime import time

from django.http import QueryDict
from django.utils import timezone

from maillage.core import schedule
from maillage.core.jobs import Context, job
from maillage.directory.actions.searches import look_again
from maillage.directory.filters import parse
from maillage.directory.models import SavedSearch
from maillage.directory.tasks import booklet
from maillage.spaces.permissions import can_see


@schedule.daily("directory.saved_searches", at=time(5, 15))
@job("directory.saved_searches")
def saved_searches(context: Context) -> dict[str, int]:
    """Space by space, so that each directory is read once. Killed anywhere, the next run goes on."""
    looked = fresh = 0
    searches = SavedSearch.objects.select_related("space", "user").order_by("space", "pk")
    for search in list(searches.filter(user__is_active=True)):
        if not can_see(search.user, search.space):
            continue
        filters = parse(QueryDict(search.querystring)).filters
        fresh += look_again(search, filters, now=timezone.now())
        looked += 1
        context.progress(0, f"{looked} recherches regardées")
    return {"looked": looked, "fresh": fresh}


__all__ = ["booklet", "saved_searches"]
