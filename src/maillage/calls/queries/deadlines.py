"""Drafts that their writers should hear about before a call closes."""

from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from maillage.calls.enums import ApplicationStatus, EditionStatus, Stage
from maillage.calls.models import Application

# Days before the closing.
STEPS = (7, 3, 1)


def step_of(closes_at: datetime, now: datetime) -> int | None:
    """The reminder that is due, the nearest to the closing: 7, 3 or 1 (days); None too early or too late."""
    left = closes_at - now
    if left <= timedelta(0):
        return None
    due = [step for step in STEPS if left <= timedelta(days=step)]
    return min(due, default=None)


def drafts_near_closing(now: datetime) -> QuerySet[Application]:
    """Files not deposited (for their stage) of calls that close within seven days."""
    soon = now + timedelta(days=max(STEPS))
    second = Q(stage=Stage.FULL, edition__two_stages=True)
    first_open = ~second & Q(
        status=ApplicationStatus.DRAFT,
        edition__status=EditionStatus.OPEN,
        edition__closes_at__gt=now,
        edition__closes_at__lte=soon,
    )
    second_open = Q(
        status=ApplicationStatus.SHORTLISTED,
        edition__status__in=[EditionStatus.CLOSED, EditionStatus.INSTRUCTION],
        edition__full_closes_at__gt=now,
        edition__full_closes_at__lte=soon,
    )
    return (
        Application.objects.filter(first_open | second_open)
        .select_related("edition__space", "form")
        .order_by("pk")
    )


def closing_of(application: Application) -> datetime | None:
    """The closing that concerns the file."""
    edition = application.edition
    is_second = application.status == ApplicationStatus.SHORTLISTED
    return edition.full_closes_at if is_second else edition.closes_at


def unsettled(now: datetime) -> QuerySet[Application]:
    """Files deposited in time, changed after their last deposit, whose window is over."""
    closed = Q(edition__closes_at__lt=now - timedelta(hours=1))
    return (
        Application.objects.filter(
            closed,
            status=ApplicationStatus.SUBMITTED,
            updated_at__gt=F("deposited_at"),
            edition__status__in=[EditionStatus.CLOSED, EditionStatus.INSTRUCTION],
        )
        .select_related("edition__space")
        .order_by("pk")
    )
