"""Structures proposed for archive, with what says that they are closed."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Min

from maillage.portal.queries.structures import managed_structures
from maillage.sources.queries.credits import credit
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.structures.enums import State
from maillage.structures.models import ClosureSign, Establishment, Structure
from maillage.territories.queries import names_by_code

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Proposed:
    """`kept` are earlier signs that an agent set aside, with their reasons."""

    structure: Structure
    commune: str
    signs: list[Any]
    kept: list[ClosureSign]


def proposed(space: Space) -> Any:
    """Structures of the space with a sign nobody has decided, oldest first; `first` is its moment."""
    waiting = managed_structures(space).exclude(state=State.ARCHIVED)
    open_signs = waiting.filter(closure_signs__decision="")
    return open_signs.annotate(first=Min("closure_signs__found_at")).order_by("first", "pk")


def closures_page(space: Space, number: int) -> "Page[Any]":
    """One page of `Proposed`. Four queries."""
    page = Paginator(proposed(space).values_list("pk", flat=True), PAGE_SIZE).get_page(number)
    ids = list(page.object_list)
    structures = Structure.objects.only(
        "name", "siren", "state", "ess_status", "slug", "is_demo"
    ).in_bulk(ids)
    signs: dict[int, list[Any]] = {pk: [] for pk in ids}
    for sign in ClosureSign.objects.filter(structure__in=ids).select_related("decided_by"):
        sign.origin = credit(sign.source).name if sign.source else ""  # type: ignore[attr-defined]
        signs[sign.structure_id].append(sign)
    places = Establishment.objects.filter(
        structure__in=ids, municipality_code__in=perimeter_codes(space)
    )
    codes = dict(
        places.order_by("is_head_office", "-pk").values_list("structure_id", "municipality_code")
    )
    names = names_by_code()
    page.object_list = [
        Proposed(
            structures[pk],
            names.get(codes.get(pk, ""), ""),
            [sign for sign in signs[pk] if not sign.decision],
            [sign for sign in signs[pk] if sign.decision == ClosureSign.Decision.KEPT],
        )
        for pk in ids
    ]
    return page
