"""Interests: declared before a file opens, seen by the house, decided by an agent. Recused, the file is nowhere.

Lines of the journal hold numbers of people, never a name nor what they wrote.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.actions.handing import replace_reader, take_away
from maillage.calls.enums import EditionStatus, InterestAnswer, ReviewStatus
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.signals import recuses
from maillage.calls.models import Application, Edition, Interest, Juror, Review
from maillage.calls.queries.signals import found_signals
from maillage.core import journal

__all__ = ["RUNNING", "decide", "declare", "look"]
# Steps at which somebody reads, or may soon.
RUNNING = (
    EditionStatus.OPEN, EditionStatus.CLOSED, EditionStatus.INSTRUCTION, EditionStatus.JURY,
    EditionStatus.DECIDED,
)  # fmt: skip
REASON_LONGEST = 500


@transaction.atomic
def declare(
    application: Application, *, answer: str, text: str = "", by: User, now: datetime
) -> Interest:
    """What `by` says of their links with the file; anything but « aucun » recuses them at once.

    Raises `StepRefused` for an answer that is not in the list, and when an agent has decided already.
    """
    if answer not in InterestAnswer.values:
        raise StepRefused("Choisissez une réponse dans la liste.")
    held = _held(application, by.pk)
    if held.decided_at is not None and answer == InterestAnswer.NONE and held.recused:
        raise StepRefused("Un agent vous a écarté de ce dossier : lui seul peut y revenir.")
    held.answer, held.text, held.declared_at = answer, text.strip()[:600], now
    before = held.recused
    held.recused = before or answer != InterestAnswer.NONE
    held.save()
    journal.record(
        "interest_declared",
        application,
        by=by,
        at=now,
        changes={"answer": ["", answer], "recused": [before, held.recused], "user": by.pk},
        space_id=application.edition.space_id,
    )
    if held.recused:
        leave(application, by.pk, now=now)
    return held


@transaction.atomic
def decide(
    application: Application, user: User, *, recused: bool, reason: str, by: User, now: datetime
) -> Interest:
    """An agent settles whether `user` stays away. Raises `StepRefused` without a reason, or for oneself."""
    words = reason.strip()[:REASON_LONGEST]
    if not words:
        raise StepRefused("Écrivez le motif : il reste au dossier.")
    if user.pk == by.pk and not recused:
        raise StepRefused("Vous ne pouvez pas décider pour vous-même : demandez à un autre agent.")
    held = _held(application, user.pk)
    before = held.recused
    held.recused, held.decided_by, held.decided_at, held.decided_reason = recused, by, now, words
    held.save()
    journal.record(
        "interest_decided",
        application,
        by=by,
        at=now,
        changes={"recused": [before, recused], "user": user.pk},
        space_id=application.edition.space_id,
    )
    if recused:
        leave(application, user.pk, now=now)
    return held


@transaction.atomic
def look(
    edition: Edition,
    users: Collection[int],
    *,
    now: datetime,
    applications: Collection[int] | None = None,
) -> int:
    """Write what the house sees between these people and the files; the number of lines changed.

    A certain link recuses a juror at once. What an agent has decided is never changed back, and a signal that
    is no longer found stays only where somebody declared or decided something.
    """
    found = found_signals(edition, users, now, applications)
    jurors = set(
        Juror.objects.filter(edition=edition, user__in=users).values_list("user", flat=True)
    )
    rows = Interest.objects.select_for_update().filter(application__edition=edition, user__in=users)
    if applications is not None:
        rows = rows.filter(application__in=applications)
    known = {(one.application_id, one.user_id): one for one in rows}
    changed = 0
    for pair in sorted(found.keys() | known.keys()):
        signals = found.get(pair, [])
        stored = [one.as_json() for one in signals]
        held = known.get(pair) or Interest(application_id=pair[0], user_id=pair[1])
        away = recuses(signals) and pair[1] in jurors and held.decided_at is None
        if held.pk and held.signals == stored and (held.recused or not away):
            continue
        is_new_recusal = away and not held.recused
        held.signals, held.recused = stored, held.recused or away
        held.save()
        changed += 1
        if is_new_recusal:
            _record_found(held, edition, now)
    return changed


def leave(application: Application, user_id: int, *, now: datetime) -> None:
    """Take the file out of the hands of a person who is recused; another juror gets their reading."""
    Application.objects.filter(pk=application.pk, assigned_to=user_id).update(
        assigned_to=None, updated_at=now
    )
    held = Review.objects.filter(application=application, juror__user=user_id).exclude(
        status=ReviewStatus.REPLACED
    )
    for one in held.select_related("juror__user", "application__edition__space"):
        take_away(one, by=None, now=now)
        replace_reader(one.application, gone=one.juror, now=now)


def _record_found(held: Interest, edition: Edition, now: datetime) -> None:
    journal.record(
        "interest_found",
        held.application,
        by=None,
        at=now,
        changes={"recused": [False, True], "user": held.user_id},
        space_id=edition.space_id,
    )
    leave(held.application, held.user_id, now=now)


def _held(application: Application, user_id: int) -> Interest:
    one, _is_new = Interest.objects.select_for_update().get_or_create(
        application=application, user_id=user_id
    )
    return one
