"""Call the members of a jury to a session, by letter; and open the screen of the room."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from maillage.accounts.actions import tell
from maillage.accounts.models import User
from maillage.calls.actions.jury.holding import S, held, must_be, write
from maillage.calls.lib.room_key import kept, new_key
from maillage.calls.lib.words import long_instant
from maillage.calls.models import JurySession
from maillage.calls.notices.jury import CONVENED
from maillage.calls.queries.jury import seats_of


@transaction.atomic
def convene(session: JurySession, *, by: User, now: datetime, version: int) -> int:
    """One letter each, at once; how many were written. Called again, it writes again (another hour, another place)."""
    mine = held(session, by=by, version=version)
    must_be(mine, S.PREPARED)
    space = mine.edition.space
    path = reverse("reviews:session", args=[space.slug, mine.pk])
    letters = tell(
        [seat.juror.user for seat in seats_of(mine)],
        CONVENED,
        {
            "call": mine.edition.title,
            "title": mine.title,
            "when": long_instant(mine.starts_at),
            "place": mine.place or mine.video_url or "à préciser",
            "quorum": f"{mine.quorum} présent{'s' if mine.quorum > 1 else ''}",
            "space": space.name,
        },
        now=now,
        link=f"{settings.BASE_URL}{path}",
        space_id=space.pk,
    )
    mine.convened_at = now
    write(mine, "jury_convened", by=by, now=now, lettres=len(letters))
    return len(letters)


@transaction.atomic
def open_screen(session: JurySession, *, by: User, now: datetime) -> str:
    """A new secret for the projector; the one before stops working. Returns it, once: only its print is kept."""
    mine = held(session, by=by)
    must_be(mine, S.PREPARED, S.OPEN, S.SUSPENDED)
    key = new_key()
    mine.live = kept(key, now)
    write(mine, "jury_screen_opened", by=by, now=now)
    return key


@transaction.atomic
def close_screen(session: JurySession, *, by: User, now: datetime) -> None:
    mine = held(session, by=by)
    mine.live = {}
    write(mine, "jury_screen_closed", by=by, now=now)
