"""Files for which something must be done by the clock."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from maillage.calls.enums import ApplicationStatus
from maillage.calls.models import Application, RegisterCheck
from maillage.calls.querysets import ENDED

STEPS = (15, 5)  # days before silence is a rejection
_LATEST = timedelta(days=120)


def unchecked(now: datetime) -> QuerySet[Application]:
    """Deposited lately and read by nobody else than the machine: no register was asked since the last deposit."""
    later = RegisterCheck.objects.filter(
        application=OuterRef("pk"), at__gte=OuterRef("deposited_at")
    )
    return Application.objects.filter(
        ~Exists(later),
        status=ApplicationStatus.SUBMITTED,
        deposited_at__gt=now - _LATEST,
    ).order_by("deposited_at", "pk")


def near_silence(today: date) -> QuerySet[Application]:
    """Without an answer, at most fifteen days before silence rejects them; those past it are told no more."""
    return (
        Application.objects.filter(
            implicit_rejection_on__gte=today,
            implicit_rejection_on__lte=today + timedelta(days=max(STEPS)),
        )
        .exclude(status__in=ENDED)
        .select_related("edition__space", "assigned_to")
        .order_by("implicit_rejection_on", "pk")
    )
