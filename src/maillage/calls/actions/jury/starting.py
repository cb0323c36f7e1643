"""The jury begins: scores are frozen, files stop being read."""

from datetime import datetime

from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.enums import ApplicationStatus, EditionStatus, ReviewStatus
from maillage.calls.lib.machine import EDITION, StepRefused, check_step
from maillage.calls.models import Application, Edition, Score, ScoreRecord
from maillage.calls.queries.jury import may_record
from maillage.calls.queries.waiting_reads import short_of_reads, unsettled
from maillage.core import journal


@transaction.atomic
def start_jury(edition: Edition, *, waiver: str = "", by: User, now: datetime) -> Edition:
    """INSTRUCTION → JURY. Files read by fewer jurors than wanted go on with a `waiver` that says why.

    Raises `StepRefused` while a file is neither refused nor under evaluation.
    """
    held = (
        Edition.objects.select_for_update(of=("self",)).select_related("space").get(pk=edition.pk)
    )
    verdict = may_record(by, held)
    if not verdict:
        raise StepRefused(verdict.reason)
    check_step(EDITION, held.status, EditionStatus.JURY, "Commencer le jury")
    if unsettled(held):
        raise StepRefused(
            f"Des dossiers attendent encore une recevabilité ou une lecture{_named(unsettled(held, by))}."
        )
    if short_of_reads(held) and not waiver.strip():
        raise StepRefused(
            f"Des dossiers ont moins de {held.reviews_wanted} lectures rendues"
            f"{_named(short_of_reads(held, by))}. Écrivez pourquoi le jury commence quand même."
        )
    moved = Application.objects.filter(edition=held, status=ApplicationStatus.IN_REVIEW)
    for file in list(moved.select_for_update(of=("self",))):
        file.status = ApplicationStatus.REVIEWED
        file.save(update_fields=["status"])
        journal.record(
            "application_reviewed",
            file,
            by=by,
            at=now,
            changes={"status": [ApplicationStatus.IN_REVIEW, ApplicationStatus.REVIEWED]},
            space_id=held.space_id,
        )
    freeze_scores(held, by=by, now=now)
    held.status = EditionStatus.JURY
    held.version += 1
    held.save(update_fields=["status", "version"])
    journal.record(
        "jury_started", held, by=by, at=now, reason=waiver.strip(), space_id=held.space_id
    )
    return held


def _named(numbers: list[str]) -> str:
    """Those that the person may know of; none when they are all closed to them."""
    return f" : {', '.join(numbers[:8])}" if numbers else ""


def freeze_scores(edition: Edition, *, by: User, now: datetime) -> ScoreRecord:
    """Scores as they are now; the jury's ranking never moves again."""
    rows = Score.objects.filter(
        review__application__edition=edition,
        review__status=ReviewStatus.SUBMITTED,
        review__abstains=False,
    ).values_list("review__application", "review__juror", "criterion", "value")
    names = ("application", "juror", "criterion", "value")
    scores = [dict(zip(names, row, strict=True)) for row in rows]
    return ScoreRecord.objects.create(edition=edition, at=now, by=by, scores=scores)
