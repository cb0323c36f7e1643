"""Money asked back: asked with a letter, received, or dropped."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.actions.awards.holding import keep, paid_of, take
from maillage.calls.actions.awards.papers import ask_for, write
from maillage.calls.enums import PaperKind, RecoveryStatus
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.merge import MissingValueError
from maillage.calls.lib.words import PARIS, in_euros
from maillage.calls.models import Award, Recovery
from maillage.calls.queries.merging import recovery_values, values_of
from maillage.calls.queries.papers import words_of


@transaction.atomic
def ask(
    award: Award,
    *,
    amount: Decimal,
    reason: str,
    due_on: date,
    by: User,
    now: datetime,
    version: int,
) -> Recovery:
    """Ask for `amount`, at most what was paid and not asked for yet; the letter follows by a job. Raises StepRefused."""
    held = take(award, version)
    known = held.recoveries.exclude(status=RecoveryStatus.DROPPED)
    left = paid_of(held) - sum((one.amount for one in known), Decimal(0))
    if not 0 < amount <= left:
        raise StepRefused(
            f"Il reste au plus {in_euros(max(left, Decimal(0)))} à demander : ce qui a été payé, moins ce qui est"
            " déjà demandé."
        )
    words = reason.strip()[:2000]
    if not words:
        raise StepRefused("Écrivez le motif : il est dans la lettre.")
    today = now.astimezone(PARIS).date()
    if due_on <= today:
        raise StepRefused("La date limite doit être après aujourd'hui.")
    recovery = Recovery.objects.create(
        award=held, amount=amount, reason=words, asked_on=today, asked_by=by, due_on=due_on
    )
    edition = held.application.edition
    values = values_of(
        PaperKind.RECOVERY, held.application, held, now=now, extra=recovery_values(recovery)
    )
    try:
        write(
            words_of(edition.space, edition, PaperKind.RECOVERY),
            values,
            application=held.application,
            award=held,
            key=f"recovery-{recovery.pk}",
            now=now,
        )
    except MissingValueError as error:
        names = ", ".join(f"« {name} »" for name in error.names)
        raise StepRefused(f"La lettre n'est pas faite : il manque {names}.") from error
    keep(held, "recovery_asked", by=by, now=now, changes={"amount": [None, str(amount)]})
    ask_for(edition.pk)
    return recovery


@transaction.atomic
def receive(recovery: Recovery, *, on: date, by: User, now: datetime) -> Recovery:
    """The money came back: it weighs no more on the envelope of an award that is over. Raises StepRefused."""
    award = take(recovery.award)
    held = _asked(recovery)
    if on > now.astimezone(PARIS).date():
        raise StepRefused("La date du reversement ne peut pas être dans l'avenir.")
    held.status, held.received_on = RecoveryStatus.RECEIVED, on
    held.save(update_fields=["status", "received_on"])
    keep(award, "recovery_received", by=by, now=now, changes={"amount": [None, str(held.amount)]})
    return held


@transaction.atomic
def drop(recovery: Recovery, *, reason: str, by: User, now: datetime) -> Recovery:
    """Give it up, and say why. Raises StepRefused."""
    award = take(recovery.award)
    held = _asked(recovery)
    if not reason.strip():
        raise StepRefused("Écrivez pourquoi ce reversement est abandonné.")
    held.status = RecoveryStatus.DROPPED
    held.save(update_fields=["status"])
    keep(award, "recovery_dropped", by=by, now=now, reason=reason.strip())
    return held


def _asked(recovery: Recovery) -> Recovery:
    held = Recovery.objects.select_for_update(of=("self",)).get(pk=recovery.pk)
    if held.status != RecoveryStatus.ASKED:
        raise StepRefused("Ce reversement est déjà clos : rechargez la page.")
    return held
