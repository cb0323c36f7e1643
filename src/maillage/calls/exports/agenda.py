"""Reports to hand in and payments to make, as a calendar (RFC 5545). Days, without hour."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from icalendar import Calendar, Event

from maillage.calls.enums import InstalmentStatus
from maillage.calls.lib.words import in_euros
from maillage.calls.queries.overdue import OWED

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from maillage.calls.models import Award

_MOST = 1000


def calendar_of(awards: "QuerySet[Award]", now: datetime, *, title: str) -> bytes:
    """One event a report that is owed, one a payment that is due; the same ones keep the same identifier."""
    calendar = Calendar()
    calendar.add("prodid", "-//Maillage//Subventions//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title)
    rows = awards.prefetch_related("reports", "instalments")[:_MOST]
    for award in rows:
        reference = award.application.reference
        for report in award.reports.all():
            if report.status in OWED:
                calendar.add_component(
                    _event(
                        f"bilan-{report.pk}", f"Bilan à rendre : {reference}", report.due_on, now
                    )
                )
        for payment in award.instalments.all():
            if payment.status == InstalmentStatus.TO_PAY and payment.due_on:
                said = f"Versement de {in_euros(payment.amount)} à payer au plus tard : {reference}"
                calendar.add_component(_event(f"versement-{payment.pk}", said, payment.due_on, now))
    return bytes(calendar.to_ical())


def _event(key: str, said: str, day: date, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{key}@maillage")
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", said)
    return event
