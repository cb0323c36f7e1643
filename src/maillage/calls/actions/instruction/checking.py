"""Ask the registers, and keep what they said with its source and its date."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from maillage.accounts.models import User
from maillage.calls.actions.instruction.holding import record, take
from maillage.calls.enums import Outcome
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Application, RegisterCheck
from maillage.calls.queries.examining import SIRET_CHECK
from maillage.calls.queries.registers import checks_now
from maillage.core.jobs import enqueue
from maillage.core.models import Job
from maillage.moderation.lib.text import one_line
from maillage.spaces.models import Space

JOB = "calls.check_registers"


@transaction.atomic
def check_registers(
    application: Application, *, now: datetime, by: User | None = None
) -> list[RegisterCheck]:
    """One row a check; older ones stay as history. An answer that an agent gave by hand holds while registers are silent."""
    held = take(application, by)
    by_hand = {
        (one.code, one.partner_id) for one in held.checks.all() if one.evidence.get("by_hand")
    }
    rows = [
        RegisterCheck(
            application=held,
            partner_id=one.partner,
            code=one.code,
            outcome=one.outcome,
            evidence=one.evidence,
            source=one.source[:120],
            source_on=one.source_on,
            at=now,
        )
        for one in checks_now(held, now)
        if one.outcome != Outcome.TO_CHECK or (one.code, one.partner) not in by_hand
    ]
    made = RegisterCheck.objects.bulk_create(rows)
    if by is not None:
        record(held, "registers_checked", by=by, now=now)
    return made


@transaction.atomic
def note_siret(
    application: Application,
    *,
    alive: bool,
    source: str,
    source_on: date,
    by: User,
    now: datetime,
) -> RegisterCheck:
    """An agent looked at the register themselves (annuaire-entreprises, an extract): what they saw, where, and when."""
    held = take(application, by)
    lead = held.partners.filter(role="lead").first()
    said = one_line(source)[:120]
    if not said:
        raise StepRefused("Dites où vous avez vérifié.")
    if source_on > timezone.localdate(now):
        raise StepRefused("Cette date est à venir : donnez le jour de votre vérification.")
    word = "en activité" if alive else "fermé"
    made = RegisterCheck.objects.create(
        application=held,
        partner_id=lead.pk if lead else None,
        code=SIRET_CHECK,
        outcome=Outcome.YES if alive else Outcome.NO,
        evidence={"text": f"Vérifié par un agent : établissement {word}.", "by_hand": True},
        source=said,
        source_on=source_on,
        at=now,
    )
    record(held, "registers_checked", by=by, now=now)
    return made


def ask_checks(space: Space, keys: list[int], *, by: User) -> Job:
    """Check many files in the background."""
    return enqueue(JOB, space_id=space.pk, by=by.pk, keys=keys)
