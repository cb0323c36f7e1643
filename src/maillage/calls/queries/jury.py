"""Sessions of a jury: who sits, who is out of the room for a file, what is proposed and what remains."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import QuerySet, Sum

from maillage.calls.enums import (
    ApplicationStatus,
    AwardStatus,
    EditionStatus,
    JuryOutcome,
    Presence,
    SessionStatus,
    TeamKind,
)
from maillage.calls.models import (
    Application,
    Award,
    Edition,
    Envelope,
    Interest,
    JuryDecision,
    JurySession,
    Seat,
    TeamMember,
)
from maillage.spaces.models import Space
from maillage.spaces.permissions import YES, Verdict, can_manage

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from maillage.accounts.models import User

# Files that a jury has before it, or had.
EXAMINED = (
    ApplicationStatus.REVIEWED,
    ApplicationStatus.DELIBERATED,
    ApplicationStatus.AWARDED,
    ApplicationStatus.WAITING,
    ApplicationStatus.REJECTED,
)
# Steps of a call at which a jury may sit: after the notification, only for files put back before it.
SITTING = (
    EditionStatus.JURY,
    EditionStatus.DECIDED,
    EditionStatus.NOTIFIED,
    EditionStatus.EXECUTION,
)
_SHOWN = (EditionStatus.INSTRUCTION, *SITTING, EditionStatus.FINISHED)


def editions_of(space: Space) -> QuerySet[Edition]:
    """Calls whose jury is to come, sits, or sat."""
    return (
        Edition.objects.filter(space=space, status__in=_SHOWN)
        .select_related("programme", "envelope", "space")
        .prefetch_related("sessions")
    )


def files_of(edition: Edition, user: "User | AnonymousUser") -> QuerySet[Application]:
    """What the jury examines, as far as this person may know of it."""
    return (
        Application.objects.filter(edition=edition, status__in=EXAMINED)
        .reachable_by(user)
        .order_by("number")
    )


def is_recused_somewhere(user: "User | AnonymousUser", edition: Edition) -> bool:
    """Whether a file of this call is hidden from the person: what adds up every file is then closed to them."""
    return (
        bool(user.is_authenticated)
        and Interest.objects.filter(
            application__edition=edition,
            application__number__isnull=False,
            user=user.pk,
            recused=True,
        ).exists()
    )


def may_record(user: "User | AnonymousUser", edition: Edition) -> Verdict:
    """Holding the session: the secretaries and managers who were named; any agent when nobody was."""
    if not can_manage(user, edition.space):
        return Verdict(allowed=False, reason="Cette page est réservée aux agents de l'espace.")
    kinds = (TeamKind.SECRETARY, TeamKind.MANAGER)
    named = set(
        TeamMember.objects.filter(edition=edition, kind__in=kinds).values_list("user", "kind")
    )
    if not any(kind == TeamKind.SECRETARY for _, kind in named):
        return YES
    if any(pk == user.pk for pk, _ in named):
        return YES
    return Verdict(
        allowed=False,
        reason="Seules la secrétaire ou le secrétaire du jury et les gestionnaires de cet appel peuvent le faire.",
    )


@dataclass(frozen=True)
class Room:
    """Who votes on one file. `present` and `out` are seats; the quorum counts `present` only."""

    present: tuple[Seat, ...]
    out: tuple[Seat, ...]
    quorum: int

    @property
    def count(self) -> int:
        return len(self.present)

    @property
    def has_quorum(self) -> bool:
        return self.count >= self.quorum


def seats_of(session: JurySession) -> list[Seat]:
    return list(session.seats.select_related("juror__user").order_by("juror__user__name", "pk"))


def voters(seats: Iterable[Seat]) -> list[Seat]:
    """Present now, and called to vote."""
    return [
        one
        for one in seats
        if one.presence == Presence.PRESENT and one.juror.votes and one.juror.left_at is None
    ]


def room_of(
    session: JurySession, application: Application, seats: list[Seat] | None = None
) -> Room:
    """The room for this file: members with an interest in it are out, and not counted."""
    away = set(
        Interest.objects.filter(application=application, recused=True).values_list(
            "user", flat=True
        )
    )
    here = voters(seats_of(session) if seats is None else seats)
    return Room(
        tuple(one for one in here if one.juror.user_id not in away),
        tuple(one for one in here if one.juror.user_id in away),
        session.quorum,
    )


@dataclass(frozen=True)
class Money:
    """Euros of an envelope. `ours` is what this call proposes or gave; `free` what the jury may still propose."""

    amount: Decimal
    reserved: Decimal
    ours: Decimal

    @property
    def free(self) -> Decimal:
        return self.amount - self.reserved

    @property
    def available(self) -> Decimal:
        """For the whole call, as if nothing of it was proposed yet."""
        return self.free + self.ours


def money_of(edition: Edition) -> Money:
    """As the database counts it, read now."""
    if edition.envelope_id is None:
        return Money(Decimal(0), Decimal(0), Decimal(0))
    envelope = Envelope.objects.get(pk=edition.envelope_id)
    ours = Award.objects.filter(application__edition=edition, envelope=envelope).aggregate(
        total=Sum("reserved")
    )["total"]
    return Money(envelope.amount, envelope.reserved, ours or Decimal(0))


def decisions_of(session: JurySession, user: "User | AnonymousUser") -> dict[int, JuryDecision]:
    """Proposals of the session by application, those of files that the person may know of."""
    reachable = files_of(session.edition, user)
    rows = session.decisions.filter(application__in=reachable).select_related("application")
    return {one.application_id: one for one in rows}


def pending_decisions(edition: Edition) -> QuerySet[JuryDecision]:
    """Proposals that the authority has not decided: one a file at most counts, the last one."""
    return JuryDecision.objects.filter(
        session__edition=edition,
        settled_at=None,
        application__status=ApplicationStatus.REVIEWED,
    ).order_by("at", "pk")


@dataclass(frozen=True)
class Hindrance:
    """Why the authority cannot decide yet: one French sentence, and the numbers of files it is about."""

    text: str
    files: tuple[str, ...] = ()


def hindrances(edition: Edition) -> list[Hindrance]:
    """What is left to do before the authority decides; empty when it may."""
    found = []
    if edition.status not in SITTING:
        return [Hindrance("Le jury de cet appel n'a pas commencé.")]
    unread = Application.objects.deposited().filter(
        edition=edition,
        status__in=[
            ApplicationStatus.SUBMITTED,
            ApplicationStatus.ADMISSIBLE,
            ApplicationStatus.IN_REVIEW,
        ],
    )
    if edition.status == EditionStatus.JURY and unread.exists():
        found.append(Hindrance("Des dossiers ne sont pas encore évalués.", _numbers(unread)))
    before = Application.objects.filter(edition=edition, status=ApplicationStatus.REVIEWED)
    decided = pending_decisions(edition)
    bare = before.exclude(pk__in=decided.values("application"))
    if bare.exists():
        found.append(Hindrance("Des dossiers n'ont pas de proposition du jury.", _numbers(bare)))
    if not before.exists():
        found.append(Hindrance("Aucun dossier n'attend de décision."))
    unsigned = JurySession.objects.filter(
        pk__in=decided.values("session"),
    ).exclude(status=SessionStatus.SIGNED)
    found += [
        Hindrance(f"Le procès-verbal de la séance « {one.title} » n'est pas signé.")
        for one in unsigned
    ]
    money = money_of(edition)
    if money.reserved > money.amount:
        found.append(Hindrance("Le total des propositions dépasse l'enveloppe."))
    return found


def _numbers(files: QuerySet[Application]) -> tuple[str, ...]:
    return tuple(files.order_by("number").values_list("reference", flat=True))


def proposals_total(edition: Edition, user: "User | AnonymousUser") -> tuple[int, Decimal]:
    """How many files the jury proposes to fund, and for how much, of those that the person may know of."""
    known = files_of(edition, user).order_by()
    rows = pending_decisions(edition).filter(outcome=JuryOutcome.AWARD, application__in=known)
    total = Award.objects.filter(application__in=known, status=AwardStatus.PROPOSED).aggregate(
        total=Sum("reserved")
    )["total"]
    return rows.values("application").distinct().count(), total or Decimal(0)


def elapsed(started: datetime | None, ended: datetime | None, now: datetime) -> int | None:
    """Seconds spent on a file so far."""
    if started is None:
        return None
    return max(int(((ended or now) - started).total_seconds()), 0)


def is_recused_from(user: "User | AnonymousUser", session: JurySession) -> bool:
    """Whether a file of this session's agenda is hidden from the person."""
    return (
        bool(user.is_authenticated)
        and Interest.objects.filter(
            application__agenda__session=session, user=user.pk, recused=True
        ).exists()
    )
