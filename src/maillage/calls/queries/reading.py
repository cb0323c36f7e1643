"""What a juror may open: their calls, their files, and how far each file is open to them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from maillage.calls.enums import EditionStatus, InterestAnswer, ReviewStatus
from maillage.calls.models import Application, Interest, Juror, Review
from maillage.calls.queries.naming import Viewpoint, reader_viewpoint
from maillage.calls.queries.planning import doubt_of
from maillage.calls.queries.signals import found_signals

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from maillage.accounts.models import User
    from maillage.spaces.models import Space

# Before that nothing is read; after, what one wrote stays readable.
STEPS = (
    EditionStatus.INSTRUCTION, EditionStatus.JURY, EditionStatus.DECIDED, EditionStatus.NOTIFIED,
    EditionStatus.EXECUTION, EditionStatus.FINISHED,
)  # fmt: skip


class Door(StrEnum):
    """What stands before a file for its juror."""

    CHARTER = "charter"
    INTERESTS = "interests"
    DOUBT = "doubt"
    OPEN = "open"


@dataclass
class Call:
    """An edition where the person is a juror, with how many files are given and handed in."""

    juror: Juror
    given: int
    done: int
    next_due: date | None = None

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.given) if self.given else 0


@dataclass
class Line:
    """One file of a juror. `label` is what the person may be shown of it."""

    review: Review
    label: str
    title: str
    interest: Interest | None
    is_late: bool = False


@dataclass
class Reading:
    review: Review
    seen_by: Viewpoint
    door: Door
    interest: Interest | None = None
    others: list[Review] = field(default_factory=list)

    @property
    def label(self) -> str:
        return self.seen_by.label(self.review.application)

    @property
    def application(self) -> Application:
        return self.review.application


def reading_space(user: "User | AnonymousUser") -> str:
    """Slug of the space of the newest jury where the person reads; empty when there is none."""
    if not user.is_authenticated:
        return ""
    rows = Juror.objects.filter(user=user.pk, left_at=None, reads=True).order_by("-pk")
    return rows.values_list("edition__space__slug", flat=True).first() or ""


def calls_of(user: "User") -> list[Call]:
    """Editions of the person in every space, newest first."""
    jurors = Juror.objects.filter(user=user, left_at=None).select_related("edition__space")
    mine = Review.objects.filter(
        juror__in=jurors, application__in=Application.objects.reachable_by(user)
    ).exclude(status=ReviewStatus.REPLACED)
    counts = {
        row["juror"]: (row["given"], row["done"])
        for row in mine.values("juror").annotate(
            given=Count("pk"), done=Count("pk", filter=Q(status=ReviewStatus.SUBMITTED))
        )
    }
    due = dict(
        mine.exclude(status=ReviewStatus.SUBMITTED)
        .filter(due_on__isnull=False)
        .order_by("-due_on")
        .values_list("juror", "due_on")
    )
    return [
        Call(one, *counts.get(one.pk, (0, 0)), due.get(one.pk))
        for one in jurors.order_by("-edition__year", "-edition__pk")
    ]  # fmt: skip


def juror_of(user: "User", space: "Space", edition_id: int) -> Juror | None:
    return (
        Juror.objects.filter(user=user, edition__pk=edition_id, edition__space=space, left_at=None)
        .select_related("edition__space", "user")
        .first()
    )


def files_of(juror: Juror, today: date) -> list[Line]:
    """Files of the juror: to read first, the soonest due first, then handed in. Recused ones are not there."""
    edition = juror.edition
    if edition.status not in STEPS:
        return []
    seen_by = reader_viewpoint(juror.user, edition)
    reviews = (
        Review.objects.filter(juror=juror, application__in=Application.objects.read_by(juror.user))
        .exclude(status=ReviewStatus.REPLACED)
        .select_related("application__form")
    )
    said = {
        one.application_id: one
        for one in Interest.objects.filter(application__edition=edition, user=juror.user_id)
    }
    lines = []
    for one in reviews:
        file = one.application
        file.edition = edition
        waits = one.status != ReviewStatus.SUBMITTED
        interest = said.get(file.pk)
        lines.append(
            Line(
                one,
                seen_by.label(file),
                seen_by.title(file),
                interest,
                is_late=waits and one.due_on is not None and one.due_on < today,
            )
        )
    far = date.max
    return sorted(
        lines,
        key=lambda line: (
            line.review.status == ReviewStatus.SUBMITTED,
            line.review.due_on or far,
            line.label,
        ),
    )


def open_lines(juror: Juror, now: datetime) -> list[Line]:
    """Files already open to the juror: charter accepted, interests declared as none, no link to settle."""
    if juror.charter_at is None:
        return []
    lines = files_of(juror, now.date())
    found = found_signals(juror.edition, [juror.user_id], now, [one.review.application_id for one in lines])  # fmt: skip
    doubts = {
        file
        for (file, _user), signals in found.items()
        if any(one.weight != "info" for one in signals)
    }
    return [
        line
        for line in lines
        if line.interest is not None
        and line.interest.answer == InterestAnswer.NONE
        and (line.interest.decided_at is not None or line.review.application_id not in doubts)
    ]


def reading(user: "User", space: "Space", pk: int, now: datetime) -> Reading | None:
    """One reading of the person, and what stands before it; None when it is not theirs, or no longer."""
    review = (
        Review.objects.filter(
            pk=pk,
            juror__user=user,
            juror__left_at=None,
            juror__edition__space=space,
            juror__edition__status__in=STEPS,
            application__in=Application.objects.read_by(user).unsealed(now),
        )
        .exclude(status=ReviewStatus.REPLACED)
        .select_related("juror__edition__space", "juror__user", "application__form")
        .first()
    )
    if review is None:
        return None
    edition = review.juror.edition
    review.application.edition = edition
    interest = Interest.objects.filter(application=review.application, user=user).first()
    found = Reading(review, reader_viewpoint(user, edition), Door.OPEN, interest)
    found.door = _door(found, user, now)
    if found.door == Door.OPEN and review.status == ReviewStatus.SUBMITTED:
        found.others = others_of(review)
    return found


def others_of(review: Review) -> list[Review]:
    """What other jurors handed in on the file: shown once one's own is in, never before."""
    return list(
        Review.objects.filter(application=review.application_id, status=ReviewStatus.SUBMITTED)
        .exclude(pk=review.pk)
        .select_related("juror__user")
        .prefetch_related("scores__criterion")
    )


def _door(found: Reading, user: "User", now: datetime) -> Door:
    if found.review.juror.charter_at is None:
        return Door.CHARTER
    interest = found.interest
    if interest is None or interest.answer != InterestAnswer.NONE:
        return Door.INTERESTS
    if doubt_of(interest) or (interest.decided_at is None and _doubt_now(found, user, now)):
        return Door.DOUBT
    return Door.OPEN


def _doubt_now(found: Reading, user: "User", now: datetime) -> bool:
    """A link that appeared since the declaration closes the file again until somebody decides."""
    if found.review.status == ReviewStatus.SUBMITTED:
        return False
    file = found.application
    signals = found_signals(file.edition, [user.pk], now, [file.pk]).get((file.pk, user.pk), [])
    return any(one.weight != "info" for one in signals)
