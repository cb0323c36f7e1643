"""Whom to call and why: the rules, told on the screen as they are here."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from maillage.structures.enums import CallOutcome, CallReason, EssStatus, SizeBand, Stage, State
from maillage.structures.queries.freshness import Age, add_months, stage_of
from maillage.structures.queries.upkeep import Call, Gathered

ANSWER_DAYS = 14  # left to a reader before a reminder counts as unanswered
# Days without calling again after a call that named no day.
PAUSES = {
    CallOutcome.REACHED: 180,
    CallOutcome.TO_CORRECT: 7,
    CallOutcome.NO_ANSWER: 3,
    CallOutcome.WRONG_NUMBER: 30,
    CallOutcome.CLOSED: 30,
    CallOutcome.LATER: 1,
}
_ALONE = frozenset({"", SizeBand.NOT_EMPLOYER, SizeBand.ZERO})


class Line(NamedTuple):
    """A structure's line in the list of one space."""

    reason: int
    reasons: list[int]
    since: date
    visible_from: date


def is_callable(row: dict[str, Any]) -> bool:
    """Pages that the public reads: the others are not worth a call."""
    return bool(
        row["state"] == State.ACTIVE
        and row["merged_into_id"] is None
        and row["ess_status"] != EssStatus.EXCLUDED
    )


def reasons_of(
    row: dict[str, Any], facts: Gathered, age: Age, missing: list[str], *, today: date
) -> dict[int, date]:
    """Every reason to call, with the day it dates from; promised calls are left out."""
    pk, found = row["id"], {}
    if row["email"] in facts.refused and not age.vouched:
        found[CallReason.BOUNCED.value] = age.on
    if stage_of(age.on, today) == Stage.OLD and _is_silent(row, facts, age, today):
        found[CallReason.SILENT.value] = add_months(age.on, 12)
    if pk in facts.signs:
        found[CallReason.CLOSED.value] = facts.signs[pk]
    employer = bool(row["is_employer"]) or row["size_band"] not in _ALONE
    unreachable = {"phone", "email", "website"} <= set(missing)
    if (employer or pk in facts.labelled) and ("description" in missing or unreachable):
        found[CallReason.INCOMPLETE.value] = age.on
    return found


def _is_silent(row: dict[str, Any], facts: Gathered, age: Age, today: date) -> bool:
    """The last reminder had no answer in time, or there is a telephone and no address to write to."""
    pk = row["id"]
    sent = [one for one in facts.reminders[pk] if one.since == age.on and one.months >= 12]
    if sent:
        waited = today - timezone.localdate(sent[-1].sent_at)
        return not sent[-1].answer and waited.days >= ANSWER_DAYS
    can_be_written = pk in facts.kept or (row["email"] and row["email"] not in facts.refused)
    return bool(row["phone"]) and not can_be_written


def line_of(reasons: dict[int, date], call: Call | None, snoozed_until: date | None) -> Line | None:
    """The line of a space, given its last call; None when there is no reason to call."""
    if call is not None and call.next_on is not None:
        reasons = {CallReason.CALLBACK.value: call.next_on, **reasons}
        shown = call.next_on
    elif not reasons:
        return None
    elif call is not None:
        pause = PAUSES[CallOutcome(call.outcome)]
        shown = timezone.localdate(call.at) + timedelta(days=pause)
    else:
        shown = min(reasons.values())
    first = min(reasons)
    if snoozed_until:
        shown = max(shown, snoozed_until)
    return Line(first, sorted(reasons), reasons[first], shown)
