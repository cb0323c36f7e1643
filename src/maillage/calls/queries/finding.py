"""Find a structure that directories show, by its name or its number, whatever the space."""

from dataclasses import dataclass

from django.db.models import OuterRef, Q, QuerySet, Subquery

from maillage.core.search import search
from maillage.spaces.models import PerimeterEntry
from maillage.structures.actions.indexing import KIND
from maillage.structures.enums import State
from maillage.structures.models import Establishment, Structure
from maillage.territories.queries import names_by_code

MOST = 20


@dataclass(frozen=True)
class Found:
    pk: int
    name: str
    place: str
    siren: str


def shown_somewhere() -> QuerySet[Structure]:
    """Published structures that the directory of an open space shows."""
    codes = PerimeterEntry.objects.filter(space__is_public=True, until=None)
    inside = Establishment.objects.filter(
        state=State.ACTIVE, municipality_code__in=codes.values("municipality_code")
    )
    return Structure.objects.published().filter(pk__in=inside.order_by().values("structure"))


def find_structures(text: str) -> list[Found]:
    """The best twenty: by SIREN or SIRET when digits are given, else by name."""
    digits = "".join(text.split())
    rows = shown_somewhere()
    if digits.isdigit() and len(digits) >= 9:
        rows = rows.filter(Q(siren=digits[:9]) | Q(establishments__siret=digits[:14])).distinct()
    else:
        hits = search(KIND, text[:200], limit=5 * MOST)
        rows = rows.filter(pk__in=[int(one) for one in hits.ids])
        order = {int(pk): rank for rank, pk in enumerate(hits.ids)}
        return sorted(_found(rows), key=lambda one: order[one.pk])[:MOST]
    return _found(rows)[:MOST]


def _found(rows: QuerySet[Structure]) -> list[Found]:
    heads = Establishment.objects.filter(structure=OuterRef("pk"), state=State.ACTIVE)
    place = Subquery(heads.order_by("-is_head_office", "pk").values("municipality_code")[:1])
    names = names_by_code()
    return [
        Found(pk, name, names.get(code or "", ""), siren or "")
        for pk, name, siren, code in rows.annotate(place=place).values_list(
            "pk", "name", "siren", "place"
        )
    ]


def shown_structure(pk: str) -> Structure | None:
    """The structure of this number, while a directory shows it."""
    if not pk.isdecimal() or len(pk) > 12:
        return None
    return shown_somewhere().filter(pk=int(pk)).first()
