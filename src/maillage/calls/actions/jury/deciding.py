"""The authority decides on what the jury proposed, with its deliberation; and may send a file back to the jury."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.enums import (
    ApplicationStatus,
    AwardStatus,
    EditionStatus,
    InstalmentStatus,
)
from maillage.calls.lib.machine import APPLICATION, StepRefused, check_step
from maillage.calls.models import Application, Award, Edition, Instalment, JuryDecision
from maillage.calls.permissions import is_recused, may_sign
from maillage.calls.queries.jury import (
    SITTING,
    hindrances,
    is_recused_somewhere,
    pending_decisions,
)
from maillage.core import journal


@transaction.atomic
def decide(edition: Edition, *, reference: str, on: date, by: User, now: datetime) -> Edition:
    """Every proposal becomes the authority's decision: awards GRANTED, files DELIBERATED, the call DECIDED.

    After the notification it only settles files sent back since. Nobody is told here. Raises `StepRefused`.
    """
    held = _held(edition, by)
    if is_recused_somewhere(by, held):
        raise StepRefused(
            "Vous êtes récusé d'un dossier de cet appel : une autre personne ordonnatrice doit décider."
        )
    if not reference.strip():
        raise StepRefused("Donnez la référence de la délibération : c'est elle qui attribue.")
    if on > now.date():
        raise StepRefused("La date de la délibération est dans l'avenir.")
    left = hindrances(held)
    if left:
        first = left[0]
        raise StepRefused(" ".join([first.text, ", ".join(first.files[:8])]).strip())
    # A file withdrawn or dropped since the session leaves its money.
    Award.objects.filter(
        application__edition=held,
        application__status__in=[ApplicationStatus.WITHDRAWN, ApplicationStatus.DROPPED],
        status=AwardStatus.PROPOSED,
    ).delete()
    proposals = {one.application_id: one for one in pending_decisions(held)}
    files = Application.objects.select_for_update(of=("self",)).filter(pk__in=proposals)
    for file in list(files.order_by("pk")):
        check_step(APPLICATION, file.status, ApplicationStatus.DELIBERATED, "Décider")
        file.status = ApplicationStatus.DELIBERATED
        file.save(update_fields=["status"])
        journal.record(
            "application_deliberated",
            file,
            by=by,
            at=now,
            changes={"status": [ApplicationStatus.REVIEWED, file.status]},
            reason=reference.strip()[:120],
            space_id=held.space_id,
        )
    Award.objects.filter(application__in=proposals, status=AwardStatus.PROPOSED).update(
        status=AwardStatus.GRANTED,
        decision_ref=reference.strip()[:120],
        decision_on=on,
        granted_at=now,
    )
    JuryDecision.objects.filter(
        session__edition=held, application__in=list(proposals), settled_at=None
    ).update(settled_at=now)
    if held.status == EditionStatus.JURY:
        held.status = EditionStatus.DECIDED
    held.decision_ref, held.decision_on, held.decided_at = reference.strip()[:120], on, now
    held.version += 1
    held.save()
    journal.record(
        "edition_decided",
        held,
        by=by,
        at=now,
        changes={"dossiers": len(proposals), "délibération": held.decision_ref},
        space_id=held.space_id,
    )
    return held


@transaction.atomic
def send_back(file: Application, *, reason: str, by: User, now: datetime) -> Application:
    """« Repasser en délibération »: the file returns to the jury and its money to the envelope.

    Before any payment, with a reason (an appeal, an error). Before the notification the whole call is back with its
    jury. Raises `StepRefused`.
    """
    edition = _held(file.edition, by)
    held: Application = Application.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if is_recused(by, held):
        raise StepRefused("Vous êtes récusé de ce dossier : une autre personne doit le faire.")
    if edition.status not in SITTING:
        raise StepRefused("Cet appel n'est plus à une étape où un dossier repasse devant le jury.")
    words = reason.strip()
    if not words:
        raise StepRefused("Écrivez pourquoi ce dossier repasse devant le jury.")
    check_step(APPLICATION, held.status, ApplicationStatus.REVIEWED, "Repasser en délibération")
    paid = Instalment.objects.filter(award__application=held, status=InstalmentStatus.PAID)
    if paid.exists():
        raise StepRefused(
            "Une part de cette subvention est déjà payée : passez par une demande de reversement."
        )
    before = held.status
    held.status = ApplicationStatus.REVIEWED
    held.save(update_fields=["status"])
    gone = Award.objects.filter(application=held).exclude(
        status__in=[AwardStatus.LAPSED, AwardStatus.RENOUNCED, AwardStatus.REVOKED]
    )
    for award in list(gone):
        award.status, award.reserved = AwardStatus.REVOKED, Decimal(0)
        award.released_at, award.released_reason = now, words[:500]
        award.version += 1
        award.save(
            update_fields=["status", "reserved", "released_at", "released_reason", "version"]
        )
        award.instalments.exclude(status=InstalmentStatus.CANCELLED).update(
            status=InstalmentStatus.CANCELLED, note="Le dossier repasse devant le jury."
        )
    if edition.status == EditionStatus.DECIDED:
        edition.status = EditionStatus.JURY
        edition.version += 1
        edition.save(update_fields=["status", "version"])
    journal.record(
        "application_sent_back",
        held,
        by=by,
        at=now,
        changes={"status": [before, held.status]},
        reason=words,
        space_id=edition.space_id,
    )
    return held


def _held(edition: Edition, by: User) -> Edition:
    held = (
        Edition.objects.select_for_update(of=("self",)).select_related("space").get(pk=edition.pk)
    )
    verdict = may_sign(by, held)
    if not verdict:
        raise StepRefused(verdict.reason)
    return held
