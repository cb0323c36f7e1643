"""Ask an applicant to mend some answers, and only these."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from maillage.accounts.models import User
from maillage.calls.actions.instruction.holding import record, take, tell_writers, words_of
from maillage.calls.enums import ApplicationStatus, CorrectionReason
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.words import long_instant
from maillage.calls.models import Application, Correction
from maillage.calls.notices.instruction import CORRECTION_ASKED
from maillage.calls.queries.examining import correctable, form_for

_OPEN_STEPS = (ApplicationStatus.SUBMITTED, ApplicationStatus.ADMISSIBLE)


@transaction.atomic
def ask_correction(
    application: Application,
    *,
    reason: str,
    items: Iterable[str],
    text: str,
    due_at: datetime,
    by: User,
    now: datetime,
) -> Correction:
    """`items` are codes of questions. One correction is open at a time; it ends by an answer, or by an agent."""
    held = take(application, by)
    if held.status not in _OPEN_STEPS:
        raise StepRefused("Demander une correction : ce n'est pas possible à cette étape.")
    if reason not in CorrectionReason.values:
        raise StepRefused("Choisissez le motif.")
    asked = set(items)
    known = [(code, label) for code, label in correctable(form_for(held)) if code in asked]
    if not known:
        raise StepRefused("Choisissez au moins une réponse à reprendre.")
    if due_at <= now:
        raise StepRefused("La date limite est passée : donnez-en une à venir.")
    words = words_of(text, said="Expliquez ce qui est à reprendre.")
    try:
        with transaction.atomic():
            made = Correction.objects.create(
                application=held,
                reason=reason,
                items=[code for code, _label in known],
                text=words,
                due_at=due_at,
                asked_by=by,
                asked_at=now,
            )
    except IntegrityError as error:
        raise StepRefused("Une correction est déjà attendue sur ce dossier.") from error
    record(held, "correction_asked", by=by, now=now, changes={"items": [[], made.items]})
    values = {
        "items": "\n".join(f"- {label}" for _code, label in known),
        "text": words,
        "due": long_instant(due_at),
    }
    tell_writers(held, CORRECTION_ASKED, values, now=now)
    return made


@transaction.atomic
def close_correction(application: Application, *, by: User, now: datetime) -> None:
    """Wait for it no longer: the file stays as it was deposited."""
    held = take(application, by)
    closed = held.corrections.filter(answered_at=None, closed_at=None).update(
        closed_at=now, closed_by=by
    )
    if not closed:
        raise StepRefused("Aucune correction n'est attendue. Rechargez la page.")
    record(held, "correction_closed", by=by, now=now)
