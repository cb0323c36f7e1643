"""A small map as a picture: contours and dots, in the colours of the map, without a script nor a tile."""

import math
from collections.abc import Iterable
from typing import Any

WIDTH = 800
MOST_DOTS = 4000
_MARGIN = 16
_LOWEST, _TALLEST = 200, 1200

Point = tuple[float, float]


def draw(geometries: Iterable[dict[str, Any]], dots: Iterable[Point], *, title: str) -> str:
    """SVG of GeoJSON (multi)polygons and of dots in degrees, both in Web Mercator; `title` is plain text."""
    rings = [[_project(at) for at in ring] for one in geometries for ring in _rings(one)]
    points = [_project(at) for at in dots]
    every = [at for ring in rings for at in ring] or points or [_project((2.45, 48.86))]
    west, east = min(x for x, _ in every), max(x for x, _ in every)
    north, south = min(y for _, y in every), max(y for _, y in every)
    scale = (WIDTH - 2 * _MARGIN) / max(east - west, 1e-6)
    if (south - north) * scale > _TALLEST - 2 * _MARGIN:
        scale = (_TALLEST - 2 * _MARGIN) / (south - north)
    height = max(_LOWEST, round((south - north) * scale) + 2 * _MARGIN)
    left = (WIDTH - (east - west) * scale) / 2
    top = (height - (south - north) * scale) / 2

    def place(at: Point) -> tuple[int, int]:
        return round((at[0] - west) * scale + left), round((at[1] - north) * scale + top)

    paths = "".join(_path([place(at) for at in ring]) for ring in rings)
    spots = dict.fromkeys(place(at) for at in points)
    circles = "".join(f'<circle cx="{x}" cy="{y}" r="3.5"/>' for x, y in spots)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
        f"<title>{_escape(title)}</title>"
        f'<path d="{paths}" fill="#FBF8F2" stroke="#4A6066" stroke-linejoin="round"/>'
        f'<g fill="#B4441F" stroke="#fff" stroke-width="0.75">{circles}</g></svg>'
    )


def _rings(geometry: dict[str, Any]) -> list[list[Point]]:
    """Outer and inner rings alike: they are drawn, not filled by a rule."""
    shapes = geometry.get("coordinates") or []
    polygons = [shapes] if geometry.get("type") == "Polygon" else shapes
    return [[(at[0], at[1]) for at in ring] for polygon in polygons for ring in polygon]


def _project(at: Point) -> Point:
    lon, lat = at
    return lon, -math.degrees(math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)))


def _path(ring: list[tuple[int, int]]) -> str:
    """Points that fall on the one before say nothing more."""
    kept = [at for number, at in enumerate(ring) if not number or at != ring[number - 1]]
    if len(kept) < 3:
        return ""
    return "M" + "L".join(f"{x} {y}" for x, y in kept) + "Z"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
