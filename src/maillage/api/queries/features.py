"""Features of OGC API: one by structure, at its main place in the perimeter; one by commune."""

from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from django.http import QueryDict
from numpy.typing import NDArray

from maillage.api.lib.ogc import FACETS, Box
from maillage.directory.filters import parse
from maillage.directory.queries.matching import Answer, matching
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.territories.queries import names_by_code, perimeter_geojson


class Found(NamedTuple):
    """`answer` has the asked structures only, in order."""

    answer: Answer
    total: int


def structures_in(space: Space, query: QueryDict, box: Box | None, *, now: datetime) -> Found:
    """Structures that the facets and the words keep, and whose point is in the box.

    A structure without a point has a null geometry: it is in no box. Not the directory's own `bbox`, which
    keeps a structure for any of its places: here a feature is where its geometry is.
    """
    asked = QueryDict(mutable=True)
    for name in (*FACETS, "q"):
        asked.setlist(name, query.getlist(name))
    answer = matching(space, parse(asked).filters, now=now)
    if box is not None:
        kept = _inside(answer, box)
        answer = Answer(replace(answer.selection, positions=kept), answer.messages)
    return Found(answer, len(answer.selection))


def _inside(answer: Answer, box: Box) -> NDArray[np.int64]:
    west, south, east, north = box
    positions, snapshot = answer.selection.positions, answer.selection.snapshot
    kept = []
    for at in positions.tolist():
        place = snapshot.main_place(at)
        if place is None:
            continue
        lon, lat, _ = place
        across = west <= lon <= east if west <= east else lon >= west or lon <= east
        if across and south <= lat <= north:
            kept.append(at)
    return np.asarray(kept, dtype=np.int64)


def communes(space: Space, box: Box | None) -> list[dict[str, Any]]:
    """A feature by commune of the perimeter, its contour or null, in code order."""
    codes = sorted(perimeter_codes(space))
    shapes = {
        one["properties"]["code"]: one["geometry"] for one in perimeter_geojson(codes)["features"]
    }
    names = names_by_code()
    features = [
        {
            "type": "Feature",
            "id": code,
            "geometry": shapes.get(code),
            "properties": {"code": code, "name": names.get(code, code)},
        }
        for code in codes
    ]
    return features if box is None else [one for one in features if _crosses(one["geometry"], box)]


def _crosses(geometry: Any, box: Box) -> bool:
    if geometry is None:
        return False
    import shapely  # noqa: PLC0415  (heavy, and few ask for it)
    from shapely.geometry import shape  # noqa: PLC0415

    west, south, east, north = box
    halves = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    drawn = shape(geometry)
    return any(drawn.intersects(shapely.box(left, south, right, north)) for left, right in halves)
