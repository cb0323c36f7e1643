"""One contribution, as an agent decides on it."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.moderation.models import Contribution
from maillage.moderation.queries.item import Typed, item_sheet, load
from maillage.moderation.queries.undoing import UNDO
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

_MARK = "contribution_decided"


def mark_decided(request: HttpRequest, now: datetime) -> None:
    """Remember in the session that a decision can be undone: the queue asks no query otherwise."""
    request.session[_MARK] = now.timestamp()


def has_just_decided(request: HttpRequest, now: datetime) -> bool:
    return now.timestamp() - float(request.session.get(_MARK, 0)) < UNDO.total_seconds()


@require_safe
@for_agents
def item(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    return show(request, space, load(space, pk), query=request.GET.get("file", ""))


def show(
    request: HttpRequest,
    space: Space,
    contribution: Contribution,
    *,
    query: str,
    typed: Typed | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page, with what the agent typed and why it was not done when it was not."""
    sheet = item_sheet(contribution, space, now=timezone.now(), typed=typed)
    context = {**sheet, "query": query[:500], "problem": problem}
    return render(request, "moderation/item.html", context, status=status)
