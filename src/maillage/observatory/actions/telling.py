"""Letters about declared needs, in the caller's transaction. Links are absolute."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from maillage.accounts.actions import tell
from maillage.core.letters.kinds import LetterKind
from maillage.core.letters.outbox import post
from maillage.core.models import Letter
from maillage.moderation.queries.scope import agents_of
from maillage.observatory.enums import DeclaredState
from maillage.observatory.models import DeclaredNeed
from maillage.observatory.notices import ARRIVED
from maillage.observatory.queries.saying import Words

_QUIET = timedelta(hours=12)


def words_of(declared: DeclaredNeed) -> dict[str, str]:
    """What every letter about a declared need may hold: labels of closed lists, nothing typed."""
    words = Words(declared.space)
    commune = words.communes.get(declared.municipality_code, declared.municipality_code)
    return {"label": words.need(declared.need_code), "place": commune, "space": declared.space.name}


def link_of(declared: DeclaredNeed) -> str:
    path = reverse("declared:one", args=[declared.space.slug, declared.pk])
    return f"{settings.BASE_URL}{path}"


def tell_author(
    declared: DeclaredNeed,
    kind: LetterKind,
    values: dict[str, str],
    *,
    now: datetime,
    link: str = "",
    after: timedelta = timedelta(0),
) -> list[int]:
    """Write to who said it, by their account or the address given; the letters, none when nobody can be reached."""
    said = words_of(declared) | values
    if declared.author is not None:
        letters = tell(
            [declared.author], kind, said, now=now, link=link, space_id=declared.space_id
        )
    elif declared.email:
        letters = [
            post(
                kind,
                to=declared.email,
                values=said,
                now=now,
                link=link,
                space_id=declared.space_id,
            )
        ]
    else:
        return []
    ids = [letter.pk for letter in letters]
    if after:
        Letter.objects.filter(pk__in=ids).update(next_at=now + after)
    return ids


def tell_agents(declared: DeclaredNeed, *, now: datetime) -> None:
    """One letter per agent when something waits again: a burst is told once."""
    waiting = DeclaredNeed.objects.filter(
        space=declared.space, state=DeclaredState.WAITING, said_at__gt=now - _QUIET
    )
    if waiting.exclude(pk=declared.pk).exists():
        return
    path = reverse("files:declared", args=[declared.space.slug])
    tell(
        agents_of(declared.space),
        ARRIVED,
        words_of(declared),
        now=now,
        link=f"{settings.BASE_URL}{path}",
        space_id=declared.space_id,
    )
