"""One contribution, as an agent decides on it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from maillage.moderation.queries.item import item_sheet, load
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space


@require_safe
@for_agents
def item(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    return render(request, "moderation/item.html", item_sheet(load(space, pk), space))
