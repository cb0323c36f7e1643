"""GeoJSON files in the shape of real ones, invented."""

import json
from pathlib import Path
from typing import Any

Geometry = dict[str, Any]


def square(west: float, south: float, side: float) -> Geometry:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def bow_tie(west: float, south: float, side: float) -> Geometry:
    """A ring that crosses itself: the commonest slip of drawn polygons."""
    east, north = west + side, south + side
    ring = [[west, south], [east, north], [east, south], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(geometry: Geometry | None, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: dict[str, Any], **extra: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", **extra, "features": list(features)}


def write(path: Path, document: Any) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path
