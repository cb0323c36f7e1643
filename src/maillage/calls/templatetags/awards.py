"""Words of pages about awards: euros, instants, the badge of a state."""

from datetime import datetime
from decimal import Decimal

from django import template

from maillage.calls.enums import AwardStatus, InstalmentStatus, RecoveryStatus, ReportStatus
from maillage.calls.lib.award_acts import WORDS
from maillage.calls.lib.words import in_euros, long_instant

register = template.Library()

_OK = {
    AwardStatus.RUNNING, AwardStatus.SETTLED, AwardStatus.ARCHIVED,
    InstalmentStatus.PAID, ReportStatus.VALIDATED, RecoveryStatus.RECEIVED,
}  # fmt: skip
_CAREFUL = {
    AwardStatus.TO_SIGN, AwardStatus.REPORT_DUE, AwardStatus.REPORT_IN, AwardStatus.GRANTED,
    InstalmentStatus.TO_PAY, InstalmentStatus.REFUSED, ReportStatus.RETURNED, ReportStatus.SUBMITTED,
}  # fmt: skip


@register.filter
def euros(amount: Decimal | int | None) -> str:
    """« 7 500 € »; empty when unknown."""
    return "" if amount is None else in_euros(Decimal(amount))


@register.filter
def instant(at: datetime | None) -> str:
    return long_instant(at) if at else ""


@register.filter
def hue(status: str) -> str:
    """Kind of badge of a state: `ok`, `careful`, or empty."""
    if status in _OK:
        return "ok"
    return "careful" if status in _CAREFUL else ""


@register.filter
def percent(value: Decimal | None) -> str:
    """« +12,5 % »; empty when it means nothing."""
    return "" if value is None else f"{value:+} %".replace(".", ",")


@register.filter
def act_words(action: str) -> str:
    """What an act of the journal says, in the history of an award."""
    return WORDS.get(action, "Autre acte")
