"""Deposit a file: received in time or refused with the reason, numbered once, frozen, acknowledged."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from maillage.accounts.models import User
from maillage.calls.actions.eligibility import evaluate
from maillage.calls.actions.telling import tell_correction, tell_receipt
from maillage.calls.actions.writing import check, take, write_columns
from maillage.calls.enums import ApplicationStatus, PartnerRole, WriterKind
from maillage.calls.lib.delays import silence_ends_on
from maillage.calls.lib.machine import APPLICATION, StepRefused, check_step
from maillage.calls.lib.window import window_of
from maillage.calls.models import Application, Correction, Deposit, Edition, FormVersion, Partner
from maillage.calls.permissions import writer_of
from maillage.calls.queries.depositable import Obstacle, readiness, why_closed
from maillage.calls.queries.reopened import open_correction
from maillage.calls.queries.written import Written, written
from maillage.core import journal

if TYPE_CHECKING:
    from maillage.calls.lib.frozen import Frozen


class NotReadyError(Exception):
    """The file cannot be deposited as it is; `obstacles` say why, for the applicant."""

    def __init__(self, obstacles: list[Obstacle]) -> None:
        super().__init__("; ".join(one.text for one in obstacles))
        self.obstacles = obstacles


def token_of(application: Application) -> str:
    """Names the deposit that a page offers: two tabs of the same state are the same deposit."""
    state = f"{application.pk}.{application.stage}.{application.deposits}.{application.version}"
    return salted_hmac("calls.deposit", state).hexdigest()[:40]


@transaction.atomic
def deposit(
    application: Application,
    *,
    by: User,
    now: datetime,
    token: str,
    signed_as: str,
    committed: bool = False,
) -> Deposit:
    """The receipt.

    `now` is the instant at which the request reached us. `committed` signs the contract of republican commitment for
    the lead.     The same `token` gives the same receipt, however often and at whatever time it is sent. Raises `StepRefused` and
    `NotReadyError`; nothing is changed then.
    """
    held = take(application)
    _check_owner(held, by)
    known = Deposit.objects.filter(application=held, token=token).first() if token else None
    if known is not None:
        return known
    if closed := why_closed(held, now):
        raise StepRefused(closed)
    check_step(APPLICATION, held.status, ApplicationStatus.SUBMITTED, "Déposer")
    signed_as = " ".join(signed_as.split())[:160]
    if not signed_as:
        raise StepRefused("Dites en quelle qualité vous déposez.")
    _sign_for_lead(held, by, now, signed_as, committed=committed)
    content = written(held)
    ready = readiness(held, now=now, content=content, committed=committed)
    if not ready:
        raise NotReadyError(ready.obstacles)
    window = window_of(held.edition, held.stage)
    _receive(held, content, now)
    made = _write(held, content, now, window.until, by, token=token, signed_as=signed_as)
    held.implicit_rejection_on = silence_ends_on(now)
    held.save()
    evaluate(held, now=now)
    journal.record(
        "application_deposited",
        held,
        by=by,
        at=now,
        changes={"version": [made.rank - 1, made.rank]},
        space_id=held.edition.space_id,
    )
    tell_receipt(held, made, now=now)
    return made


@transaction.atomic
def answer_correction(application: Application, *, by: User, now: datetime, token: str) -> Deposit:
    """Hand in what a correction asked: one more version, and what was not asked stays as it was deposited.

    Raises `StepRefused`, and `NotReadyError` when one of the items is still wrong.
    """
    held = take(application)
    writable = check(held, by, now)
    correction = open_correction(held)
    known = Deposit.objects.filter(application=held, token=token).first() if token else None
    if known is not None:
        return known
    if correction is None or writable.correction is None or writable.until is None:
        raise StepRefused("Aucune correction n'est attendue. Rechargez la page.")
    content = written(held)
    wrong = [
        one
        for one in readiness(held, now=now, content=content).obstacles
        if _concerns(one, correction)
    ]
    if wrong:
        raise NotReadyError(wrong)
    made = _write(held, content, now, writable.until, by, token=token, signed_as="")
    write_columns(held, content.form)
    held.updated_at = now
    held.save()
    Correction.objects.filter(pk=correction.pk).update(answered_at=now, answered_by=by)
    evaluate(held, now=now)
    journal.record(
        "application_correction_answered",
        held,
        by=by,
        at=now,
        changes={"version": [made.rank - 1, made.rank]},
        space_id=held.edition.space_id,
    )
    tell_correction(held, now=now)
    return made


def _concerns(obstacle: Obstacle, correction: Correction) -> bool:
    return any(
        obstacle.anchor == f"f-{code}" or obstacle.anchor.startswith(f"f-{code}-")
        for code in correction.items
    )


@transaction.atomic
def withdraw(application: Application, *, reason: str, by: User, now: datetime) -> None:
    """End the file, before it is decided. A draft that was never deposited ends the same way."""
    held = take(application)
    _check_owner(held, by)
    if held.status == ApplicationStatus.WITHDRAWN:
        return
    check_step(APPLICATION, held.status, ApplicationStatus.WITHDRAWN, "Retirer")
    if held.status in {ApplicationStatus.AWARDED, ApplicationStatus.WAITING}:
        raise StepRefused(
            "La décision est prise : renoncez à la subvention dans « Mes subventions »."
        )
    held.status, held.ended_reason, held.updated_at = (
        ApplicationStatus.WITHDRAWN,
        " ".join(reason.split())[:500],
        now,
    )
    held.version += 1
    held.save(update_fields=["status", "ended_reason", "updated_at", "version"])
    told = held.edition.space_id if held.number else None
    journal.record("application_withdrawn", held, by=by, at=now, space_id=told)


def _check_owner(held: Application, by: User) -> None:
    writer = writer_of(by, held)
    if writer is None:
        raise StepRefused("Vous n'avez pas accès à cette candidature.")
    if writer.kind != WriterKind.OWNER:
        raise StepRefused(
            "Vous pouvez écrire, pas déposer : demandez à la personne qui a commencé la candidature."
        )


def _sign_for_lead(
    held: Application, by: User, now: datetime, signed_as: str, *, committed: bool
) -> None:
    """Who deposits engages the lead, and says as what; it is undone with the rest when the deposit is refused."""
    lead = Partner.objects.filter(application=held, role=PartnerRole.LEAD).first()
    if lead is None:
        raise StepRefused("Cette candidature n'a pas de chef de file. Rechargez la page.")
    lead.engaged_at, lead.engaged_by, lead.engaged_as = now, by, signed_as
    names = ["engaged_at", "engaged_by", "engaged_as"]
    if committed:
        lead.commitment_at = now
        names.append("commitment_at")
    lead.save(update_fields=names)


def _receive(held: Application, content: Written, now: datetime) -> None:
    """Columns, number at the first deposit, state: `held` is saved by the caller."""
    write_columns(held, content.form)
    held.form = content.version
    held.status = ApplicationStatus.SUBMITTED
    held.deposited_at = held.updated_at = now
    held.first_deposited_at = held.first_deposited_at or now
    if held.number is None:
        # The row of the call is held from here to the end of the transaction: as short as can be.
        Edition.objects.filter(pk=held.edition_id).update(last_number=F("last_number") + 1)
        edition = Edition.objects.only("last_number", "prefix").get(pk=held.edition_id)
        held.number = edition.last_number
        held.reference = f"{edition.prefix}-{edition.last_number:04d}"


def _write(
    held: Application,
    content: Written,
    now: datetime,
    until: datetime | None,
    by: User,
    *,
    token: str,
    signed_as: str,
) -> Deposit:
    if until is None:
        raise StepRefused("Cet appel ne reçoit pas de candidature pour l'instant.")
    held.deposits += 1
    held.version += 1
    form: FormVersion = content.version
    kept: Frozen = content.content()
    return Deposit.objects.create(
        application=held,
        form=form,
        stage=held.stage,
        rank=held.deposits,
        at=now,
        until=until,
        by=by,
        signed_as=signed_as,
        content=kept,
        token=token[:64],
    )
