"""Which rows a territory is made of."""

from typing import Any

from django.db.models import QuerySet

from maillage.spaces.models import Space
from maillage.structures.enums import State
from maillage.structures.models import Establishment, Structure
from maillage.territories.models import Municipality


def codes_of(space: Space, commune: str = "") -> QuerySet[Any, Any]:
    """INSEE codes of the perimeter, or that of one commune of it; asked inside other queries."""
    entries = space.perimeter.filter(until__isnull=True)
    if commune:
        entries = entries.filter(municipality_code=commune)
    return entries.order_by().values("municipality_code")


def open_places(codes: QuerySet[Any, Any]) -> QuerySet[Establishment, Establishment]:
    return Establishment.objects.filter(state=State.ACTIVE, municipality_code__in=codes)


def published(codes: QuerySet[Any, Any]) -> QuerySet[Structure, Structure]:
    """Those the directory shows, with an open place there."""
    inside = open_places(codes).order_by().values("structure_id")
    return Structure.objects.published().filter(pk__in=inside).order_by()


def places_of_published(codes: QuerySet[Any, Any]) -> QuerySet[Establishment, Establishment]:
    shown = Structure.objects.published().order_by().values("pk")
    return open_places(codes).filter(structure_id__in=shown).order_by()


def communes_of(space: Space) -> list[Municipality]:
    """By name."""
    towns = Municipality.objects.filter(code__in=codes_of(space))
    return list(towns.only("code", "name").order_by("name", "code"))
