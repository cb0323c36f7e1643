"""Declared needs as agents sort them."""

from dataclasses import dataclass

from django.db import models
from django.db.models import Count, Q
from django.http import Http404

from maillage.observatory.enums import DeclaredState
from maillage.observatory.models import DeclaredNeed
from maillage.observatory.queries.declared import with_echoes
from maillage.observatory.queries.saying import Words
from maillage.spaces.models import Space

PAGE_SIZE = 30


class Tab(models.TextChoices):
    WAITING = "a-lire", "À lire"
    PUBLISHED = "publies", "Publiés"
    ANSWERED = "reponses", "Avec une réponse"
    REFUSED = "refuses", "Refusés"
    MERGED = "reunis", "Réunis"


STATE_OF = {
    Tab.WAITING: DeclaredState.WAITING,
    Tab.PUBLISHED: DeclaredState.PUBLISHED,
    Tab.ANSWERED: DeclaredState.ANSWERED,
    Tab.REFUSED: DeclaredState.REFUSED,
    Tab.MERGED: DeclaredState.MERGED,
}


@dataclass(frozen=True, slots=True)
class Search:
    """`need` None: every need; empty: those that no need of the catalogue fits."""

    tab: str = Tab.WAITING
    need: str | None = None
    commune: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Queue:
    """`counts` are by tab, whatever the filters; `total` is that of the search."""

    rows: list[DeclaredNeed]
    counts: dict[str, int]
    total: int
    page: int
    pages: int


def waiting_count(space: Space) -> int:
    """One query: it is on every page of the agents."""
    return DeclaredNeed.objects.filter(space=space, state=DeclaredState.WAITING).count()


def _asked(search: Search) -> Q:
    asked = Q(state=STATE_OF[Tab(search.tab)])
    if search.need is not None:
        asked &= Q(need_code=search.need)
    if search.commune:
        asked &= Q(municipality_code=search.commune)
    return asked


def queue_page(space: Space, search: Search) -> Queue:
    """The oldest first while they wait, the latest decision first afterwards. Three queries."""
    mine = DeclaredNeed.objects.filter(space=space)
    by_state = dict(mine.order_by().values_list("state").annotate(Count("pk")))
    found = mine.filter(_asked(search))
    total = found.count()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(search.page, 1), pages)
    start = (page - 1) * PAGE_SIZE
    is_waiting = search.tab == Tab.WAITING
    order = ("said_at", "pk") if is_waiting else ("-decided_at", "-pk")
    rows = with_echoes(found).select_related("neighbourhood", "structure", "author", "decided_by")
    return Queue(
        Words(space).dress(list(rows.order_by(*order)[start : start + PAGE_SIZE])),
        {str(tab): by_state.get(state, 0) for tab, state in STATE_OF.items()},
        total,
        page,
        pages,
    )


def load(space: Space, pk: int) -> DeclaredNeed:
    """One declared need of the space in any state; 404 for another."""
    rows = with_echoes(DeclaredNeed.objects.filter(space=space, pk=pk)).select_related(
        "space", "neighbourhood", "structure", "author", "decided_by", "merged_into"
    )
    one = rows.first()
    if one is None:
        raise Http404
    return Words(space).dress([one])[0]


def next_waiting(space: Space, after: DeclaredNeed) -> int | None:
    """The one that waits for longest after this one, else of all; None when nothing waits."""
    waiting = DeclaredNeed.objects.filter(space=space, state=DeclaredState.WAITING).exclude(
        pk=after.pk
    )
    ordered = waiting.order_by("said_at", "pk").values_list("pk", flat=True)
    later = ordered.filter(Q(said_at__gt=after.said_at) | Q(said_at=after.said_at, pk__gt=after.pk))
    return later.first() or ordered.first()
