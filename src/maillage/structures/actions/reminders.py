"""Ask structures whether their page is right, and hear their answer."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.dateformat import format as format_date

from maillage.core import journal
from maillage.core.letters.outbox import Recipient, post_many
from maillage.spaces.models import Space
from maillage.structures.actions.closure import record_sign
from maillage.structures.actions.save import confirm_structure
from maillage.structures.actions.upkeep import refresh_upkeep
from maillage.structures.enums import SignKind
from maillage.structures.models import FreshnessReminder, Structure
from maillage.structures.notices import FRESHNESS
from maillage.structures.queries import reminders as queries
from maillage.structures.queries.freshness import months_old

VALID = timedelta(days=60)
# What an ordinary mailbox provider takes from one sender, and what the agents can hear back from.
MOST_A_NIGHT = 200
_BATCH = 50

Answer = FreshnessReminder.Answer


class Links(NamedTuple):
    """Absolute addresses of one key: the page, and the end of reminders."""

    page: str
    stop: str


def key_hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def send_reminders(
    space: Space,
    *,
    now: datetime,
    links: Callable[[str], Links],
    heartbeat: Callable[[], None] = lambda: None,
    most: int = MOST_A_NIGHT,
) -> int:
    """Write the letters that are due in a space, `most` a day at most; the number written.

    Each lot is one transaction, letters and reminders together: killed at any moment and run again, every
    structure gets one letter for each step.
    """
    today = timezone.localdate(now)
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    left = most - queries.sent_since(space, midnight)
    written, waiting = 0, queries.due(space, now=now, today=today)
    for start in range(0, len(waiting), _BATCH):
        if written >= left:
            break
        heartbeat()
        found = queries.targets(waiting[start : start + _BATCH], today=today)
        written += _write(found[: left - written], space, links, now=now)
    return written


@transaction.atomic
def _write(
    found: list[queries.Target], space: Space, links: Callable[[str], Links], *, now: datetime
) -> int:
    today, until = timezone.localdate(now), now + VALID
    reminders, recipients = [], []
    for one in found:
        key = secrets.token_urlsafe(24)
        page, stop = links(key)
        reminders.append(
            FreshnessReminder(
                structure_id=one.structure_id,
                months=one.step,
                since=one.since,
                space_id=space.pk,
                to=one.to,
                key_hash=key_hash(key),
                sent_at=now,
                expires_at=until,
            )
        )
        recipients.append(
            Recipient(
                to=one.to,
                user_id=one.user_id,
                link=page,
                values={
                    "structure": one.name,
                    "space": space.name,
                    "months": months_old(one.since, today),
                    "until": format_date(timezone.localtime(until), "j F Y"),
                },
                headers={
                    "List-Unsubscribe": f"<{stop}>",
                    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                },
            )
        )
    FreshnessReminder.objects.bulk_create(reminders)
    post_many(FRESHNESS, recipients, now=now, space_id=space.pk)
    for reminder in reminders:
        journal.record(
            "reminder_sent",
            Structure(pk=reminder.structure_id),
            by=None,
            at=now,
            changes={"reminder": [None, reminder.months]},
            space_id=space.pk,
        )
    return len(reminders)


@transaction.atomic
def answer_reminder(
    reminder: FreshnessReminder, answer: str, *, now: datetime, space: Space | None
) -> bool:
    """Keep the first answer of a key; False when there was one already, or when it has expired.

    « Tout est juste » confirms the page, « fermée » proposes it for archive; « à corriger » is written by
    who receives the correction.
    """
    waiting = FreshnessReminder.objects.filter(pk=reminder.pk, answer="", expires_at__gt=now)
    if not waiting.update(answer=Answer(answer), answered_at=now):
        reminder.refresh_from_db()
        return False
    reminder.refresh_from_db()
    structure = reminder.structure
    journal.record(
        "reminder_answered",
        structure,
        by=None,
        at=now,
        changes={"reminder": [None, str(answer)]},
        space_id=reminder.space_id,
    )
    if answer == Answer.RIGHT:
        confirm_structure(structure, by=None, now=now, space=space)
    elif answer == Answer.CLOSED:
        today = timezone.localdate(now)
        record_sign(structure, SignKind.ANSWER, str(reminder.pk), now=now, on=today)
    else:
        refresh_upkeep([structure.pk], now=now)
    return True


@transaction.atomic
def stop_reminders(reminder: FreshnessReminder, *, now: datetime) -> None:
    """No more letters about this structure, whoever holds the key; asked twice, it is the same."""
    stopped = FreshnessReminder.objects.filter(pk=reminder.pk, stopped_at=None)
    if stopped.update(stopped_at=now):
        _tell("reminders_stopped", reminder, now=now)


@transaction.atomic
def resume_reminders(reminder: FreshnessReminder, *, now: datetime) -> None:
    """Letters again, for the structure of this key."""
    stopped = FreshnessReminder.objects.filter(
        structure=reminder.structure_id, stopped_at__isnull=False
    )
    if stopped.update(stopped_at=None):
        _tell("reminders_resumed", reminder, now=now)


def _tell(action: str, reminder: FreshnessReminder, *, now: datetime) -> None:
    journal.record(action, reminder.structure, by=None, at=now, space_id=reminder.space_id)
    reminder.refresh_from_db()
