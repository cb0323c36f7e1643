"""Money to ask back: what was paid above what was spent, and was not asked for yet."""

from decimal import Decimal

from django.db.models import Sum

from maillage.calls.enums import AwardStatus, InstalmentStatus, RecoveryStatus, ReportStatus
from maillage.calls.models import Award

_OVER = (AwardStatus.LAPSED, AwardStatus.REVOKED)


def proposed(award: Award) -> Decimal:
    """0 when nothing is to be asked; what was spent is known from the validated report alone."""
    paid = award.instalments.filter(status=InstalmentStatus.PAID).aggregate(total=Sum("amount"))
    asked = award.recoveries.exclude(status=RecoveryStatus.DROPPED).aggregate(total=Sum("amount"))
    report = award.reports.filter(status=ReportStatus.VALIDATED, spent__isnull=False).first()
    if report is None and award.status not in _OVER:
        return Decimal(0)
    spent = report.spent if report and report.spent is not None else Decimal(0)
    left = (paid["total"] or Decimal(0)) - spent - (asked["total"] or Decimal(0))
    return max(left, Decimal(0))
