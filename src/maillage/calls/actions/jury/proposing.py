"""What the jury proposes for a file; the money is taken from the envelope at once, by the database itself."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from maillage.accounts.models import User
from maillage.calls.actions.jury.holding import S, held, item_of, must_be
from maillage.calls.enums import ApplicationStatus, AwardStatus, JuryOutcome, PartnerRole
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.sharing import shared
from maillage.calls.lib.words import in_euros
from maillage.calls.models import Application, Award, JuryDecision, JurySession, Partner
from maillage.calls.queries.departures import departure
from maillage.calls.queries.jury import money_of, room_of
from maillage.core import journal

_ENVELOPE = ("envelope_never_exceeded", "calls_envelope")


@dataclass(frozen=True)
class Proposal:
    """What the secretary types. `reasons` stay in the minutes, `feedback` goes to the applicant once notified."""

    outcome: str
    amount: Decimal = Decimal(0)
    rank: int | None = None
    votes_for: int = 0
    votes_against: int = 0
    votes_blank: int = 0
    reasons: str = ""
    conditions: str = ""
    feedback: str = ""
    override_reason: str = ""


def propose(
    session: JurySession,
    application: Application,
    proposal: Proposal,
    *,
    by: User,
    now: datetime,
    version: int,
) -> JuryDecision:
    """Record it, or record it again; `version` is that of the proposal the person saw (0: none yet).

    Awards are PROPOSED, one per partner it pays. Raises `StepRefused`: nothing is then changed.
    """
    try:
        with transaction.atomic():
            return _propose(session, application, proposal, by, now, version)
    except IntegrityError as error:
        if not any(word in str(error) for word in _ENVELOPE):
            raise
        raise StepRefused(_too_dear(session, application, proposal)) from error


def _too_dear(session: JurySession, application: Application, proposal: Proposal) -> str:
    money = money_of(session.edition)
    own = sum(
        Award.objects.filter(application=application, status=AwardStatus.PROPOSED).values_list(
            "reserved", flat=True
        ),
        Decimal(0),
    )
    left = money.free + own
    over = proposal.amount - left
    return (
        f"L'enveloppe ne suffit pas : il reste {in_euros(left)} pour ce dossier, vous proposez "
        f"{in_euros(proposal.amount)}, soit {in_euros(over)} de trop. Rien n'a été enregistré."
    )


def _propose(
    session: JurySession,
    application: Application,
    proposal: Proposal,
    by: User,
    now: datetime,
    version: int,
) -> JuryDecision:
    mine = held(session, by=by)
    must_be(mine, S.OPEN)
    item = item_of(mine, application, by)
    file = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if file.status != ApplicationStatus.REVIEWED:
        raise StepRefused("Ce dossier n'attend pas de proposition du jury.")
    before = JuryDecision.objects.filter(session=mine, application=file).first()
    if (before.version if before else 0) != version:
        raise StepRefused(
            "Une autre personne vient de consigner ce dossier : relisez sa proposition, puis recommencez."
        )
    room = room_of(mine, file)
    if not room.has_quorum:
        raise StepRefused(
            f"Le quorum n'est pas atteint pour ce dossier : {room.count} présents peuvent voter, il en faut "
            f"{mine.quorum}. Examinez-le lors d'une autre séance."
        )
    _check(proposal, file, room.count)
    words = departure(mine, file, proposal.outcome, proposal.amount, by=by)
    if words and not proposal.override_reason.strip():
        raise StepRefused(f"{words} Écrivez le motif de cet écart : il figure au procès-verbal.")
    _check_rank(mine, file, proposal)
    decision = before or JuryDecision(session=mine, application=file)
    was = [decision.outcome, str(decision.amount)] if before else ["", ""]
    decision.outcome = proposal.outcome
    decision.amount = proposal.amount if proposal.outcome == JuryOutcome.AWARD else Decimal(0)
    decision.rank = proposal.rank if proposal.outcome == JuryOutcome.WAITING else None
    decision.votes_for, decision.votes_against = proposal.votes_for, proposal.votes_against
    decision.votes_blank = proposal.votes_blank
    decision.recused = [one.juror_id for one in room.out]
    decision.reasons, decision.conditions = proposal.reasons.strip(), proposal.conditions.strip()
    decision.override_reason = proposal.override_reason.strip() if words else ""
    decision.recorded_by, decision.at, decision.version = by, now, version + 1
    decision.save()
    file.outcome_reasons = proposal.feedback.strip()
    file.save(update_fields=["outcome_reasons"])
    _award(mine, file, decision)
    if item.started_at is None:
        # Recorded without its clock: it is not « under discussion » afterwards.
        item.started_at = item.ended_at = now
        item.save(update_fields=["started_at", "ended_at"])
    journal.record(
        "jury_proposed",
        file,
        by=by,
        at=now,
        changes={
            "proposition": [was[0], decision.outcome],
            "montant": [was[1], str(decision.amount)],
        },
        space_id=mine.edition.space_id,
    )
    return decision


def _check(proposal: Proposal, file: Application, voting: int) -> None:
    if proposal.outcome not in JuryOutcome.values:
        raise StepRefused("Choisissez ce que le jury propose.")
    votes = proposal.votes_for + proposal.votes_against + proposal.votes_blank
    if votes > voting:
        raise StepRefused(
            f"{votes} voix pour {voting} membre{'s' if voting > 1 else ''} en droit de voter sur ce dossier : recomptez."
        )
    if proposal.outcome == JuryOutcome.AWARD:
        _check_amount(proposal.amount, file)
    if proposal.outcome == JuryOutcome.REJECT and not proposal.feedback.strip():
        raise StepRefused("Écrivez ce qui sera dit au candidat : chacun reçoit les motifs.")


def _check_amount(amount: Decimal, file: Application) -> None:
    if amount <= 0:
        raise StepRefused("Donnez le montant proposé.")
    if amount != amount.quantize(Decimal("0.01")):
        raise StepRefused("Le montant s'écrit avec deux décimales au plus.")
    if file.requested is not None and amount > file.requested:
        raise StepRefused(
            f"Le montant proposé ({in_euros(amount)}) dépasse la demande ({in_euros(file.requested)})."
        )
    cap = file.edition.amount_max
    if cap is not None and amount > cap:
        raise StepRefused(
            f"Le montant proposé ({in_euros(amount)}) dépasse le plafond de l'appel ({in_euros(cap)})."
        )


def _check_rank(session: JurySession, file: Application, proposal: Proposal) -> None:
    if proposal.outcome != JuryOutcome.WAITING:
        return
    if not proposal.rank or proposal.rank < 1:
        raise StepRefused("Donnez le rang en liste d'attente : 1, 2, 3…")
    taken = JuryDecision.objects.filter(
        session__edition=session.edition,
        settled_at=None,
        outcome=JuryOutcome.WAITING,
        rank=proposal.rank,
        application__status=ApplicationStatus.REVIEWED,
    ).exclude(application=file)
    if taken.exists():
        raise StepRefused(f"Le rang {proposal.rank} de la liste d'attente est déjà pris.")


def payees(file: Application) -> list[Partner]:
    """Who the money goes to: the lead alone when it passes it on, else every partner that is funded."""
    partners = list(file.partners.filter(refused_at=None).order_by("pk"))
    lead = next((one for one in partners if one.role == PartnerRole.LEAD), None)
    funded = [one for one in partners if one.role == PartnerRole.FUNDED]
    if lead is not None and (lead.redistributes or not funded):
        return [lead]
    paid = ([lead] if lead else []) + funded
    return [one for one in paid if _weight(one) > 0] or paid[:1]


def _weight(one: Partner) -> Decimal:
    return (one.amount if one.amount is not None else one.share) or Decimal(0)


def _award(session: JurySession, file: Application, decision: JuryDecision) -> None:
    """The proposal's money, in place of what was proposed before."""
    Award.objects.filter(application=file, status=AwardStatus.PROPOSED).delete()
    if decision.outcome != JuryOutcome.AWARD:
        return
    edition = session.edition
    if edition.envelope is None:
        raise StepRefused("Cet appel n'a pas d'enveloppe : réglez-la avant de proposer un montant.")
    paid = payees(file)
    if not paid:
        raise StepRefused("Ce dossier n'a pas de chef de file : il ne peut pas recevoir d'aide.")
    asked = file.requested if file.requested is not None else decision.amount
    # By amounts when every one said theirs; else by shares of the request.
    weights = [one.amount or Decimal(0) for one in paid]
    if sum(weights) != asked or any(weight <= 0 for weight in weights):
        by_share = [one.share or Decimal(0) for one in paid]
        weights = by_share if all(share > 0 for share in by_share) else [Decimal(1) for _ in paid]
        weights = shared(asked, weights)
    parts = shared(decision.amount, weights)
    for partner, part, weight in zip(paid, parts, weights, strict=True):
        if part <= 0:
            continue
        Award.objects.create(
            application=file,
            partner=partner,
            structure=partner.structure,
            envelope=edition.envelope,
            beneficiary=partner.name,
            siret=partner.siret,
            rna=partner.rna,
            purpose=(file.title or str(file))[:256],
            status=AwardStatus.PROPOSED,
            requested=weight,
            amount=part,
            reserved=part,
            share=(part / decision.amount).quantize(Decimal("0.0001")),
            conditions=decision.conditions,
            state_aid=edition.state_aid,
        )
