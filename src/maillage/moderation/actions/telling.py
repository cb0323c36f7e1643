"""Letters of the room, in the caller's transaction. Links are absolute."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from maillage.accounts.actions import tell
from maillage.accounts.models import User
from maillage.core.letters.kinds import LetterKind
from maillage.core.letters.outbox import post
from maillage.core.models import Letter
from maillage.moderation.enums import Kind, State
from maillage.moderation.lib.keys import hash_of, new_key
from maillage.moderation.models import Contribution, ContributionKey
from maillage.moderation.notices import ARRIVED
from maillage.moderation.queries.scope import agents_of, seen_from, spaces_concerned, waiting
from maillage.spaces.models import Space

KEY_LIFE = timedelta(days=365)
_QUIET = timedelta(minutes=15)


def words_of(contribution: Contribution) -> dict[str, str]:
    """The values that every letter about a contribution may hold.

    A notice without an account is acknowledged to an address that nobody proved: words that a stranger
    typed are not sent there under our name.
    """
    is_typed = contribution.structure_id is None and contribution.contributor_id is None
    hidden = is_typed and contribution.kind == Kind.NOTICE
    return {
        "structure": f"votre signalement n° {contribution.pk}" if hidden else contribution.subject,
        "space": contribution.space.name,
        "kind": contribution.get_kind_display(),
    }


def give_key(contribution: Contribution, *, now: datetime) -> str:
    """A new key to the follow-up page; those given before stay good."""
    key = new_key()
    ContributionKey.objects.create(
        contribution=contribution, key_hash=hash_of(key), created_at=now, expires_at=now + KEY_LIFE
    )
    return key


def tell_contributor(
    contribution: Contribution,
    kind: LetterKind,
    values: dict[str, str],
    *,
    now: datetime,
    after: timedelta = timedelta(0),
) -> list[int]:
    """Write to who contributed: their account's inbox, or the address given, with a key of its own.

    Gives the letters written, none when nobody can be reached. They leave `after` a while.
    """
    said = words_of(contribution) | values
    if contribution.contributor is not None:
        path = reverse("moderation_account:one", args=[contribution.pk])
        letters = tell(
            [contribution.contributor],
            kind,
            said,
            now=now,
            link=f"{settings.BASE_URL}{path}",
            space_id=contribution.space_id,
        )
    elif contribution.email:
        path = reverse("moderation_follow:follow", args=[give_key(contribution, now=now)])
        letter = post(
            kind,
            to=contribution.email,
            values=said,
            now=now,
            space_id=contribution.space_id,
            link=f"{settings.BASE_URL}{path}",
        )
        letter.is_secret = True  # its link is a key
        letter.save(update_fields=["is_secret"])
        letters = [letter]
    else:
        return []
    ids = [letter.pk for letter in letters]
    if after:
        Letter.objects.filter(pk__in=ids).update(next_at=now + after)
    return ids


def tell_agents_of_arrival(contribution: Contribution, *, now: datetime) -> None:
    """One letter per agent and per quarter of an hour at most: a burst is told once."""
    for space in spaces_concerned(contribution):
        recent = seen_from(space).filter(verified_at__gt=now - _QUIET, state=State.OPEN)
        if recent.exclude(pk=contribution.pk).exists():
            continue
        number = seen_from(space).filter(waiting()).count()
        tell_agents(
            space, agents_of(space), contribution, ARRIVED, {"pending": str(number)}, now=now
        )


def tell_agents(
    space: Space,
    agents: list[User],
    contribution: Contribution,
    kind: LetterKind,
    values: dict[str, str],
    *,
    now: datetime,
) -> None:
    path = reverse("moderation:item", args=[space.slug, contribution.pk])
    said = words_of(contribution) | {"space": space.name} | values
    tell(agents, kind, said, now=now, link=f"{settings.BASE_URL}{path}", space_id=space.pk)
