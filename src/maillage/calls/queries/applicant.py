"""What a person sees of the files that they write."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Prefetch, Q

from maillage.calls.enums import ApplicationStatus, MessageSide, WriterKind
from maillage.calls.lib.answers import Progress, progress
from maillage.calls.lib.journey import ENDED, Step, status_kind, status_words, way_of
from maillage.calls.models import Application, CallMessage, Correction, Writer
from maillage.calls.queries.deadlines import closing_of
from maillage.calls.queries.reopened import Writable, writable_at
from maillage.calls.queries.written import Written, written

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from maillage.accounts.models import User

MOST = 100
_PRESENT = timedelta(minutes=2)


@dataclass(frozen=True)
class Card:
    """One file in the list of a person: its state as they may know it, and what comes next."""

    application: Application
    status: str
    kind: str
    next_label: str
    next_at: datetime | None
    unread: int
    correction: Correction | None
    writes: bool


def mine(user: "User", now: datetime) -> list[Card]:
    """The person's files, those that wait for them first. A constant number of queries."""
    open_ones = Correction.objects.filter(answered_at=None, closed_at=None)
    files = (
        Application.objects.written_by(user)
        .select_related("edition__space")
        .annotate(
            unread=Count(
                "messages",
                filter=Q(messages__side=MessageSide.AUTHORITY, messages__read_at=None),
                distinct=True,
            )
        )
        .prefetch_related(
            Prefetch("corrections", queryset=open_ones, to_attr="asked"),
            Prefetch(
                "writers",
                queryset=Writer.objects.filter(user=user, ended_at=None),
                to_attr="me",
            ),
        )
        .order_by("-updated_at", "-pk")[:MOST]
    )
    cards = [_card(one, now) for one in files]
    return sorted(cards, key=lambda one: (one.application.status in ENDED, one.correction is None))


def _card(application: Application, now: datetime) -> Card:
    asked: list[Correction] = application.asked  # type: ignore[attr-defined]
    me: list[Writer] = application.me  # type: ignore[attr-defined]
    correction = asked[0] if asked else None
    label, at = _next(application, correction, now)
    return Card(
        application=application,
        status=status_words(application),
        kind=status_kind(application),
        next_label=label,
        next_at=at,
        unread=application.unread,  # type: ignore[attr-defined]
        correction=correction,
        writes=bool(me) and me[0].kind != WriterKind.READER,
    )


def _next(
    application: Application, correction: Correction | None, now: datetime
) -> tuple[str, datetime | None]:
    if correction is not None:
        return "À corriger avant le", correction.due_at
    closes = closing_of(application)
    if application.status in {ApplicationStatus.DRAFT, ApplicationStatus.SHORTLISTED}:
        if closes is not None and closes > now:
            return "À déposer avant le", closes
        return "L'appel s'est fermé le", closes
    return "", None


def load(user: "User | AnonymousUser", pk: int) -> Application | None:
    """The file, for one of its writers; None as for one that does not exist."""
    return (
        Application.objects.written_by(user)
        .select_related("edition__space", "edition__programme", "form", "assigned_to")
        .filter(pk=pk)
        .first()
    )


@dataclass(frozen=True)
class Missing:
    section: str
    anchor: str
    label: str
    text: str


