"""How old a page is. A page is as fresh as the last day a person vouched for it, else as its newest source.

Ages are whole calendar months between days of the installation's time zone: confirmed on 31 August, a
page is six months old on the last day of February.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from maillage.structures.enums import Stage
from maillage.structures.models import Membership, Structure

STEPS = (6, 9, 12)
_STAGES = ((12, Stage.OLD), (9, Stage.TO_CHECK), (6, Stage.TO_CONFIRM))


@dataclass(frozen=True, slots=True)
class Age:
    """`on` is the day it counts from. `by` is the person who vouched, None through a reminder's key."""

    on: date
    vouched: bool
    by: int | None = None


def add_months(day: date, months: int) -> date:
    """The same day `months` later (or sooner), or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_old(on: date, today: date) -> int:
    """Whole months from `on` to `today`; 0 when `on` is to come."""
    months = (today.year - on.year) * 12 + today.month - on.month
    if add_months(on, months) > today:
        months -= 1
    return max(0, months)


def latest_day(months: int, today: date) -> date:
    """The last day from which a page is `months` old today: for a database that has no such arithmetic."""
    last = monthrange(today.year, today.month)[1] == today.day
    day = add_months(today, -months)
    return day.replace(day=monthrange(day.year, day.month)[1]) if last else day


def stage_of(on: date, today: date) -> Stage:
    months = months_old(on, today)
    return next((stage for least, stage in _STAGES if months >= least), Stage.FRESH)


def step_of(on: date, today: date) -> int:
    """The highest of 6, 9 and 12 months that the age has reached; 0 before the first."""
    months = months_old(on, today)
    return next((step for step in reversed(STEPS) if months >= step), 0)


def age(
    confirmed_at: datetime | None, provenance: Any, *, confirmed_by: int | None = None
) -> Age | None:
    """Age from what a structure's row says; None when neither a person nor a source dates it."""
    vouched = [(timezone.localdate(confirmed_at), 1, confirmed_by)] if confirmed_at else []
    sourced = []
    for owner in provenance.values() if isinstance(provenance, dict) else ():
        if not isinstance(owner, dict):
            continue
        if owner.get("by"):
            day = _day(owner.get("at")) or _day(owner.get("date"))
            if day:
                vouched.append((day, 0, owner["by"]))
        elif day := _day(owner.get("date")):
            sourced.append(day)
    if vouched:
        on, _rank, by = max(vouched, key=lambda one: one[:2])
        return Age(on, vouched=True, by=by)
    return Age(max(sourced), vouched=False) if sourced else None


def age_of(structure: Structure) -> Age:
    """Age of a structure, from its entry in the directory when nothing else dates it."""
    found = age(
        structure.confirmed_at, structure.provenance, confirmed_by=structure.confirmed_by_id
    )
    return found or Age(timezone.localdate(structure.created_at), vouched=False)


def vouched_by_its_own(structure_id: int, by: int | None) -> bool:
    """Whether who vouched is of the structure: a reminder's key, or a person who keeps or kept the page."""
    if by is None:
        return True
    return Membership.objects.filter(structure_id=structure_id, user_id=by).exists()


def _day(value: Any) -> date | None:
    """The local day of an ISO date or moment."""
    text = str(value or "")
    try:
        if len(text) > 10:
            moment = datetime.fromisoformat(text)
            return timezone.localdate(moment) if moment.tzinfo else moment.date()
        return date.fromisoformat(text)
    except ValueError:
        return None
