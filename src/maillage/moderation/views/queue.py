"""The queue."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.moderation.filters import QueueForm, query_of
from maillage.moderation.queries.queue import communes_of, queue_page
from maillage.moderation.queries.scope import agents_of
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space


@require_safe
@for_agents
def queue(request: HttpRequest, space: Space) -> HttpResponse:
    colleagues = agents_of(space)
    form = QueueForm(
        request.GET,
        communes=communes_of(space),
        colleagues=[(str(person.pk), str(person)) for person in colleagues],
    )
    search = form.search()
    found = queue_page(
        space,
        search,
        by=request.user,  # type: ignore[arg-type]
        now=timezone.now(),
        today=timezone.localdate(),
    )
    query = query_of(search)
    context = {
        "form": form,
        "search": search,
        "found": found,
        "query": query,
        "page_base": f"?{query}&page=" if query else "?page=",
        "colleagues": colleagues,
    }
    return render(request, "moderation/queue.html", context)
