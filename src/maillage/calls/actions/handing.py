"""Put a file in the hands of a juror, and find another when one steps aside."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from maillage.accounts.actions import tell
from maillage.accounts.models import User
from maillage.calls.enums import ApplicationStatus, EditionStatus, ReviewStatus
from maillage.calls.lib.machine import APPLICATION, StepRefused, check_step
from maillage.calls.lib.words import long_date
from maillage.calls.models import Application, Edition, Juror, Review
from maillage.calls.notices.reviews import GIVEN
from maillage.calls.queries.planning import READ_STATUSES, situation
from maillage.core import journal

if TYPE_CHECKING:
    from collections.abc import Mapping


def several(count: int) -> str:
    return f"{count} dossiers" if count > 1 else "1 dossier"


def link_to_readings(edition: Edition) -> str:
    return f"{settings.BASE_URL}{reverse('reviews:home', args=[edition.space.slug])}"


def check_reading(edition: Edition) -> None:
    """Raise `StepRefused` when the call is not at the step where files are read."""
    if edition.status != EditionStatus.INSTRUCTION:
        raise StepRefused(
            f"Les lectures se confient pendant l'instruction. Cet appel est à l'étape « {edition.get_status_display()} »."
        )


def hand(
    application: Application,
    juror: Juror,
    *,
    by: User | None,
    now: datetime,
    due_on: date | None,
    is_pinned: bool = False,
) -> Review:
    """Write the reading, and open the evaluation of a file that waits for it. No check, no letter."""
    review, _is_new = Review.objects.update_or_create(
        application=application,
        juror=juror,
        defaults={
            "status": ReviewStatus.ASSIGNED,
            "due_on": due_on,
            "is_pinned": is_pinned,
            "assigned_by": by,
            "assigned_at": now,
            "submitted_at": None,
        },
    )
    _record("reading_given", application, juror, by=by, now=now)
    move(application, ApplicationStatus.IN_REVIEW, by=by, now=now)
    return review


def take_away(review: Review, *, by: User | None, now: datetime, reason: str = "") -> None:
    """The juror no longer has the file; what was written stays, uncounted."""
    review.status = ReviewStatus.REPLACED
    review.save(update_fields=["status"])
    _record("reading_taken", review.application, review.juror, by=by, now=now, reason=reason)


def move(application: Application, status: str, *, by: User | None, now: datetime) -> None:
    """Take the file to the next step of its reading, when it is at the one before."""
    before = {
        ApplicationStatus.IN_REVIEW: (ApplicationStatus.ADMISSIBLE,),
        ApplicationStatus.REVIEWED: (ApplicationStatus.IN_REVIEW,),
    }[ApplicationStatus(status)]
    held = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if held.status not in before:
        return
    check_step(APPLICATION, held.status, status, "Changer l'étape de la lecture")
    changes = {"status": [held.status, status]}
    held.status, held.updated_at = status, now
    held.save(update_fields=["status", "updated_at"])
    application.status = held.status
    space_id = application.edition.space_id
    journal.record("application_moved", held, by=by, at=now, changes=changes, space_id=space_id)


def replace_reader(application: Application, *, gone: Juror, now: datetime) -> Juror | None:
    """Give the reading that `gone` leaves to the juror who can best take it; None when nobody can, or is needed."""
    edition = application.edition
    if edition.status != EditionStatus.INSTRUCTION or application.status not in READ_STATUSES:
        return None
    around = situation(edition, now, by=None, only=application.pk, gone=gone.pk)
    # What is already given stays: one more reader is looked for, no other moves.
    around.kept |= set(around.waiting)
    held = frozenset(reader for _file, reader in around.kept)
    files = [type(one)(one.pk, one.theme, one.wanted, held) for one in around.files]
    around.files, around.waiting = files, {}
    plan = around.plan()
    if not plan.pairs:
        return None
    juror = around.jurors[plan.pairs[0][1]]
    due = Review.objects.filter(application=application, juror=gone).values_list("due_on", flat=True)  # fmt: skip
    hand(application, juror, by=None, now=now, due_on=due.first())
    tell_given({juror: 1}, edition, due.first(), now=now)
    return juror


def tell_given(
    counts: "Mapping[Juror, int]",
    edition: Edition,
    due_on: date | None,
    *,
    now: datetime,
) -> None:
    """One letter to each juror who has something new to read."""
    for juror, count in counts.items():
        tell(
            [juror.user],
            GIVEN,
            {
                "call": edition.title,
                "space": edition.space.name,
                "count": several(count),
                "date": f", avant le {long_date(due_on)}" if due_on else "",
            },
            now=now,
            link=link_to_readings(edition),
            space_id=edition.space_id,
        )


def _record(
    act: str,
    application: Application,
    juror: Juror,
    *,
    by: User | None,
    now: datetime,
    reason: str = "",
) -> None:
    journal.record(
        act,
        application,
        by=by,
        at=now,
        changes={"juror": juror.pk},
        reason=reason,
        space_id=application.edition.space_id,
    )
