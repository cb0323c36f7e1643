"""The outline of a set of communes."""

from collections.abc import Iterable
from typing import Any

from maillage.territories.lib.geometry import DECIMALS
from maillage.territories.models import Contour, Municipality
from maillage.territories.queries.shapes import contours_of

Bounds = tuple[float, float, float, float]
# Around the centre of a commune without contour: about 4 km, the size of a large one.
MARGIN_DEGREES = 0.04
# Past that many communes, naming them costs the database more than reading them all.
MANY = 1_000


def perimeter_geojson(codes: Iterable[str]) -> dict[str, Any]:
    """FeatureCollection of the contours that are known, with `code` and `name`, in code order."""
    rows = (
        Contour.objects.filter(municipality_id__in=set(codes))
        .order_by("municipality_id")
        .values_list("municipality_id", "municipality__name", "geometry")
    )
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"code": code, "name": name}, "geometry": geometry}
            for code, name, geometry in rows
        ],
    }


def bounds(codes: Iterable[str]) -> Bounds | None:
    """(west, south, east, north) of these communes; None when neither contour nor centre is known."""
    wanted = frozenset(codes)
    shapes = contours_of(wanted)
    boxes = [polygon.bounds for polygon in shapes.polygons]
    if missing := wanted - set(shapes.keys):
        centres = Municipality.objects.filter(lon__isnull=False, lat__isnull=False)
        if len(missing) < MANY:
            centres = centres.filter(code__in=missing)
        located = (row for row in centres.values_list("code", "lon", "lat") if row[0] in missing)
        boxes += [
            (lon - MARGIN_DEGREES, lat - MARGIN_DEGREES, lon + MARGIN_DEGREES, lat + MARGIN_DEGREES)
            for _, lon, lat in located
            if lon is not None and lat is not None
        ]
    if not boxes:
        return None
    west, south, east, north = (
        round(float(pick(box[side] for box in boxes)), DECIMALS)
        for side, pick in enumerate((min, min, max, max))
    )
    return west, south, east, north
