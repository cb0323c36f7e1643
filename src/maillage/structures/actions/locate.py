"""Where the places are: commune and neighbourhoods, from their points.

An approximate point (a commune's or a hamlet's) says nothing of a neighbourhood: it is left out.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from maillage.core import journal
from maillage.structures.enums import LocationQuality
from maillage.structures.models import Establishment, EstablishmentNeighbourhood
from maillage.territories.models import Contour
from maillage.territories.queries import Places

BATCH = 1_000
EXACT = (LocationQuality.HOUSE, LocationQuality.STREET)


@transaction.atomic
def assign_places(establishments: Collection[Establishment], *, now: datetime) -> int:
    """Fill the missing commune of these places from their point, then their neighbourhoods.

    Returns how many places got a commune. Their owners change: search and caches must follow, so call
    `after_write` for their structures, or be called by what does.
    """
    lost = [place for place in establishments if not place.municipality_code]
    filled = _fill_municipalities(lost, now=now)
    assign_neighbourhoods([place.pk for place in establishments])
    return filled


def _fill_municipalities(establishments: Collection[Establishment], *, now: datetime) -> int:
    pointed = [
        (place, (place.lon, place.lat))
        for place in establishments
        if place.lon is not None and place.lat is not None
    ]
    if not pointed:
        return 0
    everywhere = Contour.objects.values_list("municipality_id", flat=True)
    codes = Places.of(everywhere).municipality_codes([point for _place, point in pointed])
    found = []
    for (place, _point), code in zip(pointed, codes, strict=True):
        if code:
            place.municipality_code = code
            origin = {"source": "contours", "date": "", "at": now.isoformat()}
            place.provenance = {**place.provenance, "municipality_code": origin}
            found.append(place)
    Establishment.objects.bulk_update(found, ["municipality_code", "provenance"], BATCH)
    return len(found)


def assign_neighbourhoods(establishment_ids: Collection[int]) -> tuple[int, int]:
    """Make the rows of these places right; (rows added, rows removed). No row is touched in vain."""
    added = removed = 0
    for chunk in _chunks(sorted(set(establishment_ids))):
        places = Establishment.objects.filter(pk__in=chunk, lon__isnull=False, lat__isnull=False)
        exact = places.filter(location_quality__in=EXACT)
        pointed: list[Any] = list(exact.values_list("pk", "lon", "lat"))
        found = Places.of(()).neighbourhood_ids([(lon, lat) for _pk, lon, lat in pointed])
        wanted = {
            (pk, neighbourhood)
            for (pk, _lon, _lat), ids in zip(pointed, found, strict=True)
            for neighbourhood in ids
        }
        rows = EstablishmentNeighbourhood.objects.filter(establishment_id__in=chunk)
        known = {
            (establishment, neighbourhood): pk
            for pk, establishment, neighbourhood in rows.values_list(
                "pk", "establishment_id", "neighbourhood_id"
            )
        }
        gone = [pk for pair, pk in known.items() if pair not in wanted]
        EstablishmentNeighbourhood.objects.filter(pk__in=gone).delete()
        new = sorted(wanted - known.keys())
        EstablishmentNeighbourhood.objects.bulk_create(
            EstablishmentNeighbourhood(establishment_id=place, neighbourhood_id=neighbourhood)
            for place, neighbourhood in new
        )
        added, removed = added + len(new), removed + len(gone)
    return added, removed


@transaction.atomic
def reassign_all_neighbourhoods() -> tuple[int, int]:
    """For every place of the installation: after an import of neighbourhoods. (added, removed)."""
    ids = list(Establishment.objects.order_by().values_list("pk", flat=True))
    added, removed = assign_neighbourhoods(ids)
    if added or removed:
        journal.tick("structures")
    return added, removed


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
