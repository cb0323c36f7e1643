"""What comes back each morning, each week, each night."""

from datetime import time

from django.utils import timezone

from maillage.core import schedule
from maillage.core.jobs import Context, job
from maillage.notices.actions import issues
from maillage.notices.actions.digest import send_digests
from maillage.notices.actions.follow import tell_news


@schedule.daily("notices.daily_digest", at=time(6, 30))
@job("notices.daily_digest")
def daily_digest(context: Context) -> dict[str, int]:
    return send_digests(weekly=False, now=timezone.now())._asdict()


@schedule.weekly("notices.weekly_digest", weekday=0, at=time(6, 40))
@job("notices.weekly_digest")
def weekly_digest(context: Context) -> dict[str, int]:
    return send_digests(weekly=True, now=timezone.now())._asdict()


@schedule.daily("notices.tell_news", at=time(5, 0))
@job("notices.tell_news")
def news(context: Context) -> int:
    """Before the digests, which take what is held."""
    return tell_news(timezone.now())


@schedule.whenever(issues.JOB, issues.is_due)
@job(issues.JOB, max_attempts=20)
def send_issues(context: Context) -> int:
    """The number of letters written; each address once, by however many processes."""
    return issues.send_issues(timezone.now())
