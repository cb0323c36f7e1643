"""What is forgotten of people who said what is missing, and when."""

from datetime import datetime, timedelta

from django.db.models import Q

from maillage.observatory.enums import DeclaredState
from maillage.observatory.models import DeclaredNeed, Echo

ADDRESS_DAYS = 365  # after the decision
REFUSED_DAYS = 365
PRINT_DAYS = 7  # a print counts for its day only
_MOST = 5000


def forget_addresses(now: datetime) -> int:
    """A year after the last decision, or after it was said when nobody decided."""
    before = now - timedelta(days=ADDRESS_DAYS)
    old = DeclaredNeed.objects.exclude(email="").filter(
        Q(decided_at__lt=before) | Q(decided_at=None, said_at__lt=before)
    )
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:_MOST])
    return DeclaredNeed.objects.filter(pk__in=ids).update(email="", forgotten_at=now)


def forget_refused(now: datetime) -> int:
    """What is not published, or no longer: a year after the decision, the row goes with the voices left to it.

    One that was brought to another has given it its voices; its own words are read by nobody any more.
    """
    old = DeclaredNeed.objects.filter(
        state__in=(DeclaredState.REFUSED, DeclaredState.MERGED),
        decided_at__lt=now - timedelta(days=REFUSED_DAYS),
    )
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:_MOST])
    DeclaredNeed.objects.filter(pk__in=ids).delete()
    return len(ids)


def forget_prints(now: datetime) -> int:
    """The voice stays counted; the print it left does not."""
    old = Echo.objects.exclude(key="").filter(at__lt=now - timedelta(days=PRINT_DAYS))
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:_MOST])
    return Echo.objects.filter(pk__in=ids).update(key="")
