"""Doors of the pages by which a structure's people keep it, as a decorator for views."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from maillage.core import origin
from maillage.spaces.access import View, declare
from maillage.spaces.permissions.matrix import Who, allows
from maillage.structures.models import Structure
from maillage.structures.permissions import roles_in


def for_keepers(act: str) -> Callable[[View], View]:
    """The view is for people whom the table of roles lets do `act` on the structure `pk` of the address.

    It is called with the `Structure` in the place of `pk`; templates read `request.structure` and
    `request.structure_roles`, and the journal notes for which structure the person acts. Who has nothing
    to do with the structure gets 404; a member who may not do this act, 403 and the reason. The address of
    a merged page leads to the same page of its heir.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, pk: int, *args: Any, **kwargs: Any) -> HttpResponse:
            structure = get_object_or_404(Structure, pk=pk)
            roles = roles_in(request.user, structure)
            if Who.MEMBER not in roles or structure.merged_into_id is not None:
                return _to_heir(request, structure)
            if not allows(act, roles):
                raise PermissionDenied(
                    "Cette page est réservée aux personnes qui administrent la fiche."
                )
            request.structure = structure  # type: ignore[attr-defined]
            request.structure_roles = roles  # type: ignore[attr-defined]
            origin.enter(replace(origin.current(), acting_for=structure.pk))
            return view(request, structure, *args, **kwargs)

        return declare(guarded, act)

    return guard


def _to_heir(request: HttpRequest, structure: Structure) -> HttpResponse:
    """Follow one merge at a time: the heir's own door decides again."""
    heir = structure.merged_into
    match = request.resolver_match
    if heir is None or match is None or Who.MEMBER not in roles_in(request.user, heir):
        raise Http404
    return redirect(match.view_name, pk=heir.pk) if set(match.kwargs) == {"pk"} else _home(heir)


def _home(structure: Structure) -> HttpResponse:
    return redirect("member:home", pk=structure.pk)
