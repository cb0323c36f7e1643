"""Each morning: remind jurors, and look again for links between them and the files they read."""

from datetime import time

from django.utils import timezone

from maillage.calls.actions.interests import look
from maillage.calls.actions.reading_reminders import remind_readers
from maillage.calls.models import Edition
from maillage.core import schedule
from maillage.core.jobs import Context, job


@schedule.daily("calls.remind_readers", at=time(6, 10))
@job("calls.remind_readers")
def reminders(context: Context) -> int:
    """Before the digests, which take what is held."""
    now = timezone.now()
    return remind_readers(now, timezone.localdate(now))


@schedule.daily("calls.look_for_links", at=time(3, 20))
@job("calls.look_for_links")
def links(context: Context) -> int:
    """Files and registers change too: people are not the only ones who do."""
    found = 0
    for edition in Edition.objects.filter(status__in=["closed", "instruction", "jury"]):
        users = list(edition.jurors.filter(left_at=None).values_list("user", flat=True))
        found += look(edition, users, now=timezone.now())
    return found
