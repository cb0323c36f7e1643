"""Share the files among the jurors: all at once by the plan, or one by one by hand."""

from collections import Counter
from datetime import date, datetime

from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.actions.handing import check_reading, hand, take_away, tell_given
from maillage.calls.actions.interests import look
from maillage.calls.enums import ReviewStatus
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Application, Edition, Juror, Review
from maillage.calls.queries.planning import BEGUN, READ_STATUSES, situation
from maillage.core import journal

_CHANGED = "Quelque chose a changé depuis l'aperçu (un dossier, un juré, un lien). Relisez le nouveau plan."


@transaction.atomic
def apply_plan(
    edition: Edition, *, mark: str, due_on: date | None, by: User, now: datetime
) -> tuple[int, int]:
    """Write the plan that was previewed under `mark`; (readings given, readings taken back).

    Readings begun, pinned, or whose interests are declared do not move. Raises `StepRefused` when the plan would
    no longer be the one that was shown.
    """
    check_reading(Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk))
    around = situation(edition, now, by=by)
    plan = around.plan()
    if around.mark(plan) != mark:
        raise StepRefused(_CHANGED)
    wanted = set(plan.pairs)
    dropped = [review for pair, review in around.waiting.items() if pair not in wanted]
    for review in dropped:
        take_away(review, by=by, now=now)
    new: Counter[Juror] = Counter()
    for file, reader in plan.pairs:
        if (file, reader) in around.waiting:
            Review.objects.filter(pk=around.waiting[file, reader].pk).update(due_on=due_on)
            continue
        hand(around.applications[file], around.jurors[reader], by=by, now=now, due_on=due_on)
        new[around.jurors[reader]] += 1
    jurors = [one.user_id for one in around.jurors.values()]
    look(edition, jurors, now=now, applications=list(around.applications))
    tell_given(new, edition, due_on, now=now)
    given = sum(new.values())
    changes = {"readings": [len(dropped), given], "groups": plan.groups}
    journal.record(
        "readings_shared", edition, by=by, at=now, changes=changes, space_id=edition.space_id
    )
    return given, len(dropped)


@transaction.atomic
def give(
    application: Application, juror: Juror, *, due_on: date | None, by: User, now: datetime
) -> Review:
    """By hand: this reading is pinned, no plan moves it. Raises `StepRefused` when the juror may not read the file."""
    check_reading(application.edition)
    if application.status not in READ_STATUSES:
        raise StepRefused("Ce dossier ne se lit pas à cette étape.")
    if juror.edition_id != application.edition_id or juror.left_at or not juror.reads:
        raise StepRefused("Cette personne ne lit pas les dossiers de cet appel.")
    look(application.edition, [juror.user_id], now=now, applications=[application.pk])
    around = situation(application.edition, now, by=None, only=application.pk)
    if (application.pk, juror.pk) in around.away:
        raise StepRefused("Cette personne est écartée de ce dossier.")
    if (application.pk, juror.pk) in around.doubts:
        raise StepRefused("Un lien possible est à trancher d'abord, dans « Intérêts ».")
    if (application.pk, juror.pk) in around.kept | set(around.waiting):
        raise StepRefused("Cette personne a déjà ce dossier.")
    review = hand(application, juror, by=by, now=now, due_on=due_on, is_pinned=True)
    tell_given({juror: 1}, application.edition, due_on, now=now)
    return review


@transaction.atomic
def take_back(review: Review, *, reason: str, by: User, now: datetime) -> None:
    """By hand. A reading that is begun is taken back with a reason only; one that is handed in stays: reopen it."""
    held = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if held.status == ReviewStatus.REPLACED:
        raise StepRefused("Cette lecture a déjà été reprise.")
    if held.status == ReviewStatus.SUBMITTED:
        raise StepRefused("Cette lecture est rendue : elle compte. Vous pouvez la rouvrir.")
    if held.status in BEGUN and not reason.strip():
        raise StepRefused("Cette lecture est commencée : écrivez pourquoi vous la reprenez.")
    take_away(held, by=by, now=now, reason=reason.strip()[:300])


@transaction.atomic
def reassign(review: Review, juror: Juror, *, reason: str, by: User, now: datetime) -> Review:
    """Take a reading back and give the file to `juror`, in one step."""
    take_back(review, reason=reason, by=by, now=now)
    return give(review.application, juror, due_on=review.due_on, by=by, now=now)
