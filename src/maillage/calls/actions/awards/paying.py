"""Payments: planned to the cent, payable when their condition comes, paid once with a voucher."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.urls import reverse

from maillage.accounts.models import User
from maillage.calls.actions.awards.holding import (
    CHANGED,
    RELEASED,
    keep,
    move,
    settle_if_over,
    take,
)
from maillage.calls.actions.awards.papers import tell_applicants
from maillage.calls.enums import (
    AwardStatus,
    EditionStatus,
    InstalmentKind,
    InstalmentStatus,
    ReportStatus,
)
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.words import PARIS, in_euros, long_date
from maillage.calls.models import Award, Edition, Instalment
from maillage.calls.notices.awards import PAID
from maillage.calls.queries.conventions import is_ready_to_pay, need_of
from maillage.calls.queries.merging import planned
from maillage.core import journal

_FIRST = (InstalmentKind.ADVANCE, InstalmentKind.SINGLE)


def plan_payments(award: Award, *, now: datetime) -> list[Instalment]:
    """Rows of the edition's payments. The first is payable at the notification, unless an agreement must come first."""
    waits_for_agreement = need_of(award).required
    made = []
    for rank, (spec, amount) in enumerate(planned(award.application.edition, award.amount), 1):
        if not amount:
            continue
        one = Instalment(
            award=award,
            rank=rank,
            kind=spec["kind"],
            amount=amount,
            condition=spec.get("condition", "")[:300],
            status=InstalmentStatus.WAITING,
        )
        if spec["kind"] in _FIRST and not waits_for_agreement:
            make_payable(one, at=now, days=award.application.edition.payment_days)
        made.append(one)
    return Instalment.objects.bulk_create(made)


def make_payable(one: Instalment, *, at: datetime, days: int) -> None:
    """Start the clock of `days` (loi n° 2021-875, article 2) from what made it payable; the caller saves."""
    one.status = InstalmentStatus.TO_PAY
    one.payable_at = at
    one.due_on = at.astimezone(PARIS).date() + timedelta(days=days)


def open_first(award: Award, *, at: datetime) -> None:
    """The agreement was signed: what waited for it alone is payable."""
    days = award.application.edition.payment_days
    for one in award.instalments.filter(kind__in=_FIRST, status=InstalmentStatus.WAITING):
        make_payable(one, at=at, days=days)
        one.save()


def open_balance(award: Award, spent: Decimal, *, at: datetime, paid: Decimal) -> None:
    """The report was validated: the balance is payable, down to what was really spent."""
    left = min(award.amount, spent) - paid
    days = award.application.edition.payment_days
    waiting = award.instalments.exclude(
        status__in=[InstalmentStatus.PAID, InstalmentStatus.CANCELLED]
    )
    for one in waiting.order_by("rank"):
        due = max(Decimal(0), min(one.amount, left))
        left -= due
        if not due:
            one.status, one.note = InstalmentStatus.CANCELLED, "Rien n'est dû : dépense inférieure."
        else:
            if due < one.amount:
                one.note = f"Réduit de {in_euros(one.amount)} à la dépense constatée."
            one.amount = due
            if one.status != InstalmentStatus.TO_PAY:
                make_payable(one, at=at, days=days)
        one.version += 1
        one.save()


@transaction.atomic
def meet_condition(
    one: Instalment, *, by: User, now: datetime, version: int, on: date | None = None
) -> Instalment:
    """The condition of a part payment came true (`on`, today by default): its clock starts. Raises StepRefused."""
    award, held = _held(one, version)
    if held.status not in {InstalmentStatus.PLANNED, InstalmentStatus.WAITING}:
        raise StepRefused(CHANGED)
    _check_payable(award, held)
    make_payable(held, at=_instant(on, now), days=award.application.edition.payment_days)
    return _write(award, held, "instalment_payable", by=by, now=now)


@transaction.atomic
def pay(
    one: Instalment, *, on: date, voucher: str, by: User, now: datetime, version: int
) -> Instalment:
    """Write that it was paid on `on` with `voucher`; the beneficiary is told. Raises StepRefused."""
    award, held = _held(one, version)
    if held.status != InstalmentStatus.TO_PAY:
        raise StepRefused(CHANGED)
    if not voucher.strip():
        raise StepRefused("Indiquez le numéro du mandat : c'est lui qui retrouve le paiement.")
    if on > now.astimezone(PARIS).date():
        raise StepRefused("La date du paiement ne peut pas être dans l'avenir.")
    _check_payable(award, held)
    held.status, held.paid_on, held.voucher = InstalmentStatus.PAID, on, voucher.strip()[:60]
    _write(award, held, "instalment_paid", by=by, now=now)
    if award.status == AwardStatus.GRANTED:
        move(award, AwardStatus.RUNNING, "Payer")
    settle_if_over(award)
    keep(award, "award_paid", by=by, now=now, changes={"amount": [None, str(held.amount)]})
    _begin_execution(award.application.edition, by=by, now=now)
    path = reverse("subsidies:one", args=[award.pk])
    values = {"amount": in_euros(held.amount), "date": long_date(on)}
    tell_applicants(award.application, PAID, values, now=now, path=path)
    return held


