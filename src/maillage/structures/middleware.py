"""For whom a person acts: chosen by them, said on every page, checked at each request, noted in the journal."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase

from maillage.core import origin
from maillage.spaces.access import View, act_of
from maillage.spaces.permissions.matrix import ACTS
from maillage.structures.queries.acting import structure_kept

CHOICE = "acting_for"
_OF_A_SPACE = frozenset({"space", "vocabulary"})


class ActingIdentity:
    """`request.acting_structure` is the structure the person chose to act for, if they still keep it.

    In the management of a space they act for the space, and in the pages of a structure for that
    structure (`structures/access.py`), whatever they chose.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> None:
        if ACTS[act_of(view)].group in _OF_A_SPACE:
            request.acts_for_space = True  # type: ignore[attr-defined]
            return
        # Who brings no session is not asked who they are: public pages stay cacheable.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return
        chosen = request.session.get(CHOICE)
        if chosen is None or not request.user.is_authenticated:
            return
        structure = structure_kept(request.user, chosen)
        if structure is None:
            del request.session[CHOICE]
            messages.warning(
                request, "Vous ne tenez plus cette fiche : vous agissez de nouveau en votre nom."
            )
            return
        request.acting_structure = structure  # type: ignore[attr-defined]
        origin.enter(replace(origin.current(), acting_for=structure.pk))
