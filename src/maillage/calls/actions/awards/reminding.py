"""Remind of reports: sixty and fifteen days before, the day after, thirty days after; each once, whatever runs twice."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse

from maillage.calls.actions.awards.holding import keep, move
from maillage.calls.actions.awards.papers import tell_applicants
from maillage.calls.enums import AwardStatus
from maillage.calls.lib.award_delays import REMINDERS
from maillage.calls.lib.words import long_date
from maillage.calls.models import Award, AwardReport
from maillage.calls.notices.awards import REPORT_LATE, REPORT_SOON
from maillage.calls.queries.overdue import OWED, owed_late

_SOON = timedelta(days=-REMINDERS[0])
_MOST = 5000


def remind_of_reports(now: datetime, today: date) -> int:
    """The number of reports reminded of. One that nothing sent while no worker ran gets the latest letter only."""
    near = AwardReport.objects.filter(
        status__in=OWED, due_on__lte=today + _SOON, due_on__gte=today,
        award__notified_at__isnull=False,
        award__status__in=[AwardStatus.GRANTED, AwardStatus.TO_SIGN, AwardStatus.RUNNING, AwardStatus.REPORT_DUE],
    )  # fmt: skip
    keys = {
        *near.values_list("pk", flat=True)[:_MOST],
        *owed_late(today).values_list("pk", flat=True)[:_MOST],
    }
    return sum(_remind(pk, now, today) for pk in sorted(keys))


@transaction.atomic
def _remind(pk: int, now: datetime, today: date) -> bool:
    award_id = AwardReport.objects.values_list("award_id", flat=True).get(pk=pk)
    award = (
        Award.objects.select_for_update(of=("self",))
        .select_related("application__edition__space")
        .get(pk=award_id)
    )
    report = AwardReport.objects.select_for_update(of=("self",)).get(pk=pk)
    if report.status not in OWED:
        return False
    if award.status == AwardStatus.RUNNING:
        move(award, AwardStatus.REPORT_DUE, "Attendre le bilan")
        keep(award, "report_expected", by=None, now=now)
    passed = [days for days in REMINDERS if today >= report.due_on + timedelta(days=days)]
    if not passed or passed[-1] in report.reminded:
        return False
    report.reminded = [*report.reminded, *(one for one in passed if one not in report.reminded)]
    report.save(update_fields=["reminded"])
    tell_applicants(
        award.application,
        REPORT_LATE if passed[-1] > 0 else REPORT_SOON,
        {"date": long_date(report.due_on)},
        now=now,
        path=reverse("subsidies:report", args=[report.pk]),
    )
    return True
