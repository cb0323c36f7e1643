"""Take an award to change it, and keep what it weighs on the envelope right to the cent."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from maillage.accounts.models import User
from maillage.calls.enums import (
    ApplicationStatus,
    AwardStatus,
    InstalmentStatus,
    RecoveryStatus,
    ReportStatus,
)
from maillage.calls.lib.machine import AWARD, StepRefused, check_step
from maillage.calls.models import Application, Award, Recovery
from maillage.core import journal

CHANGED = (
    "Cette subvention a changé pendant votre lecture : rechargez la page. Rien n'a été enregistré."
)
RELEASED = (AwardStatus.RENOUNCED, AwardStatus.LAPSED, AwardStatus.REVOKED)
_OVER = (*RELEASED, AwardStatus.SETTLED, AwardStatus.ARCHIVED)
UNPAID = (
    InstalmentStatus.PLANNED,
    InstalmentStatus.WAITING,
    InstalmentStatus.TO_PAY,
    InstalmentStatus.REFUSED,
)


def take(award: Award, version: int | None = None) -> Award:
    """The award, held until the end of the transaction. Raises StepRefused when it changed since `version`.

    Its application is held first, as every act that changes both does.
    """
    Application.objects.select_for_update(of=("self",)).get(pk=award.application_id)
    held = (
        Award.objects.select_for_update(of=("self",))
        .select_related("application__edition__space", "application__edition__programme", "partner")
        .get(pk=award.pk)
    )
    if version is not None and version != held.version:
        raise StepRefused(CHANGED)
    return held


def move(award: Award, after: str, label: str) -> None:
    """Write the next state on `award`, not saved yet. Raises StepRefused."""
    check_step(AWARD, award.status, after, label)
    award.status = after


def keep(
    award: Award,
    act: str,
    *,
    by: User | None,
    now: datetime,
    changes: dict[str, object] | None = None,
    reason: str = "",
) -> Award:
    """Save `award` a version later, its weight worked out again, and write the journal."""
    award.reserved = weight_of(award)
    award.version += 1
    award.save()
    journal.record(
        act,
        award,
        by=by,
        at=now,
        changes=changes or {},
        reason=reason,
        space_id=award.application.edition.space_id,
    )
    journal.tick("calls")
    return award


def weight_of(award: Award) -> Decimal:
    """What weighs on the envelope: all of it, or, once it is over, what was paid and not given back."""
    if award.status == AwardStatus.RENOUNCED:
        return Decimal(0)
    if award.status not in _OVER:
        return award.amount
    return max(Decimal(0), min(award.amount, paid_of(award) - recovered_of(award)))


def paid_of(award: Award) -> Decimal:
    rows = award.instalments.filter(status=InstalmentStatus.PAID)
    return rows.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def recovered_of(award: Award) -> Decimal:
    rows = Recovery.objects.filter(award=award, status=RecoveryStatus.RECEIVED)
    return rows.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def release(award: Award, after: str, label: str, *, now: datetime, reason: str) -> None:
    """End the award: what was not paid goes back to the envelope, and the payments that wait are cancelled."""
    move(award, after, label)
    award.released_at, award.released_reason = now, reason[:500]
    award.instalments.filter(status__in=UNPAID).update(
        status=InstalmentStatus.CANCELLED, note=f"Subvention {award.get_status_display()}."
    )


def withdraw_application(award: Award, *, now: datetime, reason: str) -> None:
    """The file follows its awards: withdrawn when none of them stands any more."""
    application = award.application
    standing = application.awards.exclude(pk=award.pk).exclude(status__in=RELEASED)
    if standing.exists() or application.status != ApplicationStatus.AWARDED:
        return
    application.status = ApplicationStatus.WITHDRAWN
    application.ended_reason = reason[:500]
    application.updated_at = now
    application.version += 1
    application.save(update_fields=["status", "ended_reason", "updated_at", "version"])


def settle_if_over(award: Award) -> bool:
    """Settled once the report is validated and no payment waits; the caller saves it."""
    reports = list(award.reports.values_list("status", flat=True))
    validated = bool(reports) and all(one == ReportStatus.VALIDATED for one in reports)
    if award.status != AwardStatus.REPORT_IN or not validated:
        return False
    if award.instalments.filter(status__in=UNPAID).exists():
        return False
    move(award, AwardStatus.SETTLED, "Solder la subvention")
    return True
