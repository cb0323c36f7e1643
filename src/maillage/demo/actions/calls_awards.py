"""The first edition, whose thirteen laureates share 100 000 €: payments, reports, one late, one settled."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from maillage.accounts.models import User
from maillage.calls.enums import (
    ApplicationStatus,
    AwardStatus,
    InstalmentKind,
    InstalmentStatus,
    ReportStatus,
    StateAid,
)
from maillage.calls.models import Agreement, Application, Award, AwardReport, Edition, Instalment
from maillage.demo.lib.calls import GRANTED
from maillage.demo.lib.dice import Dice

_WAITING = 2
_REASONS = (
    "Votre projet répond à un besoin réel. Deux points ont pesé : le calendrier reste général, et le budget repose "
    "presque entier sur cette aide. Un cofinancement, même modeste, le rendrait plus solide."
)


def run_first(
    edition: Edition,
    files: list[Application],
    people: Mapping[str, User],
    *,
    seed: str,
    now: datetime,
) -> None:
    """Thirteen laureates by merit drawn by lot, two on the waiting list, the others told why."""
    dice = Dice(seed, "awards", edition.slug)
    decided = now - timedelta(days=255)
    edition.decision_ref, edition.decision_on = f"CP-{edition.year}-47", timezone.localdate(decided)
    edition.decided_at, edition.notified_at = decided, decided + timedelta(days=6)
    edition.save()
    others = files[1:]
    chosen = [files[0], *dice.some(others, len(GRANTED) - 1)]
    left = [one for one in others if one not in chosen]
    for file, amount in zip(chosen, GRANTED, strict=False):
        file.status = ApplicationStatus.AWARDED
        file.requested = max(file.requested or amount, amount)
        file.total_cost = max(file.total_cost or amount, file.requested * Decimal("1.25"))
    for rank, file in enumerate(left):
        waits = rank < _WAITING
        file.status = ApplicationStatus.WAITING if waits else ApplicationStatus.REJECTED
        file.waiting_rank = rank + 1 if waits else None
        file.outcome_reasons = _REASONS
    Application.objects.bulk_update(
        [*chosen, *left], ["status", "requested", "total_cost", "waiting_rank", "outcome_reasons"]
    )
    awards = Award.objects.bulk_create(
        _award(edition, file, amount) for file, amount in zip(chosen, GRANTED, strict=False)
    )
    today = timezone.localdate(now)
    for rank, award in enumerate(awards):
        _pay_and_tell(award, rank, people, today=today, now=now)


def _award(edition: Edition, file: Application, amount: Decimal) -> Award:
    lead = file.partners.get()
    return Award(
        application=file,
        partner=lead,
        structure=lead.structure,
        envelope=edition.envelope,
        beneficiary=lead.name,
        siret=lead.siret,
        rna=lead.rna,
        purpose=file.title,
        status=AwardStatus.RUNNING,
        requested=file.requested,
        amount=amount,
        reserved=amount,
        state_aid=StateAid.DE_MINIMIS,
        decision_ref=edition.decision_ref,
        decision_on=edition.decision_on,
        granted_at=edition.decided_at,
        notified_at=edition.notified_at,
    )


def _pay_and_tell(
    award: Award, rank: int, people: Mapping[str, User], *, today: date, now: datetime
) -> None:
    """Its agreement and two payments; the first award waits for its report, the last two are late and settled."""
    notified = award.notified_at or now
    Agreement.objects.create(
        award=award,
        number=f"{award.application.reference}-C",
        sent_at=notified + timedelta(days=3),
        signed_by_beneficiary_on=timezone.localdate(notified) + timedelta(days=14),
        signed_by_authority_on=timezone.localdate(notified) + timedelta(days=21),
    )
    settled, late = rank == len(GRANTED) - 1, rank == len(GRANTED) - 2
    advance = (award.amount * Decimal("0.7")).quantize(Decimal("0.01"))
    due = today - timedelta(days=40) if late else today + timedelta(days=45)
    for order, (kind, amount, condition) in enumerate(
        [
            (InstalmentKind.ADVANCE, advance, "À la notification"),
            (InstalmentKind.BALANCE, award.amount - advance, "Après le bilan"),
        ],
        1,
    ):
        paid = order == 1 or settled
        Instalment.objects.create(
            award=award,
            rank=order,
            kind=kind,
            amount=amount,
            condition=condition,
            status=InstalmentStatus.PAID if paid else InstalmentStatus.WAITING,
            planned_on=due if order == 2 else timezone.localdate(notified),
            payable_at=notified if order == 1 else None,
            due_on=timezone.localdate(notified) + timedelta(days=60) if order == 1 else None,
            paid_on=timezone.localdate(notified) + timedelta(days=34 if order == 1 else 200)
            if paid
            else None,
            voucher=f"2{rank:03d}{order}" if paid else "",
        )
    given = settled or rank == 3
    AwardReport.objects.create(
        award=award,
        due_on=due,
        status=ReportStatus.VALIDATED if settled else ReportStatus.SUBMITTED if given else ReportStatus.EXPECTED,
        submitted_at=now - timedelta(days=9) if given else None,
        decided_at=now - timedelta(days=4) if settled else None,
        decided_by=people["agent"] if settled else None,
        spent=award.amount if given else None,
        figures=_figures(award) if given else [],
        indicators=[
            {"label": "Personnes accompagnées", "unit": "personnes", "target": "120", "actual": "134", "comment": ""}
        ] if given else [],
    )  # fmt: skip
    status = (
        AwardStatus.SETTLED
        if settled
        else AwardStatus.REPORT_IN
        if given
        else AwardStatus.REPORT_DUE
        if late
        else AwardStatus.RUNNING
    )
    Award.objects.filter(pk=award.pk).update(status=status, year_ends_on=due - timedelta(days=182))


def _figures(award: Award) -> list[dict[str, str]]:
    cost = award.application.total_cost or award.amount
    other = cost - award.amount
    return [
        {"side": "charges", "account": "64", "label": "Salaires et charges", "planned": f"{award.amount:.2f}", "actual": f"{award.amount:.2f}"},
        {"side": "charges", "account": "60", "label": "Achats", "planned": f"{other:.2f}", "actual": f"{other:.2f}"},
        {"side": "produits", "account": "74", "label": "Cet appel à projets", "planned": f"{award.amount:.2f}", "actual": f"{award.amount:.2f}"},
        {"side": "produits", "account": "75", "label": "Ressources propres", "planned": f"{other:.2f}", "actual": f"{other:.2f}"},
    ]  # fmt: skip
