"""First page of the management."""

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.portal.queries import dashboard as queries
from maillage.portal.queries.freshness import summary
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from maillage.accounts.models import User


@require_safe
@for_agents
def dashboard(request: HttpRequest, space: Space) -> HttpResponse:
    now = timezone.now()
    context = {
        "awaiting": queries.awaiting(space, now=now, today=timezone.localdate()),
        "counts": queries.state_counts(space),
        "freshness": summary(space, today=timezone.localdate()),
        "imports": queries.last_imports(space),
        "acts": queries.last_acts(space, cast("User", request.user)),
    }
    return render(request, "portal/manage/dashboard.html", context)
