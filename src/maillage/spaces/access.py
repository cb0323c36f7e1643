"""The one door of the pages: each view declares its act, and the table of roles says who comes in.

    @require_safe
    @allowed("space.manage")
    def dashboard(request, space): ...

The guard of the pages of a structure is in `structures/access.py`; both write `act` on the view, which
the matrix of the tests reads (`act_of`).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from maillage.accounts.access import to_protection
from maillage.accounts.queries import has_second_factor
from maillage.spaces.permissions import reason_of, roles_of
from maillage.spaces.permissions.matrix import ACTS, Who, allows

View = Callable[..., HttpResponse]
# Acts of these roles only are done by people whose account has a second factor.
_STRONG = frozenset({Who.AGENT, Who.ADMINISTRATOR, Who.HOST})


def roles_at(request: HttpRequest) -> frozenset[Who]:
    """Roles of the person at this address, read once a request."""
    held: frozenset[Who] | None = getattr(request, "held_roles", None)
    if held is None:
        held = roles_of(request.user, getattr(request, "space", None))
        request.held_roles = held  # type: ignore[attr-defined]
    return held


def may_here(request: HttpRequest, act: str) -> bool:
    """Whether the person may do `act` in the space of the address; menus ask it."""
    return allows(act, roles_at(request))


def declare(view: View, act: str) -> View:
    """Write on `view` which act it is. Sign-in is asked of an act that is not for visitors."""
    view.act = act  # type: ignore[attr-defined]
    view.login_required = Who.VISITOR not in ACTS[act].who  # type: ignore[attr-defined]
    return view


def act_of(view: View) -> str:
    """The act that `view` declared; the sign-in library's own declare none: reading, or keeping one's account."""
    declared: str = getattr(view, "act", "")
    public = not getattr(view, "login_required", True)
    return declared or ("public.read" if public else "account.keep")


def allowed(act: str) -> Callable[[View], View]:
    """The view is for whoever may do `act` in the space of the address, or anywhere when it has none.

    An act of everyone asks nobody who they are: its answers stay cacheable.
    """
    everyone = ACTS[act].who == frozenset(Who)
    strong = ACTS[act].who <= _STRONG

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not (everyone or may_here(request, act)):
                raise PermissionDenied(reason_of(act, getattr(request, "space", None)))
            if strong and not has_second_factor(request.user):
                return to_protection(request)
            return view(request, *args, **kwargs)

        return declare(guarded, act)

    return guard


for_agents = allowed("space.manage")
for_administrators = allowed("space.administer")
