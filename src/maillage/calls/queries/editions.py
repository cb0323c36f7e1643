"""Editions: those that agents prepare, those that everyone sees, those that the clock waits for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, ExtractYear
from django.http import Http404

from maillage.accounts.models import User
from maillage.calls.enums import EditionStatus, InstalmentStatus
from maillage.calls.models import Application, Edition, Envelope, Instalment, Writer
from maillage.spaces.models import Space

# Everyone may read these; a cancelled call only when it had been published.
PUBLISHED = frozenset(set(EditionStatus) - {"draft", "checking", "cancelled"})
_WAITING_OPENING = (EditionStatus.DRAFT, EditionStatus.CHECKING)
PER_PAGE = 20


def load(space: Space, pk: int) -> Edition:
    """An edition of the space, for its agents. Raises Http404."""
    found = (
        Edition.objects.filter(space=space, pk=pk)
        .select_related("space", "programme", "envelope", "created_by", "published_by")
        .first()
    )
    if found is None:
        raise Http404
    return found


def editions_of(space: Space) -> QuerySet[Edition]:
    return Edition.objects.filter(space=space).select_related("programme", "envelope", "space")


def published_in(space: Space) -> QuerySet[Edition]:
    """What anyone may read: calls that were published, cancelled since or not."""
    shown = Q(status__in=PUBLISHED) | Q(status=EditionStatus.CANCELLED, published_at__isnull=False)
    return editions_of(space).filter(shown)


def public_edition(space: Space, slug: str) -> Edition:
    """Raises Http404 for a call that is not published."""
    found = published_in(space).filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class Board:
    """Calls of a space as the public sees them; `announced` are not yet written, only told by a date."""

    open: list[Edition]
    coming: list[Edition]
    announced: list[Edition]
    closed: list[Edition]

    @property
    def is_empty(self) -> bool:
        return not (self.open or self.coming or self.announced or self.closed)


def board(space: Space, now: datetime, *, closed: int = PER_PAGE) -> Board:
    """By instants, not by the status that the clock writes afterwards."""
    running = published_in(space).filter(
        status__in=[EditionStatus.SCHEDULED, EditionStatus.OPEN], closes_at__gt=now
    )
    past = published_in(space).exclude(pk__in=running.values("pk"))
    return Board(
        open=list(running.filter(opens_at__lte=now).order_by("closes_at")),
        coming=list(running.filter(opens_at__gt=now).order_by("opens_at")),
        announced=list(announced_in(space, now)),
        closed=list(past.order_by("-closes_at", "-id")[:closed]),
    )


def announced_in(space: Space, now: datetime) -> QuerySet[Edition]:
    """Drafts whose opening is foretold: only title, sentence and date are shown."""
    return (
        editions_of(space)
        .filter(status__in=_WAITING_OPENING, forecast_on__gte=now.date())
        .exclude(summary="")
        .order_by("forecast_on")
    )


def open_now(space: Space, now: datetime) -> QuerySet[Edition]:
    return published_in(space).filter(
        status__in=[EditionStatus.SCHEDULED, EditionStatus.OPEN],
        opens_at__lte=now,
        closes_at__gt=now,
    )


def to_open(now: datetime) -> QuerySet[Edition]:
    return Edition.objects.filter(status=EditionStatus.SCHEDULED, opens_at__lte=now)


def to_close(now: datetime) -> QuerySet[Edition]:
    """Past their closing, grace included. The minutes of grace are few: the end is worked out for few rows."""
    due = Edition.objects.filter(status=EditionStatus.OPEN, closes_at__lte=now)
    late = [
        edition.pk
        for edition in due.only("pk", "closes_at", "grace_minutes")
        if _minutes_after(edition, now) >= edition.grace_minutes
    ]
    return Edition.objects.filter(pk__in=late)


def _minutes_after(edition: Edition, now: datetime) -> float:
    if edition.closes_at is None:
        return -1
    return (now - edition.closes_at).total_seconds() / 60


def running_deadline(edition: Edition) -> str | None:
    """The column of the closing that is to come: the one an extension moves. None when no file is awaited."""
    if edition.status in {EditionStatus.SCHEDULED, EditionStatus.OPEN}:
        return "closes_at"
    second = {EditionStatus.CLOSED, EditionStatus.INSTRUCTION}
    if edition.two_stages and edition.status in second and edition.full_closes_at:
        return "full_closes_at"
    return None


def people_writing(edition: Edition) -> list[User]:
    """Everyone who may open a draft or a deposited file of the call: told of what changes. Withdrawn ones are not."""
    writers = Writer.objects.filter(
        application__edition=edition, ended_at=None, user__isnull=False
    ).exclude(application__status__in=["withdrawn", "dropped"])
    return list(User.objects.filter(pk__in=writers.values("user")).order_by("pk"))


@dataclass(frozen=True)
class Counts:
    """Numbers of files; none of it says whose."""

    drafts: int = 0
    deposited: int = 0


def counts_of(editions: Iterable[Edition], user: User) -> dict[int, Counts]:
    """Files by edition, without those of which `user` is recused; drafts of sealed calls are counted, not read."""
    rows = (
        Application.objects.reachable_by(user)
        .filter(edition__in=[one.pk for one in editions])
        .order_by()
        .values("edition")
        .annotate(
            drafts=Count("pk", filter=Q(status="draft")),
            deposited=Count(
                "pk", filter=Q(number__isnull=False) & ~Q(status__in=["withdrawn", "dropped"])
            ),
        )
    )
    return {row["edition"]: Counts(row["drafts"], row["deposited"]) for row in rows}


@dataclass(frozen=True)
class Waiting:
    """What the calls ask of agents: to check, closing within a week, closed and not begun."""

    to_check: list[Edition]
    closing: list[Edition]
    to_begin: list[Edition]

    def __bool__(self) -> bool:
        return bool(self.to_check or self.closing or self.to_begin)


def waiting_for_agents(space: Space, now: datetime, soon: datetime) -> Waiting:
    rows = list(
        Edition.objects.filter(space=space).filter(
            Q(status=EditionStatus.CHECKING)
            | Q(status=EditionStatus.CLOSED)
            | Q(status=EditionStatus.OPEN, closes_at__gt=now, closes_at__lte=soon)
        ).order_by("closes_at", "id")
    )  # fmt: skip
    return Waiting(
        to_check=[one for one in rows if one.status == EditionStatus.CHECKING],
        closing=[one for one in rows if one.status == EditionStatus.OPEN],
        to_begin=[one for one in rows if one.status == EditionStatus.CLOSED],
    )


@dataclass(frozen=True)
class Purse:
    """An envelope and what becomes of it. `by_year` is what instalments pay, year by year."""

    envelope: Envelope
    editions: list[Edition]
    by_year: dict[int, Decimal]

    @property
    def left(self) -> Decimal:
        return self.envelope.amount - self.envelope.reserved

    @property
    def percent(self) -> int:
        if not self.envelope.amount:
            return 0
        return int(100 * self.envelope.reserved / self.envelope.amount)


def purses(space: Space) -> list[Purse]:
    envelopes = list(Envelope.objects.filter(space=space).order_by("-year", "label", "id"))
    editions: dict[int, list[Edition]] = {}
    for edition in editions_of(space).filter(envelope__in=envelopes):
        editions.setdefault(edition.envelope_id or 0, []).append(edition)
    paid = _payments(envelopes)
    return [Purse(one, editions.get(one.pk, []), paid.get(one.pk, {})) for one in envelopes]


def _payments(envelopes: list[Envelope]) -> dict[int, dict[int, Decimal]]:
    """Instalments by the year they were paid, or are planned; those refused or cancelled weigh nothing."""
    gone = (InstalmentStatus.REFUSED, InstalmentStatus.CANCELLED)
    rows = (
        Instalment.objects.filter(award__envelope__in=envelopes)
        .exclude(status__in=gone)
        .order_by()
        .annotate(year=ExtractYear(Coalesce("paid_on", "planned_on")))
        .values_list("award__envelope", "year")
        .annotate(total=Sum("amount"))
    )
    found: dict[int, dict[int, Decimal]] = {}
    for envelope, year, total in rows:
        if year is not None:
            found.setdefault(envelope, {})[year] = total
    return found
