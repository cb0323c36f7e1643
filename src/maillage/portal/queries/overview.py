"""What a page holds, where each part is edited, and what to add next."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from maillage.spaces.models import Space
from maillage.structures.enums import State
from maillage.structures.models import Structure
from maillage.structures.queries.advice import Advice, Step, advice_for

# Slug of each list in addresses, with its title.
LISTS = {
    "service": ("services", "Services"),
    "picture": ("photos", "Photos"),
    "document": ("documents", "Documents"),
    "link": ("liens", "Liens"),
    "teaser": ("annonces", "Recherche et propose"),
}


@dataclass(frozen=True, slots=True)
class Content:
    """A part of the page: `count` rows, None when they are not counted."""

    label: str
    url: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Todo:
    advice: str
    url: str


def contents_of(structure: Structure, space: Space | None) -> list[Content]:
    """Parts of the page that are edited as lists; with `space`, from its management pages. Six queries."""
    counts = {
        "service": structure.services.count(),
        "picture": structure.pictures.count(),
        "document": structure.documents.count(),
        "link": structure.links.count(),
        "teaser": structure.teasers.count(),
    }
    places = structure.establishments.filter(state=State.ACTIVE).count()
    return [
        Content("Lieux et horaires", _url(structure, space, "places"), places),
        *(
            Content(title, _url(structure, space, "kept", kind=slug), counts[code])
            for code, (slug, title) in LISTS.items()
        ),
    ]


def overview_of(structure: Structure) -> dict[str, Any]:
    """What the first page of the structure's people shows."""
    advice: Advice = advice_for(structure)
    return {
        "contents": contents_of(structure, None),
        "score": advice.score,
        "todo": [Todo(step.advice, _step_url(structure, step)) for step in advice.steps],
    }


def _step_url(structure: Structure, step: Step) -> str:
    if step.page in LISTS:
        return _url(structure, None, "kept_new", kind=LISTS[step.page][0])
    return _url(structure, None, step.page)


def _url(structure: Structure, space: Space | None, name: str, **given: str) -> str:
    if space is None:
        return reverse(f"member:{name}", kwargs={"pk": structure.pk, **given})
    return reverse(f"manage:{name}", kwargs={"space": space.slug, "pk": structure.pk, **given})
