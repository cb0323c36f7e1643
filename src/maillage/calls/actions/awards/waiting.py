"""The waiting list: called in its order when money comes back, under the guard of the envelope."""

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from maillage.accounts.models import User
from maillage.calls.actions.awards.notify import key_of, start
from maillage.calls.actions.awards.papers import ask_for, write
from maillage.calls.enums import ApplicationStatus, AwardStatus, EditionStatus, PaperKind
from maillage.calls.lib.machine import APPLICATION, StepRefused, check_step
from maillage.calls.lib.merge import MissingValueError
from maillage.calls.lib.words import in_euros
from maillage.calls.models import Application, Award, Edition, Envelope, Interest
from maillage.calls.permissions import may_sign
from maillage.calls.queries.merging import lead_of, values_of
from maillage.calls.queries.papers import words_of
from maillage.core import journal

_LABEL = "Appeler la liste d'attente"
_LIVE = (EditionStatus.NOTIFIED, EditionStatus.EXECUTION)


@transaction.atomic
def call_next(
    application: Application,
    *,
    amount: Decimal,
    by: User,
    now: datetime,
    version: int,
    reason: str = "",
    decision_ref: str = "",
    decision_on: date | None = None,
) -> Award:
    """Give `amount` to a file of the waiting list, the first one unless a reason says why not.

    A new award is granted and notified, with its letter. Raises StepRefused: not the authority, called already, above
    what was asked or what the envelope has left.
    """
    edition = (
        Edition.objects.select_for_update(of=("self",))
        .select_related("space", "programme")
        .get(pk=application.edition_id)
    )
    verdict = may_sign(by, edition)
    if not verdict:
        raise StepRefused(verdict.reason)
    held = (
        Application.objects.select_for_update(of=("self",))
        .prefetch_related("partners")
        .get(pk=application.pk)
    )
    held.edition = edition
    _check(held, edition, by=by, version=version, reason=reason, amount=amount)
    award = _grant(held, edition, amount, decision_ref, decision_on, now)
    left_rank = held.waiting_rank
    held.status, held.waiting_rank, held.updated_at = ApplicationStatus.AWARDED, None, now
    held.version += 1
    held.save(update_fields=["status", "waiting_rank", "updated_at", "version"])
    start(award, now=now)
    words = words_of(edition.space, edition, PaperKind.AWARD)
    values = values_of(PaperKind.AWARD, held, award, now=now)
    try:
        write(words, values, application=held, award=award, key=key_of(held, award), now=now)
    except MissingValueError as error:
        raise StepRefused(
            f"Rien n'est attribué : il manque {', '.join(f'« {name} »' for name in error.names)} à la lettre."
        ) from error
    journal.record(
        "waiting_list_called",
        held,
        by=by,
        at=now,
        changes={"waiting_rank": [left_rank, None], "amount": [None, str(amount)]},
        reason=reason,
        space_id=edition.space_id,
    )
    journal.tick("calls")
    ask_for(edition.pk)
    return award


def _check(
    held: Application, edition: Edition, *, by: User, version: int, reason: str, amount: Decimal
) -> None:
    if Interest.objects.filter(application=held, user=by, recused=True).exists():
        raise StepRefused("Ce dossier n'existe pas.")
    if edition.status not in _LIVE:
        raise StepRefused("La liste d'attente s'appelle une fois l'appel notifié.")
    if held.version != version or held.status != ApplicationStatus.WAITING:
        raise StepRefused("Ce dossier a déjà été appelé, ou a changé : rechargez la page.")
    check_step(APPLICATION, held.status, ApplicationStatus.AWARDED, _LABEL)
    if amount <= 0:
        raise StepRefused("Indiquez le montant attribué.")
    if held.requested is not None and amount > held.requested:
        raise StepRefused(f"Le montant dépasse la demande : {in_euros(held.requested)}.")
    if edition.amount_max is not None and amount > edition.amount_max:
        raise StepRefused(f"Le montant dépasse le plafond : {in_euros(edition.amount_max)}.")
    first = (
        Application.objects.filter(edition=edition, status=ApplicationStatus.WAITING)
        .order_by("waiting_rank", "number")
        .first()
    )
    if first is not None and first.pk != held.pk and not reason.strip():
        raise StepRefused("Ce dossier n'est pas le premier de la liste : écrivez pourquoi lui.")


def _grant(
    held: Application,
    edition: Edition,
    amount: Decimal,
    decision_ref: str,
    decision_on: date | None,
    now: datetime,
) -> Award:
    """A savepoint of its own: refused by the envelope's guard, nothing else of the transaction is lost."""
    lead = lead_of(held)
    if lead is None or edition.envelope_id is None:
        raise StepRefused("Ce dossier n'a pas de chef de file, ou l'appel pas d'enveloppe.")
    try:
        with transaction.atomic():
            return Award.objects.create(
                application=held,
                partner=lead,
                structure=lead.structure,
                envelope_id=edition.envelope_id,
                beneficiary=lead.name,
                siret=lead.siret,
                rna=lead.rna,
                purpose=held.title[:256],
                status=AwardStatus.GRANTED,
                requested=held.requested,
                amount=amount,
                reserved=amount,
                state_aid=edition.state_aid,
                decision_ref=decision_ref.strip()[:120] or edition.decision_ref,
                decision_on=decision_on or edition.decision_on,
                granted_at=now,
            )
    except IntegrityError as error:
        envelope = Envelope.objects.get(pk=edition.envelope_id)
        left = in_euros(envelope.amount - envelope.reserved)
        raise StepRefused(f"L'enveloppe ne le permet pas : il reste {left}.") from error
