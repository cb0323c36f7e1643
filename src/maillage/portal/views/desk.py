"""Where a page is edited from: the management pages of a space, or the structure's own people's.

A view of the desk is written once, for both: `def view(request, desk, …)`. `at_agents` and `at_keepers` give
the two doors to it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from maillage.portal.queries.structures import load
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space
from maillage.structures.access import for_keepers
from maillage.structures.models import Structure

View = Callable[..., HttpResponse]
FORM_KEY = re.compile(
    r"(?:sheet|(?:hours|place|service|link|teaser|picture|document)-(?:\d{1,18}|new))\Z"
)


@dataclass(frozen=True, slots=True)
class Desk:
    """`space` is the agent's, None for the structure's own people."""

    structure: Structure
    space: Space | None

    def url(self, name: str, **given: Any) -> str:
        """Address of the page `name` of this structure, on the same side."""
        if self.space is None:
            return reverse(f"member:{name}", kwargs={"pk": self.structure.pk, **given})
        known = {"space": self.space.slug, "pk": self.structure.pk}
        return reverse(f"manage:{name}", kwargs=known | given)

    @property
    def home(self) -> str:
        return self.url("structure" if self.space else "home")

    @property
    def edit_url(self) -> str:
        return self.url("edit")

    @property
    def check_url(self) -> str:
        return self.url("check")

    @property
    def terms_url(self) -> str:
        return self.url("terms")

    @property
    def by_agent(self) -> bool:
        return self.space is not None

    @property
    def layout(self) -> str:
        """The template that pages of the desk extend."""
        return "portal/desk/agent.html" if self.space else "portal/desk/keeper.html"

    def again(self) -> Structure:
        """The same structure read once more: a form writes on what it is given."""
        return Structure.objects.get(pk=self.structure.pk)


def at_agents(view: View, _act: str) -> View:
    """The view for the agents of the space of the address: they may do all of it."""

    @for_agents
    @wraps(view)
    def door(request: HttpRequest, space: Space, pk: int, **given: Any) -> HttpResponse:
        return view(request, Desk(load(space, pk), space), **given)

    return door


def at_keepers(view: View, act: str) -> View:
    """The view for those of the structure's own people who may do `act`."""

    @for_keepers(act)
    @wraps(view)
    def door(request: HttpRequest, structure: Structure, **given: Any) -> HttpResponse:
        return view(request, Desk(structure, None), **given)

    return door
