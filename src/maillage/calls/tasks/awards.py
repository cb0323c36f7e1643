"""Documents drawn in the background, reminders of reports, awards whose report is near."""

from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from maillage.calls.actions.awards.papers import JOB, finish
from maillage.calls.actions.awards.reminding import remind_of_reports
from maillage.calls.models import Paper
from maillage.core import schedule
from maillage.core.jobs import Context, job

_LATE = timedelta(minutes=15)


@job(JOB, max_attempts=20, backoff=(5, 30, 120))
def make_papers(context: Context, *, edition_id: int) -> dict[str, int]:
    """Every document of the edition that has no PDF yet: taken up where it was left."""
    return _make(context, Paper.objects.filter(application__edition=edition_id))


def are_late(now: datetime) -> bool:
    """A document waits although its job was given up."""
    return Paper.objects.filter(upload=None, replaced_at=None, made_at__lt=now - _LATE).exists()


@schedule.whenever("calls.make_late_papers", are_late)
@job("calls.make_late_papers")
def make_late_papers(context: Context) -> dict[str, int]:
    return _make(context, Paper.objects.filter(made_at__lt=timezone.now() - _LATE))


@schedule.daily("calls.remind_of_reports", at=time(7, 10))
@job("calls.remind_of_reports")
def reports(context: Context) -> int:
    now = timezone.now()
    return remind_of_reports(now, timezone.localdate(now))


def _make(context: Context, papers: QuerySet[Paper]) -> dict[str, int]:
    waiting = list(
        papers.filter(upload=None, replaced_at=None).order_by("pk").values_list("pk", flat=True)
    )
    made = 0
    for rank, pk in enumerate(waiting, 1):
        made += finish(pk, now=timezone.now())
        context.progress(99 * rank // len(waiting), f"{rank} document(s) sur {len(waiting)}")
    return {"made": made}
