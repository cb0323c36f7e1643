"""After the closing: what was typed and not deposited leaves the file, and stays in its history."""

from datetime import datetime

from django.db import transaction

from maillage.calls.actions.telling import tell_reminder
from maillage.calls.actions.writing import take
from maillage.calls.enums import ApplicationStatus
from maillage.calls.lib.conditions import is_empty
from maillage.calls.models import Answer, AnswerPast, Application
from maillage.calls.queries.deadlines import drafts_near_closing, unsettled
from maillage.calls.queries.reopened import writable_at
from maillage.calls.queries.written import last_deposit


def remind(now: datetime) -> int:
    """Seven, three days and one before the closing, to who has not deposited; each once. The number of files."""
    due = drafts_near_closing(now).values_list("pk", flat=True)
    return sum(_remind(pk, now) for pk in list(due[:5000]))


@transaction.atomic
def _remind(pk: int, now: datetime) -> bool:
    held = take(Application(pk=pk))
    return tell_reminder(held, now=now)


def settle(now: datetime) -> int:
    """Answers are again those that were deposited, in every file whose window is over; the number of files."""
    return sum(_settle(pk, now) for pk in list(unsettled(now).values_list("pk", flat=True)[:5000]))


@transaction.atomic
def _settle(pk: int, now: datetime) -> bool:
    held = take(Application(pk=pk))
    deposit = last_deposit(held)
    if deposit is None or held.status != ApplicationStatus.SUBMITTED or writable_at(held, now):
        return False
    told = deposit.content.get("answers", {})
    for row in Answer.objects.filter(application=held, stage=deposit.stage, at__gt=deposit.at):
        value = told.get(row.code, "")
        if row.value == value or (is_empty(row.value) and is_empty(value)):
            continue
        AnswerPast.objects.create(
            answer=row, value=row.value, version=row.version, by=row.by, at=row.at
        )
        row.value, row.version, row.by, row.at = value, row.version + 1, None, now
        row.save(update_fields=["value", "version", "by", "at"])
    held.attachments.filter(stage=deposit.stage, at__gt=deposit.at, removed_at=None).update(
        removed_at=now
    )
    kept = [one["id"] for one in deposit.content.get("files", ()) if "id" in one]
    held.attachments.filter(pk__in=kept, removed_at__gt=deposit.at).update(removed_at=None)
    held.updated_at = held.deposited_at or now
    held.save(update_fields=["updated_at"])
    return True
