"""Establishments of published structures in the perimeter, one row each."""

from typing import Any, NamedTuple

from maillage.api.queries.structures import teller
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.structures.enums import State
from maillage.structures.models import Establishment, Structure


class Found(NamedTuple):
    total: int
    rows: list[dict[str, Any]]


def establishments(
    space: Space, *, communes: tuple[str, ...], siren: str, page: int, page_size: int
) -> Found:
    """One page, by identifier; `communes` and `siren` narrow when they are not empty. Three queries."""
    codes = perimeter_codes(space)
    wanted = codes & set(communes) if communes else codes
    found = Establishment.objects.filter(
        state=State.ACTIVE,
        municipality_code__in=wanted,
        structure__in=Structure.objects.published(),
    )
    if siren:
        found = found.filter(structure__siren=siren)
    start = (page - 1) * page_size
    count = found.count()
    rows = list(
        found.select_related("structure").order_by("id")[start : start + page_size]
        if start < count
        else ()
    )
    tell = teller(row.municipality_code for row in rows)
    told = [
        {"structure": row.structure_id, "structure_name": row.structure.name}
        | {"siren": row.structure.siren}
        | tell(row, row.structure.disclosure)
        for row in rows
    ]
    return Found(count, told)
