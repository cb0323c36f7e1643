"""Follow, stop following, and tell each night what changed."""

from collections import defaultdict
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from maillage.accounts.actions import tell
from maillage.accounts.models import User
from maillage.notices.models import Follow
from maillage.notices.notices import NEWS
from maillage.notices.queries.follow import Target, followed
from maillage.notices.queries.news import OF_A_PLACE, Facts, facts_between, last_line
from maillage.spaces.models import Space
from maillage.spaces.permissions import can_see
from maillage.spaces.queries import perimeter_codes
from maillage.structures.enums import State

MOST = 300  # things one person follows
_MOST_LINES = 60


class TooManyError(Exception):
    """The message is a French sentence."""


@transaction.atomic
def follow(target: Target, *, by: User, now: datetime, space: Space) -> Follow:
    """News from now on; following twice changes nothing."""
    User.objects.select_for_update().get(pk=by.pk)
    known = Follow.objects.filter(user=by, space=space, **target.key).first()
    if known:
        return known
    if Follow.objects.filter(user=by).count() >= MOST:
        raise TooManyError(
            f"Vous suivez déjà {MOST} pages : arrêtez-en une pour suivre celle-ci, ou suivez un secteur."
        )
    return Follow.objects.create(
        user=by, space=space, created_at=now, told_until=last_line(now), **target.key
    )


def unfollow(kind: str, value: str, *, by: User, space: Space) -> bool:
    """What has left the directory can be left too."""
    gone, _ = followed(by, space, kind, value).delete()
    return bool(gone)


def tell_news(now: datetime) -> int:
    """One letter for each person and space; the number of letters.

    A person at a time: their letter and the mark of how far they were told are one transaction.
    Killed anywhere, the next run tells the others.
    """
    until = last_line(now)
    behind = Follow.objects.filter(told_until__lt=until)
    after = behind.order_by("told_until").values_list("told_until", flat=True).first()
    if after is None:
        return 0
    facts = facts_between(after, until)
    pairs = behind.order_by("user", "space").values_list("user", "space").distinct()
    return sum(_tell(user, space, after, until, facts, now) for user, space in list(pairs))


@transaction.atomic
def _tell(
    user_id: int, space_id: int, after: int, until: int, known: dict[int, Facts], now: datetime
) -> int:
    rows = list(
        Follow.objects.select_for_update()
        .filter(user=user_id, space=space_id, told_until__lt=until)
        .order_by("pk")
    )
    if not rows:
        return 0
    user, space = User.objects.get(pk=user_id), Space.objects.get(pk=space_id)
    lines: dict[int, list[str]] = defaultdict(list)
    for told_until in {row.told_until for row in rows}:
        # Most were told the same night: what was read once for all serves them.
        facts = known if told_until == after else facts_between(told_until, until)
        for row in rows:
            if row.told_until == told_until:
                _gather(row, facts, perimeter_codes(space), lines)
    Follow.objects.filter(pk__in=[row.pk for row in rows]).update(told_until=until)
    if not lines or not can_see(user, space):
        return 0
    news = ["\n".join([words[0], *dict.fromkeys(words[1:])]) for words in lines.values()]
    if len(news) > _MOST_LINES:
        news = [*news[:_MOST_LINES], f"… et {len(news) - _MOST_LINES} autres structures."]
    values = {"space": space.name, "news": "\n\n".join(news)}
    link = f"{settings.BASE_URL}{reverse('inbox:follows')}"
    return len(tell([user], NEWS, values, now=now, link=link, space_id=space.pk))


def _gather(
    row: Follow, facts: dict[int, Facts], perimeter: frozenset[str], lines: dict[int, list[str]]
) -> None:
    for number, one in facts.items():
        if row.structure_id == number:
            told = list(one.told.values())
        elif row.structure_id is None and one.communes & perimeter and _is_about(row, one):
            told = [words for kind, words in one.told.items() if kind in OF_A_PLACE]
        else:
            continue
        if told:
            lines[number] = lines[number] or [_title(one, row)]
            lines[number] += [f"  – {words}" for words in told]


def _is_about(row: Follow, facts: Facts) -> bool:
    return row.term_id in facts.terms or row.municipality_code in facts.communes


def _title(facts: Facts, row: Follow) -> str:
    structure = facts.structure
    if structure.state != State.ACTIVE:
        return f"• {structure.name}"
    path = reverse("directory:structure", args=[row.space.slug, structure.slug])
    return f"• {structure.name}\n  {settings.BASE_URL}{path}"
