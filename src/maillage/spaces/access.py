"""Doors of a space's management pages, as decorators for views."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from maillage.spaces.models import Space
from maillage.spaces.permissions import Verdict, can_administer, can_manage

View = Callable[..., HttpResponse]


def _guard(view: View, check: Callable[[Any, Space], Verdict]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, space: Space, *args: Any, **kwargs: Any) -> HttpResponse:
        verdict = check(request.user, space)
        if not verdict:
            raise PermissionDenied(verdict.reason)
        request.space_role = verdict.role  # type: ignore[attr-defined]  (menus read it)
        return view(request, space, *args, **kwargs)

    return guarded


def for_agents(view: View) -> View:
    """The view is for agents and administrators of the space."""
    return _guard(view, can_manage)


def for_administrators(view: View) -> View:
    """The view is for administrators of the space."""
    return _guard(view, can_administer)
