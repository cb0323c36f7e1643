"""The life of a published call: it opens and closes at its instants, its seals are broken, its reading begins.

The clock writes what is already true: whether one may deposit is told by `lib/window.py`.
"""

from datetime import datetime, timedelta

from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.actions.editions.holding import keep, step, take
from maillage.calls.enums import EditionStatus
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Application, Edition
from maillage.calls.queries.editions import to_close, to_open


def turn(now: datetime) -> dict[str, int]:
    """Open and close what is due at `now`; done twice, it is done once. One call at a time, each whole."""
    opened = sum(_turn_one(edition, now, closing=False) for edition in to_open(now))
    closed = sum(_turn_one(edition, now, closing=True) for edition in to_close(now))
    return {"opened": opened, "closed": closed}


@transaction.atomic
def _turn_one(edition: Edition, now: datetime, *, closing: bool) -> int:
    """Looked at again once held: an extension may have come meanwhile."""
    held = take(edition)
    if closing:
        if held.status != EditionStatus.OPEN or last_instant(held) > now:
            return 0
        close_held(held, now=now)
        return 1
    if held.status != EditionStatus.SCHEDULED or held.opens_at is None or held.opens_at > now:
        return 0
    open_held(held, now=now)
    return 1


def last_instant(edition: Edition) -> datetime:
    """From which nothing may be deposited (the first stage of a call in two)."""
    if edition.closes_at is None:
        raise ValueError("a published call closes")
    return edition.closes_at + timedelta(minutes=edition.grace_minutes)


def open_held(held: Edition, *, now: datetime) -> None:
    before, after = step(held, EditionStatus.OPEN, "Ouvrir")
    keep(held, "edition.opened", by=None, now=now, changes={"status": [before, after]})


def close_held(held: Edition, *, now: datetime) -> None:
    """The journal keeps how many files there were at the instant: numbers, never a name."""
    before, after = step(held, EditionStatus.CLOSED, "Clore")
    files = Application.objects.filter(edition=held)
    changes = {
        "status": [before, after],
        "deposits": [None, files.deposited().count()],
        "drafts": [None, files.filter(status="draft").count()],
    }
    keep(held, "edition.closed", by=None, now=now, changes=changes)


@transaction.atomic
def unseal(edition: Edition, *, by: User, now: datetime) -> Edition:
    """Let the authority read what was deposited, once, after the closing. Logged with who and when."""
    held = take(edition)
    if not held.is_sealed:
        raise StepRefused("Les plis de cet appel ne sont pas fermés.")
    if held.unsealed_at is not None:
        return held
    if held.status not in {EditionStatus.CLOSED, EditionStatus.INSTRUCTION}:
        raise StepRefused("Les plis s'ouvrent après la clôture, pas avant.")
    _break_seals(held, by=by, now=now)
    return held


@transaction.atomic
def begin_instruction(edition: Edition, *, by: User, now: datetime) -> Edition:
    """Reading may begin; seals that are still closed are opened, and it is logged."""
    held = take(edition)
    before, after = step(held, EditionStatus.INSTRUCTION, "Commencer l'instruction")
    if held.is_sealed and held.unsealed_at is None:
        _break_seals(held, by=by, now=now)
    return keep(held, "edition.instruction", by=by, now=now, changes={"status": [before, after]})


def _break_seals(held: Edition, *, by: User, now: datetime) -> None:
    held.unsealed_at, held.unsealed_by = now, by
    count = Application.objects.filter(edition=held).deposited().count()
    keep(held, "edition.unsealed", by=by, now=now, changes={"deposits": [None, count]})


def is_due(now: datetime) -> bool:
    """Whether the clock has something to write: two cheap questions a minute."""
    return to_open(now).exists() or to_close(now).exists()
