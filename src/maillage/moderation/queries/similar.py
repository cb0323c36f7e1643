"""« Est-ce celle-ci ? » : pages that a proposal may already have."""

from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from maillage.core import search
from maillage.moderation.queries.scope import public_structures, structures_of
from maillage.sources.lib import name_key, name_similarity
from maillage.spaces.models import Space
from maillage.structures.actions.indexing import KIND
from maillage.structures.models import Establishment, Structure
from maillage.territories.queries import names_by_code

ALIKE = 0.62
MOST = 5
_MOST_READ = 8000


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A page of the space; `why` says what brings them together."""

    structure: Structure
    commune: str
    why: str


def lookalikes(
    space: Space, *, name: str, municipality_code: str, siren: str = "", rna: str = ""
) -> list[Lookalike]:
    """Public pages that have the same number, or a name like this one in the commune; nearest first."""
    found: dict[int, tuple[float, str]] = {}
    visible = public_structures(space)
    numbers = [Q(**{kind: number}) for kind, number in (("siren", siren), ("rna", rna)) if number]
    if numbers:
        same = visible.filter(reduce(or_, numbers))
        found |= dict.fromkeys(same.values_list("pk", flat=True), (2.0, "même numéro"))
    key = name_key(name)
    for pk, names in _names_in(municipality_code).items():
        score = max(name_similarity(key, name_key(known)) for known in names if known)
        if score >= ALIKE and pk not in found:
            found[pk] = (score, "nom ressemblant, même commune")
    for pk in search.search(KIND, name, limit=MOST).ids:
        found.setdefault(pk, (0.5, "mêmes mots"))
    best = sorted(found, key=lambda pk: -found[pk][0])[: MOST * 3]
    pages = visible.in_bulk(best)
    communes = _communes(best)
    return [Lookalike(pages[pk], communes.get(pk, ""), found[pk][1]) for pk in best if pk in pages][
        :MOST
    ]


def _names_in(municipality_code: str) -> dict[int, tuple[str, ...]]:
    rows = Establishment.objects.filter(
        municipality_code=municipality_code, structure__merged_into__isnull=True
    ).values_list(
        "structure_id", "structure__name", "structure__legal_name", "structure__acronym", "name"
    )
    return {pk: names for pk, *names in rows.order_by()[:_MOST_READ] if any(names)}  # type: ignore[misc]


def _communes(ids: list[int]) -> dict[int, str]:
    rows = Establishment.objects.filter(structure__in=ids).order_by("is_head_office", "-pk")
    names = names_by_code()
    return {
        pk: names.get(code, "")
        for pk, code in rows.values_list("structure_id", "municipality_code")
    }


def search_structures(space: Space, q: str, *, limit: int = 20) -> list[Lookalike]:
    """Pages of the space, in every state, that words or a SIREN may name: what an agent attaches to."""
    q = q.strip()[:200]
    if not q:
        return []
    pages = structures_of(space)
    digits = q.replace(" ", "")
    if digits.isdecimal() and len(digits) in {9, 14}:
        rows = list(pages.filter(siren=digits[:9])[:limit])
    else:
        hits = search.search(KIND, q, limit=200)
        known = pages.in_bulk(hits.ids)
        rows = [known[pk] for pk in hits.ids if pk in known][:limit]
    communes = _communes([row.pk for row in rows])
    return [Lookalike(row, communes.get(row.pk, ""), "") for row in rows]
