"""The communes of a space, and what adding or removing some would do to its directory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from maillage.directory.queries.memory import current
from maillage.portal.queries.home import Counted, commune_counts
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.structures.enums import State
from maillage.structures.models import Establishment, Structure
from maillage.territories.models import Municipality
from maillage.territories.queries import (
    expand_whole,
    find_municipality,
    municipalities,
    resolve_code,
)


@dataclass(frozen=True, slots=True)
class PerimeterChange:
    """`codes` is the perimeter after the change. Structures are the published ones that would come or go."""

    codes: frozenset[str]
    added: list[Municipality]
    removed: list[Municipality]
    coming: int
    going: int


def communes_with_counts(space: Space, *, now: datetime) -> list[tuple[Municipality, Counted]]:
    """Communes of the perimeter by name, with their published structures."""
    rows = Municipality.objects.in_bulk(perimeter_codes(space))
    counts = commune_counts(space, current(space, now))
    return [(rows[one.code], one) for one in counts if one.code in rows]


def communes_named(typed: str) -> list[Municipality]:
    """The commune of this INSEE code, present or past, or of this name; all of Paris is its arrondissements."""
    code = resolve_code(typed.strip().upper()) or find_municipality(typed)
    return municipalities(expand_whole([code])) if code else []


def change(space: Space, *, added: Sequence[str], removed: Sequence[str]) -> PerimeterChange | None:
    """What the change would do; `None` when it changes nothing."""
    current = perimeter_codes(space)
    plus, minus = frozenset(added) - current, frozenset(removed) & current
    named = Municipality.objects.in_bulk(plus | minus)
    plus &= named.keys()
    if not plus and not minus:
        return None
    after = (current | plus) - minus
    before_ids, after_ids = _published(current), _published(after)
    return PerimeterChange(
        codes=after,
        added=sorted((named[code] for code in plus), key=str),
        removed=sorted((named[code] for code in minus), key=str),
        coming=len(after_ids - before_ids),
        going=len(before_ids - after_ids),
    )


def _published(codes: frozenset[str]) -> set[int]:
    places = Establishment.objects.filter(state=State.ACTIVE, municipality_code__in=codes)
    found = Structure.objects.published().filter(pk__in=places.values("structure_id"))
    return set(found.values_list("pk", flat=True))
