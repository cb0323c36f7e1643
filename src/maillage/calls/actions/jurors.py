"""People of the jury of an edition: named, changed, gone."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from maillage.accounts.actions import open_account, tell
from maillage.accounts.models import User
from maillage.accounts.notices import send_invitation
from maillage.calls.actions.handing import link_to_readings, replace_reader, take_away
from maillage.calls.actions.interests import look
from maillage.calls.enums import ReviewStatus
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Edition, Juror, Review
from maillage.calls.notices.reviews import NAMED
from maillage.core import journal
from maillage.spaces.actions import grant_role, revoke_role
from maillage.spaces.models import Role


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a juror is for one edition; `skills` are codes of its themes."""

    title: str = ""
    organisation: str = ""
    skills: tuple[str, ...] = ()
    load_max: int | None = None
    reads: bool = True
    votes: bool = True
    is_elected: bool = False


@transaction.atomic
def name_juror(
    edition: Edition, *, email: str, name: str, profile: Profile, by: User, now: datetime
) -> Juror:
    """Name the person of this address, whose account is opened when there is none; a letter tells them.

    Who has a role in the space keeps it. One who had left comes back. Raises `StepRefused` when they are there already.
    """
    user = open_account(email, name=name, by=by, now=now)
    known = Juror.objects.filter(edition=edition, user=user).first()
    if known is not None and known.left_at is None:
        raise StepRefused("Cette personne est déjà dans le jury.")
    if not Role.objects.filter(space=edition.space, user=user).exists():
        grant_role(edition.space, user, Role.Kind.JUROR, by=by, now=now)
    juror = known or Juror(edition=edition, user=user)
    _write(juror, edition, profile)
    juror.left_at, juror.invited_at = None, now
    juror.save()
    _record("juror_named", edition, juror, by=by, now=now)
    look(edition, [user.pk], now=now)
    if user.last_login is None and not user.has_usable_password():
        transaction.on_commit(
            lambda: send_invitation(user, place=edition.space.name, inviter=str(by))
        )
    tell(
        [user],
        NAMED,
        {"call": edition.title, "space": edition.space.name},
        now=now,
        link=link_to_readings(edition),
        space_id=edition.space_id,
    )
    return juror


@transaction.atomic
def change_juror(juror: Juror, *, profile: Profile, by: User, now: datetime) -> None:
    """What they know, how much they take, what they do. Who no longer reads gives back what is not begun."""
    _write(juror, juror.edition, profile)
    juror.save()
    _record("juror_changed", juror.edition, juror, by=by, now=now)
    look(juror.edition, [juror.user_id], now=now)
    if not juror.reads:
        _free(juror, (ReviewStatus.ASSIGNED,), by=by, now=now)


@transaction.atomic
def leave_jury(juror: Juror, *, reason: str, by: User, now: datetime) -> int:
    """They leave: what they handed in counts, the rest goes to others; the number of readings freed."""
    held = Juror.objects.select_for_update(of=("self",)).get(pk=juror.pk)
    if held.left_at is not None:
        raise StepRefused("Cette personne a déjà quitté le jury.")
    held.left_at = now
    held.save(update_fields=["left_at"])
    _record("juror_left", juror.edition, held, by=by, now=now, reason=reason.strip()[:300])
    unfinished = (ReviewStatus.ASSIGNED, ReviewStatus.DRAFT, ReviewStatus.REOPENED)
    freed = _free(held, unfinished, by=by, now=now)
    space = juror.edition.space
    elsewhere = Juror.objects.filter(user=held.user_id, edition__space=space, left_at=None)
    role = Role.objects.filter(space=space, user=held.user_id, kind=Role.Kind.JUROR)
    if role.exists() and not elsewhere.exists():
        revoke_role(space, held.user, by=by, now=now)
    return freed


def _free(juror: Juror, statuses: tuple[str, ...], *, by: User, now: datetime) -> int:
    rows = list(
        Review.objects.filter(juror=juror, status__in=statuses).select_related(
            "application__edition__space", "juror"
        )
    )
    for one in rows:
        take_away(one, by=by, now=now)
    for one in rows:
        replace_reader(one.application, gone=juror, now=now)
    return len(rows)


def _write(juror: Juror, edition: Edition, profile: Profile) -> None:
    themes = {one["code"] for one in edition.themes}
    unknown = set(profile.skills) - themes
    if unknown:
        raise StepRefused("Choisissez les thèmes dans la liste de cet appel.")
    juror.title, juror.organisation = profile.title, profile.organisation
    juror.skills, juror.load_max = sorted(profile.skills), profile.load_max
    juror.reads, juror.votes, juror.is_elected = profile.reads, profile.votes, profile.is_elected


def _record(
    act: str, edition: Edition, juror: Juror, *, by: User, now: datetime, reason: str = ""
) -> None:
    journal.record(
        act,
        edition,
        by=by,
        at=now,
        changes={"juror": juror.pk},
        reason=reason,
        space_id=edition.space_id,
    )
