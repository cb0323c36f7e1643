"""What agents do with the call list. A call is one line in the history of the structure."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from maillage.accounts.models import User
from maillage.core import journal
from maillage.spaces.models import Space
from maillage.structures.actions.after import after_write
from maillage.structures.actions.closure import record_sign
from maillage.structures.actions.hold import hold
from maillage.structures.actions.save import confirm_structure
from maillage.structures.actions.upkeep import refresh_upkeep
from maillage.structures.enums import CallOutcome, SignKind
from maillage.structures.models import CallEntry, CallNote, ClosureSign, Structure

UNDO = timedelta(hours=12)  # a call is taken back on the day it was made
FARTHEST = timedelta(days=730)


@transaction.atomic
def record_call(
    structure: Structure,
    outcome: str,
    *,
    by: User,
    now: datetime,
    space: Space,
    note: str = "",
    next_on: date | None = None,
) -> CallNote:
    """Write the result of a call; « joint, fiche à jour » confirms the page, « fermée » proposes it for archive.

    `next_on` is the day to call again. Raises `ValidationError` for an unknown result, a day that has
    passed, or « rappeler plus tard » without a day.
    """
    if outcome not in CallOutcome.values:
        raise ValidationError({"outcome": ["Choisissez le résultat de l'appel."]})
    today = timezone.localdate(now)
    if next_on is not None and not today < next_on <= today + FARTHEST:
        raise ValidationError({"next_on": ["Choisissez un jour à venir, dans les deux ans."]})
    if outcome == CallOutcome.LATER and next_on is None:
        raise ValidationError({"next_on": ["Dites quel jour rappeler."]})
    hold(structure)
    before = {}
    if outcome == CallOutcome.REACHED:
        before = {
            "confirmed_at": structure.confirmed_at.isoformat() if structure.confirmed_at else None,
            "confirmed_by": structure.confirmed_by_id,
        }
    earlier = CallNote.objects.filter(structure=structure, space_id=space.pk, is_last=True)
    earlier.update(is_last=False)
    call = CallNote.objects.create(
        structure=structure,
        space_id=space.pk,
        by=by,
        at=now,
        outcome=outcome,
        note=note.strip()[:500],
        next_on=next_on,
        before=before,
    )
    entries = CallEntry.objects.filter(structure=structure, space=space)
    entries.update(snoozed_until=None, taken_by=None, taken_on=None)
    journal.record(
        "call",
        structure,
        by=by,
        at=now,
        changes={"call": [None, outcome]},
        reason=call.note,
        space_id=space.pk,
    )
    if outcome == CallOutcome.REACHED:
        confirm_structure(structure, by=by, now=now, space=space)
    elif outcome == CallOutcome.CLOSED:
        record_sign(structure, SignKind.CALL, f"{call.pk}", now=now, on=today, detail=call.note)
    else:
        refresh_upkeep([structure.pk], now=now)
    return call


@transaction.atomic
def undo_call(call: CallNote, *, by: User, now: datetime, space: Space) -> None:
    """Take back one's own last call of a structure, the same day, and what it did to the page.

    Raises `ValidationError` when it is too late, or when something was decided from it.
    """
    structure = call.structure
    hold(structure)
    held = CallNote.objects.filter(pk=call.pk, by=by, space_id=space.pk, is_last=True).first()
    if held is None or now - held.at > UNDO:
        raise ValidationError("Cet appel ne peut plus être repris : notez-en un nouveau.")
    sign = ClosureSign.objects.filter(structure=structure, kind=SignKind.CALL, key=str(held.pk))
    if sign.exclude(decision="").exists():
        raise ValidationError("La fermeture a déjà été tranchée : passez par la fiche.")
    sign.delete()
    if held.outcome == CallOutcome.REACHED and structure.confirmed_at == held.at:
        moment = held.before.get("confirmed_at")
        structure.confirmed_at = parse_datetime(moment) if moment else None
        structure.confirmed_by_id = held.before.get("confirmed_by")
        structure.save(update_fields=["confirmed_at", "confirmed_by", "updated_at"])
    held.delete()
    previous = CallNote.objects.filter(structure=structure, space_id=space.pk)
    last = previous.order_by("-at", "-pk").first()
    if last is not None:
        last.is_last = True
        last.save(update_fields=["is_last"])
    journal.record(
        "call_undone",
        structure,
        by=by,
        at=now,
        changes={"call": [held.outcome, None]},
        space_id=space.pk,
    )
    after_write(structures={structure.pk}, now=now)


@transaction.atomic
def snooze_call(entry: CallEntry, *, by: User, now: datetime) -> None:
    """Not today any more: the line comes back tomorrow."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    entries = CallEntry.objects.filter(pk=entry.pk)
    entries.update(snoozed_until=tomorrow, taken_by=None, taken_on=None)
    journal.record("call_snoozed", entry.structure, by=by, at=now, space_id=entry.space_id)
    refresh_upkeep([entry.structure_id], now=now)


@transaction.atomic
def take_call(entry: CallEntry, *, by: User, now: datetime) -> bool:
    """Tell colleagues that one sees to it today; False when somebody else said so before."""
    today = timezone.localdate(now)
    held = CallEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if held.taken_on == today and held.taken_by_id not in {None, by.pk}:
        return False
    CallEntry.objects.filter(pk=entry.pk).update(taken_by=by, taken_on=today)
    return True


@transaction.atomic
def release_call(entry: CallEntry, *, by: User) -> None:
    """Leave to others what one had taken."""
    CallEntry.objects.filter(pk=entry.pk, taken_by=by).update(taken_by=None, taken_on=None)
