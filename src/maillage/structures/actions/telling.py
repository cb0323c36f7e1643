"""Letters about who keeps a page, to the right people, in the caller's transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from maillage.accounts.actions import tell
from maillage.accounts.models import User
from maillage.core.letters.kinds import LetterKind
from maillage.structures.models import Structure
from maillage.structures.queries.people import administrators_of, teams_of


def link_to(name: str, *args: object) -> str:
    """Absolute address of a page."""
    return f"{settings.BASE_URL}{reverse(name, args=args)}"


def tell_people(
    people: Iterable[User],
    kind: LetterKind,
    structure: Structure,
    *,
    now: datetime,
    link: str = "",
    **values: object,
) -> None:
    """`link` is that of the structure's page for its keepers, unless given."""
    link = link or (link_to("member:home", structure.pk) if kind.button else "")
    tell(people, kind, {"structure": structure.name, **values}, now=now, link=link)


def tell_administrators(
    structure: Structure,
    kind: LetterKind,
    *,
    now: datetime,
    but: Iterable[User] = (),
    link: str = "",
    **values: object,
) -> None:
    left_out = {user.pk for user in but}
    people = [
        one.user
        for one in administrators_of(structure).order_by("pk")
        if one.user_id not in left_out
    ]
    tell_people(people, kind, structure, now=now, link=link, **values)


def tell_agents(
    structure: Structure,
    kind: LetterKind,
    *,
    now: datetime,
    page: str,
    key: int,
    but: User | None = None,
    values: Mapping[str, object],
) -> None:
    """To the agents of every space that shows the structure; `page` is a management address of `key`."""
    told: set[int] = set()
    for space, team in teams_of(structure):
        people = [user for user in team if user.pk not in told and user != but]
        told.update(user.pk for user in people)
        tell(
            people,
            kind,
            {"structure": structure.name, "space": space.name, **values},
            now=now,
            link=link_to(page, space.slug, key),
            space_id=space.pk,
        )