@transaction.atomic
def turn_down(one: Instalment, *, note: str, by: User, now: datetime, version: int) -> Instalment:
    """The finance department sent it back, and says why; it can be put right and paid later."""
    award, held = _held(one, version)
    if held.status != InstalmentStatus.TO_PAY:
        raise StepRefused(CHANGED)
    if not note.strip():
        raise StepRefused("Écrivez pourquoi ce versement est rejeté.")
    held.status, held.note = InstalmentStatus.REFUSED, note.strip()[:300]
    return _write(award, held, "instalment_refused", by=by, now=now)


@transaction.atomic
def put_right(one: Instalment, *, by: User, now: datetime, version: int) -> Instalment:
    """What was sent back is to be paid again: its first clock goes on, and it leaves again with the next export."""
    award, held = _held(one, version)
    if held.status != InstalmentStatus.REFUSED:
        raise StepRefused(CHANGED)
    _check_payable(award, held)
    held.status, held.exported_at = InstalmentStatus.TO_PAY, None
    return _write(award, held, "instalment_payable", by=by, now=now)


@transaction.atomic
def cancel(one: Instalment, *, note: str, by: User, now: datetime, version: int) -> Instalment:
    """It will not be paid, for a reason that is kept."""
    award, held = _held(one, version)
    if held.status in {InstalmentStatus.PAID, InstalmentStatus.CANCELLED}:
        raise StepRefused(CHANGED)
    if not note.strip():
        raise StepRefused("Écrivez pourquoi ce versement est annulé.")
    held.status, held.note = InstalmentStatus.CANCELLED, note.strip()[:300]
    _write(award, held, "instalment_cancelled", by=by, now=now)
    settle_if_over(award)
    keep(award, "award_changed", by=by, now=now)
    return held


@transaction.atomic
def mark_exported(rows: Iterable[int], space_id: int, *, by: User, now: datetime) -> list[int]:
    """Write that these payments were sent to the finance department, once; those that were not yet."""
    chosen = (
        Instalment.objects.select_for_update(of=("self",))
        .filter(
            pk__in=list(rows),
            status=InstalmentStatus.TO_PAY,
            exported_at=None,
            award__application__edition__space=space_id,
        )
        .order_by("pk")
    )
    fresh = list(chosen)
    for one in fresh:
        one.exported_at = now
        one.version += 1
        one.save(update_fields=["exported_at", "version"])
        journal.record("instalment_exported", one, by=by, at=now, space_id=space_id)
    return [one.pk for one in fresh]


def _held(one: Instalment, version: int) -> tuple[Award, Instalment]:
    award = take(one.award)
    held = Instalment.objects.select_for_update(of=("self",)).get(pk=one.pk)
    held.award = award
    if held.version != version:
        raise StepRefused(CHANGED)
    return award, held


def _check_payable(award: Award, one: Instalment) -> None:
    if award.status in RELEASED:
        raise StepRefused("Cette subvention est terminée : rien ne peut plus être versé.")
    if award.notified_at is None:
        raise StepRefused("La subvention n'est pas encore notifiée : rien ne peut être versé.")
    if not is_ready_to_pay(award):
        raise StepRefused(
            "La convention doit être signée des deux côtés avant tout versement (loi n° 2000-321, article 10)."
        )
    validated = award.reports.filter(status=ReportStatus.VALIDATED).exists()
    if one.kind == InstalmentKind.BALANCE and not validated:
        raise StepRefused("Le solde attend un bilan validé.")


def _write(award: Award, one: Instalment, act: str, *, by: User, now: datetime) -> Instalment:
    one.version += 1
    one.save()
    journal.record(
        act, one, by=by, at=now, reason=one.note, space_id=award.application.edition.space_id
    )
    return one


def _instant(on: date | None, now: datetime) -> datetime:
    if on is None or on >= now.astimezone(PARIS).date():
        return now
    return datetime(on.year, on.month, on.day, 12, tzinfo=PARIS)


def _begin_execution(edition: Edition, *, by: User, now: datetime) -> None:
    """The first payment of a call begins its execution."""
    begun = Edition.objects.filter(pk=edition.pk, status=EditionStatus.NOTIFIED)
    if begun.update(status=EditionStatus.EXECUTION):
        journal.record("call_in_execution", edition, by=by, at=now, space_id=edition.space_id)
