"""The places of a public page: what may be told of each, and its hours."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from maillage.core.hours.reading import hours_at
from maillage.directory.lib.pages import SheetPlace
from maillage.directory.lib.snapshot import Snapshot
from maillage.structures.enums import State
from maillage.structures.models import Establishment, Structure
from maillage.structures.queries.disclosure import is_open, public_place
from maillage.territories.models import Municipality, Neighbourhood


def places_of(
    snapshot: Snapshot,
    structure: Structure,
    proposed: Mapping[int, Mapping[str, Any]],
    *,
    now: datetime,
) -> list[SheetPlace]:
    """Open establishments, those of the perimeter first. `proposed` holds values not saved yet, by key."""
    rows = list(structure.establishments.order_by("-is_head_office", "id"))
    for row in rows:
        for name, value in proposed.get(row.pk, {}).items():
            setattr(row, name, value)
    rows = [row for row in rows if row.state == State.ACTIVE]
    communes = {
        code: (name, (lon, lat) if lon is not None and lat is not None else None)
        for code, name, lon, lat in Municipality.objects.filter(
            code__in={row.municipality_code for row in rows}
        ).values_list("code", "name", "lon", "lat")
    }
    quarters = _quarters(rows)
    perimeter = snapshot.facets["commune"]
    places = []
    for row in rows:
        name, centre = communes.get(row.municipality_code, ("", None))
        shown = public_place(row, structure.disclosure, centre)
        hidden = not is_open(
            structure.disclosure, row.disclosure, address_is_public=row.address_is_public
        )
        places.append(
            SheetPlace(
                id=row.pk,
                name=row.name,
                address=shown.address,
                postal_code=row.postal_code,
                municipality_name=name,
                municipality_code=row.municipality_code,
                siret=row.siret or "",
                is_head_office=row.is_head_office,
                lon=shown.lon,
                lat=shown.lat,
                approximate=shown.approximate,
                in_perimeter=row.municipality_code in perimeter,
                neighbourhoods=[] if hidden else quarters[row.pk],
                hours=hours_at(row.opening_hours, now),
            )
        )
    return sorted(places, key=lambda place: not place.in_perimeter)


def _quarters(rows: list[Establishment]) -> dict[int, list[str]]:
    quarters: dict[int, list[str]] = defaultdict(list)
    links = Neighbourhood.objects.filter(establishments__establishment__in=rows)
    for place_id, name in (
        links.exclude(kind=Neighbourhood.Kind.IRIS)
        .order_by("kind", "name")
        .values_list("establishments__establishment_id", "name")
    ):
        quarters[place_id].append(name)
    return quarters
