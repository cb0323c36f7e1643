"""Reminders before a call closes, and what is put right once it has closed."""

from datetime import time

from django.utils import timezone

from maillage.calls.actions.settling import remind, settle
from maillage.calls.queries.deadlines import unsettled
from maillage.core import schedule
from maillage.core.jobs import Context, job


@schedule.daily("calls.remind_drafts", at=time(9, 0))
@job("calls.remind_drafts")
def remind_drafts(context: Context) -> int:
    """Idempotent: each file keeps which reminders it had."""
    return remind(timezone.now())


@schedule.whenever("calls.settle_closed", lambda now: unsettled(now).exists())
@job("calls.settle_closed")
def settle_closed(context: Context) -> int:
    return settle(timezone.now())
