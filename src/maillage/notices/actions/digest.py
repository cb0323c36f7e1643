"""One letter for all that was held back for a person. Each held letter goes in one digest, whatever dies meanwhile."""

from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from maillage.accounts.models import Preference, User
from maillage.core.letters import stop
from maillage.core.letters.outbox import Recipient, post_many
from maillage.core.models import Letter
from maillage.notices.lib.keys import ALL
from maillage.notices.notices import DIGEST

MOST = 40
_EXTRACT = 240


class Rival(Exception):  # noqa: N818
    """Another process sends the same letters in its own digest."""


class Done(NamedTuple):
    people: int
    letters: int


def send_digests(*, weekly: bool, now: datetime) -> Done:
    """A person at a time, each in one transaction: killed anywhere, the next run goes on."""
    people = letters = 0
    for user_id in list(_held(weekly=weekly).order_by().values_list("user", flat=True).distinct()):
        if user_id is None:
            continue
        try:
            count = _digest(user_id, weekly=weekly, now=now)
        except Rival:
            continue
        people, letters = people + bool(count), letters + count
    return Done(people, letters)


def _held(*, weekly: bool) -> QuerySet[Letter]:
    """Held letters whose person now wants them weekly, or not weekly: a rhythm may have changed since."""
    wants_weekly = Exists(
        Preference.objects.filter(
            user=OuterRef("user"),
            category=OuterRef("category"),
            rhythm=Preference.Rhythm.WEEKLY,
        )
    )
    held = Letter.objects.filter(status=Letter.Status.HELD)
    return held.filter(wants_weekly) if weekly else held.exclude(wants_weekly)


@transaction.atomic
def _digest(user_id: int, *, weekly: bool, now: datetime) -> int:
    user = User.objects.get(pk=user_id)
    letters = list(_held(weekly=weekly).filter(user=user).order_by("id"))
    taken = Letter.objects.filter(
        pk__in=[letter.pk for letter in letters], status=Letter.Status.HELD
    )
    goes = user.is_active and user.erased_at is None
    after = Letter.Status.SENT if goes else Letter.Status.SILENT
    if taken.update(status=after, sent_at=now if goes else None) != len(letters):
        raise Rival
    if not letters or not goes:
        return 0
    count = len(letters)
    one = Recipient(
        to=user.email,
        user_id=user.pk,
        values={
            "person": str(user),
            "count": f"{count} message{'s' if count > 1 else ''}",
            "messages": "\n\n".join(_lines(letters)),
        },
        link=f"{settings.BASE_URL}{reverse('inbox:list')}",
        headers=stop.headers_for(user.pk, ALL),
    )
    [digest] = post_many(DIGEST, [one], now=now)
    Letter.objects.filter(pk=digest.pk).update(read_at=now)  # it repeats what the box holds
    return count


def _lines(letters: list[Letter]) -> list[str]:
    lines = []
    for letter in letters[:MOST]:
        text = " ".join(letter.body.split())
        extract = text if len(text) <= _EXTRACT else f"{text[:_EXTRACT].rsplit(' ', 1)[0]}…"
        lines.append(
            "\n".join(part for part in (f"• {letter.subject}", extract, letter.link) if part)
        )
    if len(letters) > MOST:
        lines.append(f"… et {len(letters) - MOST} autres, dans vos messages.")
    return lines
