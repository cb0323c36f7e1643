"""A session from its preparation to its closing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from maillage.accounts.models import User
from maillage.calls.enums import Presence, SessionStatus
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import AgendaItem, Application, Edition, Juror, JurySession, Seat
from maillage.calls.queries.jury import SITTING, files_of, may_record, seats_of, voters
from maillage.core import journal

STALE = "Une autre personne vient de modifier cette séance : relisez, puis recommencez."
S = SessionStatus


@dataclass(frozen=True)
class SessionPlan:
    """What the secretary types. `jurors` are numbers of `Juror` of the edition."""

    title: str
    starts_at: datetime
    quorum: int
    jurors: tuple[int, ...]
    place: str = ""
    video_url: str = ""


def held(session: JurySession, *, by: User, version: int | None = None) -> JurySession:
    """The session, locked. Raises `StepRefused` when `by` may not hold it, or saw another version."""
    locked = (
        JurySession.objects.select_for_update(of=("self",))
        .select_related("edition__space", "edition__envelope")
        .get(pk=session.pk)
    )
    verdict = may_record(by, locked.edition)
    if not verdict:
        raise StepRefused(verdict.reason)
    if version is not None and version != locked.version:
        raise StepRefused(STALE)
    return locked


def must_be(session: JurySession, *statuses: str) -> None:
    if session.status not in statuses:
        shown = session.get_status_display()
        raise StepRefused(f"La séance est {shown} : ce n'est pas possible maintenant.")


def write(session: JurySession, act: str, *, by: User, now: datetime, **changes: object) -> None:
    """Keep the session and its line in the journal."""
    session.version += 1
    session.save()
    journal.record(
        act,
        session,
        by=by,
        at=now,
        changes=changes,
        space_id=session.edition.space_id,
    )


@transaction.atomic
def create_session(edition: Edition, plan: SessionPlan, *, by: User, now: datetime) -> JurySession:
    """Prepared, with its members called; the agenda is laid afterwards. Raises `StepRefused`."""
    verdict = may_record(by, edition)
    if not verdict:
        raise StepRefused(verdict.reason)
    if edition.status not in SITTING:
        raise StepRefused("Le jury de cet appel n'a pas commencé : commencez-le d'abord.")
    session = JurySession(edition=edition, created_by=by)
    _plan(session, plan)
    session.save()
    _call(session, plan.jurors)
    journal.record("jury_session_created", session, by=by, at=now, space_id=edition.space_id)
    return session


@transaction.atomic
def change_session(
    session: JurySession, plan: SessionPlan, *, by: User, now: datetime, version: int
) -> JurySession:
    """Until it opens. Members who leave the list lose their seat."""
    mine = held(session, by=by, version=version)
    must_be(mine, S.PREPARED)
    _plan(mine, plan)
    _call(mine, plan.jurors)
    write(mine, "jury_session_changed", by=by, now=now)
    return mine


def _plan(session: JurySession, plan: SessionPlan) -> None:
    if not plan.title.strip():
        raise StepRefused("Donnez un titre à la séance.")
    if plan.quorum < 1:
        raise StepRefused("Le quorum est d'une personne au moins.")
    session.title, session.starts_at = plan.title.strip(), plan.starts_at
    session.quorum, session.place, session.video_url = plan.quorum, plan.place, plan.video_url


def _call(session: JurySession, wanted: tuple[int, ...]) -> None:
    jurors = list(
        Juror.objects.filter(edition=session.edition, pk__in=wanted, left_at=None, votes=True)
    )
    if not jurors:
        raise StepRefused("Convoquez au moins un membre du jury.")
    if session.quorum > len(jurors):
        raise StepRefused(
            f"Le quorum ({session.quorum}) dépasse le nombre de membres convoqués ({len(jurors)})."
        )
    session.seats.exclude(juror__in=jurors).delete()
    known = set(session.seats.values_list("juror", flat=True))
    Seat.objects.bulk_create(
        Seat(session=session, juror=juror) for juror in jurors if juror.pk not in known
    )


@transaction.atomic
def set_presence(
    session: JurySession, said: Mapping[int, str], *, by: User, now: datetime, version: int
) -> JurySession:
    """Who is there, by number of seat. During the session, an arrival or a departure is dated.

    Nobody leaves an open session under its quorum: suspend it first. Raises `StepRefused`.
    """
    mine = held(session, by=by, version=version)
    must_be(mine, S.PREPARED, S.OPEN, S.SUSPENDED)
    seats = seats_of(mine)
    for seat in seats:
        value = said.get(seat.pk, seat.presence)
        if value not in Presence.values:
            raise StepRefused("Choisissez une présence dans la liste.")
        if value == seat.presence:
            continue
        if value == Presence.PRESENT:
            seat.came_at, seat.left_at = seat.came_at or now, None
        elif seat.presence == Presence.PRESENT:
            seat.left_at = now
        seat.presence = value
        seat.save()
    if mine.status == S.OPEN and len(voters(seats)) < mine.quorum:
        raise StepRefused(
            f"Le quorum ne serait plus atteint ({len(voters(seats))} sur {mine.quorum}) : suspendez "
            "d'abord la séance."
        )
    write(mine, "jury_presence", by=by, now=now, présents=len(voters(seats)))
    return mine


@transaction.atomic
def open_session(session: JurySession, *, by: User, now: datetime, version: int) -> JurySession:
    """Refused under the quorum, with the count; and without an agenda."""
    mine = held(session, by=by, version=version)
    must_be(mine, S.PREPARED)
    if mine.edition.status not in SITTING:
        raise StepRefused("Le jury de cet appel n'est pas en cours.")
    _check_quorum(mine)
    if not mine.agenda.exists():
        raise StepRefused("L'ordre du jour est vide : mettez-y des dossiers avant d'ouvrir.")
    mine.status, mine.opened_at = S.OPEN, now
    write(mine, "jury_session_opened", by=by, now=now, présents=len(voters(seats_of(mine))))
    return mine


def _check_quorum(session: JurySession) -> None:
    here = len(voters(seats_of(session)))
    if here < session.quorum:
        raise StepRefused(
            f"Le quorum n'est pas atteint : {here} présent{'s' if here > 1 else ''} sur "
            f"{session.quorum} au moins. La séance ne peut pas être ouverte."
        )


@transaction.atomic
def suspend(session: JurySession, *, by: User, now: datetime, version: int) -> JurySession:
    mine = held(session, by=by, version=version)
    must_be(mine, S.OPEN)
    mine.status = S.SUSPENDED
    write(mine, "jury_session_suspended", by=by, now=now)
    return mine


@transaction.atomic
def resume(session: JurySession, *, by: User, now: datetime, version: int) -> JurySession:
    mine = held(session, by=by, version=version)
    must_be(mine, S.SUSPENDED)
    _check_quorum(mine)
    mine.status = S.OPEN
    write(mine, "jury_session_resumed", by=by, now=now)
    return mine


@transaction.atomic
def close(
    session: JurySession, *, remarks: str = "", by: User, now: datetime, version: int
) -> JurySession:
    """The file under discussion ends with it; `remarks` go to the minutes."""
    mine = held(session, by=by, version=version)
    must_be(mine, S.OPEN, S.SUSPENDED)
    mine.agenda.filter(started_at__isnull=False, ended_at=None).update(ended_at=now)
    mine.status, mine.closed_at, mine.remarks = S.CLOSED, now, remarks.strip()[:4000]
    mine.live = {}
    write(mine, "jury_session_closed", by=by, now=now)
    return mine


@transaction.atomic
def start_file(
    session: JurySession, application: Application, *, by: User, now: datetime
) -> AgendaItem:
    """The clock of this file runs; that of the one before stops. Raises `StepRefused` for who is recused of it."""
    mine = held(session, by=by)
    must_be(mine, S.OPEN)
    item = item_of(mine, application, by)
    mine.agenda.filter(started_at__isnull=False, ended_at=None).exclude(pk=item.pk).update(
        ended_at=now
    )
    AgendaItem.objects.filter(pk=item.pk).update(started_at=item.started_at or now, ended_at=None)
    JurySession.objects.filter(pk=mine.pk).update(version=F("version") + 1)
    item.refresh_from_db()
    return item


@transaction.atomic
def end_file(
    session: JurySession, application: Application, *, by: User, now: datetime
) -> AgendaItem:
    mine = held(session, by=by)
    must_be(mine, S.OPEN, S.SUSPENDED)
    item = item_of(mine, application, by)
    if item.started_at is None:
        raise StepRefused("Ce dossier n'a pas été abordé.")
    item.ended_at = now
    item.save(update_fields=["ended_at"])
    JurySession.objects.filter(pk=mine.pk).update(version=F("version") + 1)
    return item


def item_of(session: JurySession, application: Application, by: User) -> AgendaItem:
    """The file in the agenda, for who may know of it. Raises `StepRefused`."""
    item = session.agenda.filter(
        application__in=files_of(session.edition, by).filter(pk=application.pk)
    ).first()
    if item is None:
        raise StepRefused(
            "Ce dossier n'est pas à l'ordre du jour, ou vous en êtes récusé : une autre personne doit le consigner."
        )
    return item
