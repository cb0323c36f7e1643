"""Remind jurors of what they still have to read: a week before, two days before, once late. One letter for all files."""

from collections import Counter
from datetime import date, datetime, timedelta

from django.db import transaction

from maillage.accounts.actions import tell
from maillage.calls.actions.handing import link_to_readings, several
from maillage.calls.enums import EditionStatus, ReviewStatus
from maillage.calls.lib.words import long_date
from maillage.calls.models import Juror, Review
from maillage.calls.notices.reviews import DUE, LATE

# Days between today and the due date, and the letter of that day.
LETTERS = {7: DUE, 2: DUE, -1: LATE, -7: LATE}


def remind_readers(now: datetime, today: date) -> int:
    """Letters written. Called once a day: each distance is told on its day, so that nothing is told twice."""
    written = 0
    for days, kind in LETTERS.items():
        due = today + timedelta(days=days)
        counts = Counter(
            Review.objects.filter(
                due_on=due,
                juror__left_at=None,
                juror__edition__status=EditionStatus.INSTRUCTION,
            )
            .exclude(status__in=[ReviewStatus.SUBMITTED, ReviewStatus.REPLACED])
            .values_list("juror", flat=True)
        )
        rows = Juror.objects.filter(pk__in=counts).select_related("user", "edition__space")
        for juror in rows.order_by("pk"):
            edition = juror.edition
            values = {
                "call": edition.title,
                "space": edition.space.name,
                "count": several(counts[juror.pk]),
                "date": long_date(due),
            }
            with transaction.atomic():
                written += len(
                    tell(
                        [juror.user],
                        kind,
                        values,
                        now=now,
                        link=link_to_readings(edition),
                        space_id=edition.space_id,
                    )
                )
    return written
