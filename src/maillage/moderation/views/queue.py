"""The queue."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.moderation.filters import QueueForm, query_of
from maillage.moderation.queries.queue import Shelf, communes_of, queue_page
from maillage.moderation.queries.scope import agents_of
from maillage.moderation.queries.undoing import just_decided
from maillage.moderation.views.item import has_just_decided
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from maillage.accounts.models import User


@dataclass(frozen=True, slots=True)
class Tab:
    """One state of the queue, as a link with its count."""

    code: str
    label: str
    count: int
    is_current: bool


@require_safe
@for_agents
def queue(request: HttpRequest, space: Space) -> HttpResponse:
    by, now = cast("User", request.user), timezone.now()
    form = QueueForm(
        request.GET,
        communes=communes_of(space),
        colleagues=[(str(person.pk), str(person)) for person in agents_of(space)],
    )
    search = form.search()
    found = queue_page(space, search, by=by, now=now, today=timezone.localdate())
    request.waiting_contributions = found.counts[Shelf.WAITING]  # type: ignore[attr-defined]
    query = query_of(search)
    context = {
        "form": form,
        "found": found,
        "shelves": [
            Tab(code, label, found.counts[code], code == search.shelf)
            for code, label in Shelf.choices
        ],
        "query": query,
        "page_base": f"?{query}&page=" if query else "?page=",
        "just": just_decided(space, by, now=now) if has_just_decided(request, now) else [],
    }
    return render(request, "moderation/queue.html", context)
