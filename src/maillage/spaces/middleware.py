"""Turn the `space` segment of an address into the space itself, and refuse whoever may not see it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from maillage.spaces.access import roles_at
from maillage.spaces.permissions import sees, with_role_of


def _who(request: HttpRequest) -> int | None:
    """Key of the person; whoever brings no session is not asked who they are: public pages stay cacheable."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    return request.user.pk


class SpaceMiddleware:
    """Views with a `space` parameter get the `Space`; it is also `request.space` for the templates.

    A space that a visitor may not see answers like one that does not exist.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable, _args: tuple, kwargs: dict[str, Any]
    ) -> None:
        slug = kwargs.get("space")
        if slug is None:
            return
        space = get_object_or_404(with_role_of(_who(request)), slug=slug)
        request.space = kwargs["space"] = space
        if not (space.is_public or sees(space, roles_at(request))):
            del request.space, request.held_roles
            raise Http404
