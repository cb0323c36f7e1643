"""The queue of a space: what waits, in which order, and how much of each."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Q, QuerySet

from maillage.core.search.analysis import fold
from maillage.moderation.enums import DECIDED, PENDING, State
from maillage.moderation.lib.wording import lines_of, sector_labels
from maillage.moderation.models import Contribution
from maillage.moderation.queries.scope import seen_from, waiting
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.territories.queries import names_by_code

if TYPE_CHECKING:
    from maillage.accounts.models import User

PAGE_SIZE = 30
_LINES = 3


class Shelf(models.TextChoices):
    """States as an agent sorts them."""

    WAITING = "a-traiter", "À traiter"
    ASKED = "attente", "En attente de réponse"
    SNOOZED = "plus-tard", "Remises à plus tard"
    DONE = "closes", "Closes"
    ALL = "toutes", "Toutes"


@dataclass(frozen=True, slots=True)
class Search:
    """The state of the queue's page; `who` is `moi`, `personne` or a person's id."""

    q: str = ""
    shelf: str = Shelf.WAITING
    kind: str = ""
    trust: int | None = None
    commune: str = ""
    who: str = ""
    older_than: int = 0  # days
    page: int = 1


@dataclass(frozen=True, slots=True)
class Queue:
    """One page. `counts` are by shelf, whatever the other filters; `total` is that of the search."""

    rows: list[Contribution]
    counts: dict[str, int]
    total: int
    page: int
    pages: int


def _shelves(today: date) -> dict[str, Q]:
    return {
        Shelf.WAITING: waiting(today),
        Shelf.ASKED: Q(state=State.ASKED),
        Shelf.SNOOZED: Q(state=State.SNOOZED, snoozed_until__gt=today),
        Shelf.DONE: Q(state__in=[*DECIDED, State.WITHDRAWN]),
        Shelf.ALL: Q(),
    }


def _narrowed(search: Search, *, by: "User", now: datetime, today: date) -> Q:
    asked = _shelves(today)[search.shelf]
    if search.kind:
        asked &= Q(kind=search.kind)
    if search.trust is not None:
        asked &= Q(trust=search.trust)
    if search.commune:
        asked &= Q(municipality_code=search.commune)
    if search.older_than:
        asked &= Q(created_at__lt=now - timedelta(days=search.older_than))
    if search.who == "moi":
        asked &= Q(assigned_to=by)
    elif search.who == "personne":
        asked &= Q(assigned_to=None)
    elif search.who:
        asked &= Q(assigned_to=int(search.who))
    for word in search.q.split()[:6]:
        asked &= Q(subject__icontains=word) | Q(message__icontains=word) | Q(name__icontains=word)
    return asked


def _ordered(found: QuerySet[Contribution], shelf: str) -> QuerySet[Contribution]:
    """Oldest first while it waits, latest decision first once closed."""
    if shelf == Shelf.DONE:
        return found.order_by("-decided_at", "-pk")
    return found.order_by("created_at", "pk")


def queue_page(space: Space, search: Search, *, by: "User", now: datetime, today: date) -> Queue:
    """Two queries: every count, then the rows of the page with their people; a third for sectors, if any."""
    scope = seen_from(space)
    asked = _narrowed(search, by=by, now=now, today=today)
    counts = scope.aggregate(
        total=Count("pk", filter=asked) if asked else Count("pk"),
        **{
            f"shelf_{index}": Count("pk", filter=condition) if condition else Count("pk")
            for index, condition in enumerate(_shelves(today).values())
        },
    )
    total = counts["total"]
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(search.page, 1), pages)
    start = (page - 1) * PAGE_SIZE
    # Sorted on keys alone: the wide rows are read for the page only.
    shown = _ordered(scope.filter(asked), search.shelf).values("pk")[start : start + PAGE_SIZE]
    rows = _ordered(Contribution.objects.filter(pk__in=shown), search.shelf).select_related(
        "space", "structure", "contributor", "assigned_to", "decided_by"
    )
    names = names_by_code()
    found = list(rows)
    sectors = _sectors(found)
    for row in found:
        row.commune = names.get(row.municipality_code, "")  # type: ignore[attr-defined]
        lines = lines_of(row.fields, row.seen, sectors)
        row.lines, row.more = lines[:_LINES], max(0, len(lines) - _LINES)  # type: ignore[attr-defined]
    shelves = {str(shelf): counts[f"shelf_{index}"] for index, shelf in enumerate(_shelves(today))}
    return Queue(found, shelves, total, page, pages)


def _sectors(rows: list[Contribution]) -> dict[str, str]:
    """Labels of the sectors that these rows propose; one query when there are."""
    return sector_labels({row.fields.get("sector", "") for row in rows})


def next_in(
    space: Space, search: Search, after: Contribution, *, by: "User", now: datetime, today: date
) -> int | None:
    """Id of the contribution that follows `after` in this search, else of the first; None when empty."""
    asked = _narrowed(search, by=by, now=now, today=today)
    found = _ordered(seen_from(space).filter(asked).exclude(pk=after.pk), search.shelf)
    later = found.filter(
        Q(created_at__gt=after.created_at) | Q(created_at=after.created_at, pk__gt=after.pk)
    )
    return (later.values_list("pk", flat=True).first()) or found.values_list(
        "pk", flat=True
    ).first()


def communes_of(space: Space) -> list[tuple[str, str]]:
    """(INSEE code, name) of the communes of the perimeter, by name."""
    names = names_by_code()
    pairs = [(code, names.get(code, code)) for code in perimeter_codes(space)]
    return sorted(pairs, key=lambda pair: (fold(pair[1]), pair[0]))


def is_pending(contribution: Contribution) -> bool:
    return contribution.state in PENDING
