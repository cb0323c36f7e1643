"""What changes after publication: a longer deadline, a correction, the end. Public, kept, and told to applicants."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from maillage.accounts.actions import tell
from maillage.accounts.models import User
from maillage.calls.actions.editions.holding import keep, step, take
from maillage.calls.enums import ApplicationStatus, AwardStatus, EditionStatus, EventKind
from maillage.calls.lib.machine import APPLICATION, StepRefused
from maillage.calls.lib.moments import moment_words
from maillage.calls.models import Application, Award, Edition, EditionEvent
from maillage.calls.notices.editions import CANCELLED, ERRATUM, EXTENDED
from maillage.calls.queries.editions import people_writing, running_deadline
from maillage.core import journal

# What an erratum may correct: words, never who may apply nor how much.
CORRECTABLE = ("description", "eligible_costs", "contact_email", "closing_message")
_PUBLIC = frozenset(
    {
        EditionStatus.SCHEDULED, EditionStatus.OPEN, EditionStatus.CLOSED,
        EditionStatus.INSTRUCTION, EditionStatus.JURY, EditionStatus.DECIDED,
    }
)  # fmt: skip


@transaction.atomic
def extend(
    edition: Edition, *, until: datetime, reason: str, by: User, now: datetime
) -> EditionEvent:
    """Close later, never sooner, and only before the closing. Everyone who writes or deposited is told."""
    held = take(edition)
    name = running_deadline(held)
    if name is None:
        raise StepRefused("Cet appel n'attend plus de dossiers : il ne peut plus être prolongé.")
    before: datetime = getattr(held, name)
    if now >= before:
        raise StepRefused("La clôture est passée : l'appel ne peut plus être prolongé.")
    if until <= before:
        raise StepRefused(
            f"Choisissez un instant après la clôture actuelle : {moment_words(before)}."
        )
    if name == "closes_at" and held.full_closes_at is not None and held.full_closes_at <= until:
        raise StepRefused("Les dossiers complets sont attendus avant ce nouvel instant.")
    words = _said(reason, "Dites pourquoi l'appel est prolongé : c'est public.")
    setattr(held, name, until)
    event = EditionEvent.objects.create(
        edition=held,
        kind=EventKind.EXTENSION,
        text=words,
        before=before,
        after=until,
        by=by,
        at=now,
    )
    changes = {name: [before.isoformat(), until.isoformat()]}
    keep(held, "edition.extended", by=by, now=now, changes=changes, reason=words)
    _tell(held, EXTENDED, {"until": moment_words(until), "reason": words}, now=now)
    return event


@transaction.atomic
def correct(
    edition: Edition,
    *,
    text: str,
    values: dict[str, Any],
    by: User,
    now: datetime,
    version: int | None,
) -> EditionEvent:
    """A public erratum; `values` are corrected columns among `CORRECTABLE`."""
    held = take(edition, version)
    if held.status not in _PUBLIC:
        raise StepRefused("Un erratum corrige un appel publié, jusqu'à la notification.")
    words = _said(text, "Dites ce qui change : c'est public.")
    changes = {}
    for name in CORRECTABLE:
        before, after = getattr(held, name), values.get(name, getattr(held, name))
        if before != after:
            changes[name] = [before, after]
            setattr(held, name, after)
    event = EditionEvent.objects.create(
        edition=held, kind=EventKind.ERRATUM, text=words, by=by, at=now
    )
    keep(held, "edition.corrected", by=by, now=now, changes=changes, reason=words)
    _tell(held, ERRATUM, {"reason": words}, now=now)
    return event


@transaction.atomic
def cancel(edition: Edition, *, reason: str, by: User, now: datetime) -> Edition:
    """Before the decision only. Files are dropped with the reason, what the jury proposed goes back to the envelope."""
    held = take(edition)
    was_public = held.published_at is not None
    before, after = step(held, EditionStatus.CANCELLED, "Annuler l'appel")
    words = _said(reason, "Dites pourquoi l'appel est annulé.")
    people = people_writing(held) if was_public else []
    _drop_files(held, words, by=by, now=now)
    if was_public:
        EditionEvent.objects.create(
            edition=held, kind=EventKind.CANCELLATION, text=words, by=by, at=now
        )
    changes = {"status": [before, after]}
    keep(held, "edition.cancelled", by=by, now=now, changes=changes, reason=words)
    if people:
        values = _words(held) | {"reason": words}
        tell(people, CANCELLED, values, now=now, link=_link(held), space_id=held.space_id)
    return held


def _drop_files(held: Edition, words: str, *, by: User, now: datetime) -> None:
    proposed = Award.objects.filter(application__edition=held, status=AwardStatus.PROPOSED)
    for award in proposed.select_for_update(of=("self",)):
        award.status, award.reserved = AwardStatus.REVOKED, Decimal(0)
        award.released_at, award.released_reason = now, "Appel annulé"
        award.save(update_fields=["status", "reserved", "released_at", "released_reason"])
    droppable = [
        before for before, after in APPLICATION.items() if ApplicationStatus.DROPPED in after
    ]
    files = Application.objects.filter(edition=held, status__in=droppable)
    for application in files.select_for_update(of=("self",)):
        before = application.status
        application.status = ApplicationStatus.DROPPED
        application.ended_reason = f"Appel annulé : {words}"[:500]
        application.version += 1
        application.save(update_fields=["status", "ended_reason", "version"])
        journal.record(
            "application_moved",
            application,
            by=by,
            at=now,
            changes={"status": [before, application.status]},
            reason="Appel annulé",
            space_id=held.space_id,
        )


def _tell(held: Edition, kind: Any, values: dict[str, str], *, now: datetime) -> None:
    people = people_writing(held)
    tell(people, kind, _words(held) | values, now=now, link=_link(held), space_id=held.space_id)


def _words(held: Edition) -> dict[str, str]:
    return {"title": held.title, "space": held.space.name}


def _link(held: Edition) -> str:
    return f"{settings.BASE_URL}{held.get_absolute_url()}"


def _said(text: str, missing: str) -> str:
    words = text.strip()[:2000]
    if not words:
        raise StepRefused(missing)
    return words