@dataclass(frozen=True)
class Room:
    """All that the pages of one file share."""

    application: Application
    content: Written
    writable: Writable
    me: Writer
    writers: list[Writer]
    steps: list[Progress]
    now: datetime

    @property
    def done(self) -> int:
        return sum(one.done for one in self.steps)

    @property
    def asked(self) -> int:
        return sum(one.asked for one in self.steps)

    @property
    def left(self) -> int:
        return self.asked - self.done

    @property
    def told(self) -> str:
        """« 14 réponses sur 20 »: questions that must be answered."""
        return f"{self.done} réponse{'s' if self.done > 1 else ''} sur {self.asked}"

    @property
    def may_write(self) -> bool:
        return bool(self.writable) and self.me.kind != WriterKind.READER

    @property
    def may_deposit(self) -> bool:
        return self.me.kind == WriterKind.OWNER

    @property
    def is_draft(self) -> bool:
        return self.application.status in {ApplicationStatus.DRAFT, ApplicationStatus.SHORTLISTED}

    @property
    def is_told(self) -> bool:
        """Whether the outcome is known to its writers."""
        return self.application.status in ENDED

    @property
    def changed_since(self) -> bool:
        """Whether something was typed after the last deposit and is not deposited."""
        application = self.application
        return (
            application.status == ApplicationStatus.SUBMITTED
            and application.deposited_at is not None
            and application.updated_at > application.deposited_at
        )

    @property
    def status(self) -> str:
        return status_words(self.application)

    @property
    def badge(self) -> str:
        return status_kind(self.application)

    @property
    def closes_at(self) -> datetime | None:
        return closing_of(self.application)

    @property
    def way(self) -> list[Step]:
        return way_of(self.application)

    @property
    def missing(self) -> list[Missing]:
        """What is still to be answered or mended, in the order of the form."""
        labels = {one.code: one.label for one in self.content.form.fields}
        return [
            Missing(step.section.code, one.anchor, labels[one.code], one.message)
            for step in self.steps
            for one in step.problems
        ]

    @property
    def elsewhere(self) -> list[tuple[str, str]]:
        """Other people who write now, each with the title of the page they are on."""
        return [
            (str(one.user), self.title_of(one.section))
            for one in self.writers
            if one.pk != self.me.pk
            and one.seen_at is not None
            and self.now - one.seen_at < _PRESENT
        ]

    def title_of(self, section: str) -> str:
        found = (one.title for one in self.content.form.sections if one.code == section)
        return next(found, "")


def open_room(user: "User", pk: int, now: datetime) -> Room | None:
    """What a page of the file shows; None for who does not write it. Nine queries at most."""
    application = load(user, pk)
    if application is None:
        return None
    writers = list(
        Writer.objects.filter(application=application, ended_at=None)
        .select_related("user", "invited_by")
        .order_by("pk")
    )
    me = next((one for one in writers if one.user_id == user.pk), None)
    if me is None:
        return None
    content = written(application)
    return Room(
        application=application,
        content=content,
        writable=writable_at(application, now),
        me=me,
        writers=writers,
        steps=progress(content.form, content.answers, content.counts, content.others),
        now=now,
    )


def messages_of(application: Application) -> list[CallMessage]:
    """Both sides, the oldest first; applicants see no agent's name."""
    return list(application.messages.select_related("by", "upload").order_by("at", "pk")[:300])


def dates_of(application: Application) -> list[tuple[str, datetime | date, str]]:
    """What the person's calendar should hold: (what, when, stable key)."""
    edition = application.edition
    found: list[tuple[str, datetime | date, str]] = []
    is_written = application.status in {ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED}
    if is_written and edition.closes_at:
        found.append((f"Clôture : {edition.title}", edition.closes_at, "cloture"))
    if edition.two_stages and edition.full_closes_at:
        found.append((f"Dossier complet : {edition.title}", edition.full_closes_at, "complet"))
    found += [
        (f"Corrections à rendre : {edition.title}", one.due_at, f"correction-{one.pk}")
        for one in application.corrections.filter(answered_at=None, closed_at=None)
    ]
    if application.hearing_at:
        found.append((f"Audition : {edition.title}", application.hearing_at, "audition"))
    if application.implicit_rejection_on and application.status not in ENDED:
        found.append(
            (
                f"Sans réponse, rejet implicite : {application.reference}",
                application.implicit_rejection_on,
                "silence",
            )
        )
    for rank, one in enumerate([*edition.key_dates, *edition.meetings]):
        told = _when(one)
        if told is not None:
            found.append((f"{one.get('label', '')} : {edition.title}", told, f"date-{rank}"))
    return found


def _when(one: object) -> datetime | date | None:
    text = one.get("on", "") if isinstance(one, dict) else ""
    try:
        if len(text) > len("2026-02-06"):
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo else None
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def files_waiting(user: "User") -> int:
    """Corrections and messages that wait for the person, for the menu."""
    return (
        Application.objects.written_by(user)
        .filter(
            Q(corrections__answered_at=None, corrections__closed_at=None, corrections__isnull=False)
            | Q(messages__side=MessageSide.AUTHORITY, messages__read_at=None)
        )
        .distinct()
        .count()
    )
