"""A juror scores: draft, handed in, reopened by an agent."""

from datetime import datetime

from django.db import transaction

from maillage.accounts.actions import tell
from maillage.accounts.models import User
from maillage.calls.actions.handing import link_to_readings, move
from maillage.calls.enums import (
    ApplicationStatus,
    EditionStatus,
    InterestAnswer,
    Recommendation,
    ReviewStatus,
)
from maillage.calls.lib.machine import APPLICATION, StepRefused, check_step
from maillage.calls.lib.scoring import Level, weighted
from maillage.calls.lib.sheets import Mark, Sheet
from maillage.calls.models import Application, Criterion, Interest, Juror, Review, Score
from maillage.calls.notices.reviews import REOPENED
from maillage.calls.queries.planning import doubt_of
from maillage.core import journal

WRITABLE = (ReviewStatus.ASSIGNED, ReviewStatus.DRAFT, ReviewStatus.REOPENED)
COMMENT_LONGEST, WHY_LONGEST = 4000, 1000


class StaleReviewError(StepRefused):
    """The reading was written elsewhere since the page was shown. Nothing was changed."""


class IncompleteReviewError(StepRefused):
    """`problems`: one sentence by field of the page (`c<criterion>`, `recommendation`)."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__("Il manque quelque chose avant de rendre cette lecture.")


@transaction.atomic
def accept_charter(juror: Juror, *, by: User, now: datetime) -> None:
    """Once for the edition; accepted again changes nothing."""
    held = Juror.objects.select_for_update(of=("self",)).get(pk=juror.pk)
    if held.charter_at is not None:
        return
    held.charter_at = now
    held.save(update_fields=["charter_at"])
    journal.record(
        "charter_accepted",
        held.edition,
        by=by,
        at=now,
        changes={"juror": held.pk},
        space_id=held.edition.space_id,
    )


@transaction.atomic
def save_draft(review: Review, sheet: Sheet, *, version: int, by: User, now: datetime) -> Review:
    """Keep what is written, whole or not. Raises `StaleReviewError` when `version` is not the present one."""
    held = _held(review, version, by)
    _write(held, sheet)
    if held.status == ReviewStatus.ASSIGNED:
        held.status = ReviewStatus.DRAFT
    held.version += 1
    held.save()
    return held


@transaction.atomic
def submit(review: Review, sheet: Sheet, *, version: int, by: User, now: datetime) -> Review:
    """Hand it in: it is locked and counts. Raises `IncompleteReviewError` and keeps the draft as it was."""
    held = _held(review, version, by)
    missing = problems_of(sheet, list(held.juror.edition.criteria.all()))
    if missing:
        raise IncompleteReviewError(missing)
    _write(held, sheet)
    held.status, held.submitted_at = ReviewStatus.SUBMITTED, now
    held.version += 1
    held.save()
    journal.record(
        "reading_submitted",
        held.application,
        by=by,
        at=now,
        changes={"juror": held.juror_id},
        space_id=held.juror.edition.space_id,
    )
    _end_evaluation(held.application, now=now)
    return held


@transaction.atomic
def reopen(review: Review, *, reason: str, by: User, now: datetime) -> Review:
    """An agent gives a reading back to its juror, who is told why. The file is evaluated no longer."""
    words = reason.strip()[:300]
    if not words:
        raise StepRefused("Écrivez le motif : il est envoyé au juré.")
    held = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    edition = held.juror.edition
    if edition.status != EditionStatus.INSTRUCTION:
        raise StepRefused("Les notes ne changent plus : l'appel n'est plus en instruction.")
    if held.status != ReviewStatus.SUBMITTED:
        raise StepRefused("Cette lecture n'est pas rendue.")
    held.status, held.reopened_reason, held.submitted_at = ReviewStatus.REOPENED, words, None
    held.version += 1
    held.save()
    journal.record(
        "reading_reopened",
        held.application,
        by=by,
        at=now,
        changes={"juror": held.juror_id},
        space_id=edition.space_id,
    )
    _resume_evaluation(held.application, by=by, now=now)
    tell(
        [held.juror.user],
        REOPENED,
        {"call": edition.title, "space": edition.space.name, "reason": words},
        now=now,
        link=link_to_readings(edition),
        space_id=edition.space_id,
    )
    return held


def problems_of(sheet: Sheet, criteria: list[Criterion]) -> dict[str, str]:
    """What is missing before handing in; nothing is asked of who abstains."""
    if sheet.abstains:
        return {}
    marks = sheet.marks
    found = {
        f"c{one.pk}": f"« {one.label} » : choisissez un niveau, ou « je ne peux pas dire »."
        for one in criteria
        if not marks.get(one.pk, Mark()).is_said
    }
    if sheet.recommendation not in Recommendation.values:
        found["recommendation"] = "Donnez votre avis d'ensemble."
    return found


def _held(review: Review, version: int, by: User) -> Review:
    """The reading, locked, when `by` may write it now."""
    held = (
        Review.objects.select_for_update(of=("self",))
        .select_related("juror__edition__space", "application")
        .get(pk=review.pk)
    )
    juror = held.juror
    if juror.user_id != by.pk or juror.left_at is not None or held.status == ReviewStatus.REPLACED:
        raise StepRefused("Cette lecture ne vous est plus confiée.")
    if juror.edition.status != EditionStatus.INSTRUCTION:
        raise StepRefused("Les notes ne changent plus : l'appel n'est plus en instruction.")
    if held.status not in WRITABLE:
        raise StepRefused("Cette lecture est rendue. Un agent peut la rouvrir.")
    said = Interest.objects.filter(application=held.application_id, user=by.pk).first()
    if juror.charter_at is None or said is None or said.answer != InterestAnswer.NONE:
        raise StepRefused("Dites d'abord si quelque chose vous lie à ce dossier.")
    if said.recused or doubt_of(said):
        raise StepRefused("Ce dossier ne vous est pas ouvert.")
    if held.version != version:
        raise StaleReviewError(
            "Cette lecture a été écrite ailleurs (un autre onglet, une feuille). Rechargez la page avant de continuer."
        )
    return held


def _write(held: Review, sheet: Sheet) -> None:
    criteria = list(held.juror.edition.criteria.all())
    for one in criteria:
        mark = sheet.marks.get(one.pk, Mark())
        if mark.value is not None and not 0 <= mark.value <= one.scale_max:
            raise StepRefused(f"« {one.label} » : choisissez un niveau de 0 à {one.scale_max}.")
    if sheet.recommendation and sheet.recommendation not in Recommendation.values:
        raise StepRefused("Choisissez un avis dans la liste.")
    if sheet.confidence is not None and not 1 <= sheet.confidence <= 3:
        raise StepRefused("Dites votre assurance de 1 à 3.")
    held.comment_jury = sheet.comment_jury.strip()[:COMMENT_LONGEST]
    held.comment_applicant = sheet.comment_applicant.strip()[:COMMENT_LONGEST]
    held.recommendation = "" if sheet.abstains else sheet.recommendation
    held.confidence, held.abstains = sheet.confidence, sheet.abstains
    said = {} if sheet.abstains else {pk: one for pk, one in sheet.marks.items() if one.is_said}
    known = {one.pk for one in criteria}
    Score.objects.filter(review=held).exclude(criterion__in=said.keys() & known).delete()
    for pk in sorted(said.keys() & known):
        Score.objects.update_or_create(
            review=held,
            criterion_id=pk,
            defaults={
                "value": said[pk].value,
                "justification": said[pk].why.strip()[:WHY_LONGEST],
            },
        )
    held.total = weighted(
        Level(said[one.pk].value, one.scale_max, one.weight)
        for one in criteria
        if one.pk in said and not one.is_independent
    )


def _end_evaluation(application: Application, *, now: datetime) -> None:
    """Evaluated once as many readings as the call wants are in, and none is still expected."""
    rows = Review.objects.filter(application=application).exclude(status=ReviewStatus.REPLACED)
    statuses = list(rows.values_list("status", flat=True))
    done = statuses.count(ReviewStatus.SUBMITTED)
    if done == len(statuses) and done >= application.edition.reviews_wanted:
        move(application, ApplicationStatus.REVIEWED, by=None, now=now)


def _resume_evaluation(application: Application, *, by: User, now: datetime) -> None:
    held = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if held.status != ApplicationStatus.REVIEWED:
        return
    check_step(APPLICATION, held.status, ApplicationStatus.IN_REVIEW, "Rouvrir la lecture")
    changes = {"status": [held.status, ApplicationStatus.IN_REVIEW.value]}
    held.status, held.updated_at = ApplicationStatus.IN_REVIEW, now
    held.save(update_fields=["status", "updated_at"])
    space_id = held.edition.space_id
    journal.record("application_moved", held, by=by, at=now, changes=changes, space_id=space_id)
