"""Pages that present one sector or one commune, for people who arrive from a search engine."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from maillage.directory.lib.bits import union
from maillage.directory.lib.pages import Tag
from maillage.directory.queries.memory import current
from maillage.spaces.models import Space
from maillage.structures.models import Term

MOST = 200
_ROUTES = {"secteur": "directory:sector", "commune": "directory:municipality"}


@dataclass(frozen=True, slots=True)
class Landing:
    """`breakdown` counts the structures on the other axis, the 200 most numerous first."""

    facet: str
    code: str
    name: str
    definition: str
    breakdown: list[tuple[Tag, int]]


def landing(space: Space, facet: str, code: str, *, now: datetime) -> Landing | None:
    """None when this space has no such sector or commune."""
    snapshot = current(space, now)
    choice = snapshot.facets[facet].get(code)
    if choice is None:
        return None
    other = "commune" if facet == "secteur" else "secteur"
    selected = union([choice.bits], len(snapshot))
    numbers = snapshot.counts(other, selected)
    most = sorted(
        (
            code
            for code, held in snapshot.facets[other].items()
            if numbers[code] and not held.parent
        ),
        key=lambda code: (-numbers[code], snapshot.facets[other][code].label),
    )[:MOST]
    counts = [
        (
            Tag(
                snapshot.facets[other][code].label, reverse(_ROUTES[other], args=[space.slug, code])
            ),
            numbers[code],
        )
        for code in most
    ]
    definition = (
        Term.objects.filter(code=code).values_list("definition", flat=True).first()
        if facet == "secteur"
        else ""
    )
    return Landing(
        facet=facet,
        code=code,
        name=choice.label,
        definition=definition or "",
        breakdown=counts,
    )


def landing_urls(space: Space, *, now: datetime) -> list[str]:
    """Addresses of the landing pages that have something to show."""
    snapshot = current(space, now)
    return [
        reverse(route, args=[space.slug, value])
        for facet, route in _ROUTES.items()
        for value, choice in snapshot.facets[facet].items()
        if choice.bits
    ]
