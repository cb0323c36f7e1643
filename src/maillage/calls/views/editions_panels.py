"""What other rooms' pages show of the calls: open ones on the home of a space, what waits on the agents' dashboard."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from maillage.calls.queries import editions as queries

_SOON = timedelta(days=7)
_SHOWN = 4


def open_calls(_request: HttpRequest, space: Any) -> dict[str, Any] | None:
    found = list(queries.open_now(space, timezone.now()).order_by("closes_at")[:_SHOWN])
    return {"editions": found, "space": space} if found else None


def awaiting_agents(_request: HttpRequest, space: Any) -> dict[str, Any] | None:
    now = timezone.now()
    waiting = queries.waiting_for_agents(space, now, now + _SOON)
    return {"waiting": waiting, "space": space} if waiting else None
