"""Distances and shapes. Coordinates are WGS84 degrees, longitude first."""

import math
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry

EARTH_RADIUS_M = 6_371_008.8
DECIMALS = 5  # about a metre

Point = tuple[float, float]
# What building a shape from someone else's lists can raise.
_UNREADABLE = (
    *(TypeError, ValueError, AttributeError, IndexError, KeyError, OverflowError),
    shapely.errors.ShapelyError,
)


def distance_m(a: Point, b: Point) -> float:
    """Metres between two points along the great circle (within 0.5 % of the ellipsoid)."""
    lon_a, lat_a, lon_b, lat_b = map(math.radians, (*a, *b))
    half = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))


def polygon_from_geojson(geometry: Any) -> BaseGeometry | None:
    """A valid, non-empty Polygon or MultiPolygon; None when it can't be had. Slips are repaired."""
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        return None
    try:
        shape = shape_of(geometry)
        if not np.isfinite(shapely.get_coordinates(shape)).all():
            return None
        return polygonal(shape)
    except _UNREADABLE:
        return None


def polygonal(shape: BaseGeometry) -> BaseGeometry | None:
    """`shape` made valid and stripped of stray lines and points; None when nothing is left."""
    if not shape.is_valid:
        shape = shapely.make_valid(shape)
    if shape.has_z:
        shape = shapely.force_2d(shape)
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        parts = [part for part in shapely.get_parts(shape) if part.geom_type.endswith("Polygon")]
        shape = shapely.union_all(parts)
    return shape if shape.area > 0 else None


def to_geojson(shape: BaseGeometry) -> dict[str, Any] | None:
    """GeoJSON geometry with five decimals; None when rounding leaves nothing of it."""
    rounded = polygonal(shapely.transform(shape, lambda xy: xy.round(DECIMALS)))
    if rounded is None:
        return None
    mapping = rounded.__geo_interface__
    return {"type": mapping["type"], "coordinates": _lists(mapping["coordinates"])}


def _lists(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_lists(part) for part in value]
    return round(float(value), DECIMALS)
