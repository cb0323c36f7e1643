"""What the people of the demonstration receive, follow and send. No letter ever leaves to their addresses."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from maillage.accounts.actions import tell
from maillage.accounts.models import User
from maillage.core.models import Letter
from maillage.directory.actions.searches import save_search
from maillage.directory.lib.criteria import DirectoryFilters
from maillage.notices.actions.issues import new_issue, save_issue
from maillage.notices.lib.wording import newsletter_wording
from maillage.notices.models import Follow, Issue, IssueDelivery, Subscription
from maillage.notices.notices import ISSUE, NEWS
from maillage.notices.queries.news import last_line
from maillage.spaces.models import Space
from maillage.structures.models import Structure, Term

_SUBSCRIBERS = 64
_NEWS = (
    "• {one}\n  – nouveaux horaires",
    "• {one}\n  – nouveau contact : téléphone\n\n• {two}\n  – présentation mise à jour",
    "• {one}\n  – entre dans l'annuaire",
)


def fill_boxes(spaces: list[Space], people: Mapping[str, User], *, now: datetime) -> None:
    """Call it once the directory is written. Letters are marked as sent long ago: none waits for a worker."""
    space = next(one for one in spaces if one.slug == "est-ensemble")
    structures = list(Structure.objects.published().in_space(space).order_by("name")[:40])
    _news(space, structures, people, now)
    _follows(space, structures, people, now)
    _newsletter(space, people["agent"], now)


def _news(
    space: Space, structures: list[Structure], people: Mapping[str, User], now: datetime
) -> None:
    for rank, user in enumerate(people.values()):
        for night, text in reversed(list(enumerate(_NEWS))):
            at = now - timedelta(days=2 + 5 * night + rank, hours=4)
            first = 7 * rank + night
            one, two = (structures[place % len(structures)] for place in (first, first + 3))
            news = text.format(one=one.name, two=two.name)
            values = {"space": space.name, "news": news}
            letters = tell([user], NEWS, values, now=at, space_id=space.pk)
            _sent(letters, at, is_read=night > 0)


def _sent(letters: list[Letter], at: datetime, *, is_read: bool = False) -> None:
    Letter.objects.filter(pk__in=[letter.pk for letter in letters]).update(
        status=Letter.Status.SENT,
        attempts=1,
        sent_at=at + timedelta(minutes=1),
        read_at=at + timedelta(hours=6) if is_read else None,
    )


def _follows(
    space: Space, structures: list[Structure], people: Mapping[str, User], now: datetime
) -> None:
    food = Term.objects.filter(axis="sector", parent=None).order_by("position").first()
    commune = space.perimeter.order_by("municipality_code").values_list(
        "municipality_code", flat=True
    )[0]
    until = last_line(now + timedelta(days=1))
    for rank, user in enumerate(people.values()):
        at = now - timedelta(days=20 + rank)
        common = {"user": user, "space": space, "created_at": at, "told_until": until}
        Follow.objects.create(structure=structures[rank], **common)
        Follow.objects.create(municipality_code=commune, **common)
        if food:
            Follow.objects.create(term=food, **common)
    for key in ("membre", "porteur"):
        wanted = DirectoryFilters.only("commune", commune)
        save_search(space, wanted, "Autour de chez moi", by=people[key], now=now)


def _newsletter(space: Space, agent: User, now: datetime) -> None:
    """One issue that left ten days ago, one in preparation."""
    then = now - timedelta(days=10)
    people = Subscription.objects.bulk_create(
        Subscription(
            space=space,
            email=f"abonne{number}@lettre.maillage.example",
            key_hash=f"demo-{number}",
            wording=newsletter_wording(space.name),
            asked_at=then - timedelta(days=number),
            expires_at=then,
            confirmed_at=then - timedelta(days=number),
        )
        for number in range(1, _SUBSCRIBERS + 1)
    )
    first = new_issue(space, by=agent, now=then)
    words = (
        "Bonjour,\n\nvoici notre première lettre : les structures qui nous ont rejoints, celles qui ont obtenu "
        "un label, et ce que les unes cherchent et que les autres proposent.\n\nBonne lecture !"
    )
    kept = list(first.items.all())
    save_issue(first, first.title, words, kept, seen=first.version, by=agent, now=then)
    Issue.objects.filter(pk=first.pk).update(
        state=Issue.State.SENT, number=1, send_at=then, sent_at=then
    )
    letters = Letter.objects.bulk_create(
        Letter(
            kind=ISSUE.code,
            space_id=space.pk,
            to=one.email,
            subject=first.title,
            body=space.name,
            status=Letter.Status.SENT if rank % 31 else Letter.Status.REFUSED,
            error="" if rank % 31 else "550 5.1.1 user unknown",
            attempts=1,
            created_at=then,
            sent_at=then if rank % 31 else None,
        )
        for rank, one in enumerate(people)
    )
    IssueDelivery.objects.bulk_create(
        IssueDelivery(issue=first, subscription=one, letter=letter)
        for one, letter in zip(people, letters, strict=True)
    )
    new_issue(space, by=agent, now=now)
