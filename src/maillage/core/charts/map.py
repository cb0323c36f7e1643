"""A map drawn by the server: areas with their names, shaded or not, and dots. No tile, no script, no network.

As for the other charts it is a value with its `table()`: a map is never shown without it. One drawing serves the page and
the document: its colours are attributes, which our security policy lets through.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, radians
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from maillage.core.charts.shapes import Area, AreaMap

# From light to dark, each at least 1.3 times darker than the one before: they are told apart in grey too.
TONES = ("#e5f0f1", "#b3d1d3", "#74a9ad", "#357b82", "#0f4b54")
UNKNOWN = "#f3ede1"
_DOT = "#b4441f"
_MARGIN = 8.0
_LEGEND_LINE = 20.0
_FONT = 'font-family="Atkinson Hyperlegible Next, sans-serif"'


def svg(drawn: AreaMap) -> SafeString:
    """For a page: as wide as its box. Drawn small, so that its words stay readable on a phone."""
    return mark_safe(draw(drawn, width=440, page=True))  # every text is escaped where it is written


def draw(drawn: AreaMap, *, width: float = 640, page: bool = False) -> str:
    """The whole SVG file. A map without any known outline is its title and its legend."""
    scale = _Scale.of(drawn, width)
    shapes = "".join(_area(area, scale, shaded=bool(drawn.legend)) for area in drawn.areas)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{_DOT}" fill-opacity="0.8" stroke="#fff" stroke-width="0.6"/>'
        for x, y in (scale.at(lon, lat) for lon, lat in drawn.dots)
    )
    names = "".join(_name(area, scale) for area in drawn.areas)
    legend, height = _legend(drawn, scale.height)
    size = 'class="chart-map"' if page else f'width="{width:g}" height="{height:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} viewBox="0 0 {width:g} {height:g}">'
        f"<title>{escape(drawn.title)}</title><desc>{escape(drawn.summary)}</desc>"
        f"{shapes}{dots}{names}{legend}</svg>"
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """Degrees to units: a plane where a degree of longitude is as long as it is at the middle latitude."""

    west: float
    north: float
    across: float
    down: float
    height: float

    @classmethod
    def of(cls, drawn: AreaMap, width: float) -> "_Scale":
        points = [p for area in drawn.areas for ring in _rings(area.geometry) for p in ring]
        points += [(lon, lat) for lon, lat in drawn.dots]
        if not points:
            return cls(0, 0, 0, 0, _MARGIN)
        west, east = min(p[0] for p in points), max(p[0] for p in points)
        south, north = min(p[1] for p in points), max(p[1] for p in points)
        squeeze = max(cos(radians((south + north) / 2)), 0.05)
        wide, tall = max((east - west) * squeeze, 1e-9), max(north - south, 1e-9)
        room = width - 2 * _MARGIN
        unit = min(room / wide, room * 1.1 / tall)
        return cls(west, north, unit * squeeze, unit, tall * unit + 2 * _MARGIN)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        return _MARGIN + (lon - self.west) * self.across, _MARGIN + (self.north - lat) * self.down


def _rings(geometry: Any) -> Iterator[Sequence[Sequence[float]]]:
    """Rings of a polygon or of several; nothing for what is neither."""
    kind = geometry.get("type") if isinstance(geometry, dict) else ""
    if kind == "Polygon":
        yield from geometry["coordinates"]
    elif kind == "MultiPolygon":
        for polygon in geometry["coordinates"]:
            yield from polygon


def _area(area: Area, scale: _Scale, *, shaded: bool) -> str:
    path = "".join(_path(ring, scale) for ring in _rings(area.geometry))
    if not path:
        return ""
    fill = "#edf2f0"
    if shaded:
        fill = UNKNOWN if area.tone is None else TONES[min(max(area.tone, 0), len(TONES) - 1)]
    return (
        f'<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke="#7c8a8d" stroke-width="0.8"/>'
    )


def _path(ring: Sequence[Sequence[float]], scale: _Scale) -> str:
    steps: list[str] = []
    for point in ring:
        x, y = scale.at(point[0], point[1])
        step = f"{x:.1f} {y:.1f}"
        if not steps or steps[-1] != step:
            steps.append(step)
    return f"M{'L'.join(steps)}Z" if len(steps) > 2 else ""


def _name(area: Area, scale: _Scale) -> str:
    """At the middle of its largest ring, where there is room for it."""
    rings = [[scale.at(p[0], p[1]) for p in ring] for ring in _rings(area.geometry)]
    if not rings:
        return ""
    ring = max(rings, key=_surface)
    wide = max(x for x, _ in ring) - min(x for x, _ in ring)
    if wide < 6.2 * len(area.label):
        return ""
    x, y = _middle(ring)
    dark = area.tone is not None and area.tone >= 3
    ink, halo = ("#ffffff", TONES[4]) if dark else ("#12343b", "#ffffff")
    look = (
        f'{_FONT} font-size="13" text-anchor="middle" fill="{ink}" stroke="{halo}" '
        'stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
    )
    lines = (
        [area.label] if not area.words or wide < 6.2 * len(area.words) else [area.label, area.words]
    )
    return "".join(
        f'<text x="{x:.1f}" y="{y + 4 + 14 * rank - 7 * (len(lines) - 1):.1f}" {look}>{escape(line)}</text>'
        for rank, line in enumerate(lines)
    )


def _surface(ring: list[tuple[float, float]]) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring))) / 2


def _middle(ring: list[tuple[float, float]]) -> tuple[float, float]:
    """Centre of gravity of a closed ring; of its box when it is flat."""
    area = x = y = 0.0
    for a, b in itertools.pairwise(ring):
        cross = a[0] * b[1] - b[0] * a[1]
        area, x, y = area + cross, x + (a[0] + b[0]) * cross, y + (a[1] + b[1]) * cross
    if abs(area) < 1e-6:
        return ring[0]
    return x / (3 * area), y / (3 * area)


def _legend(drawn: AreaMap, top: float) -> tuple[str, float]:
    lines = [(TONES[rank], words) for rank, words in enumerate(drawn.legend) if words]
    if drawn.legend and any(area.tone is None for area in drawn.areas):
        lines.append((UNKNOWN, "non connu ou masqué"))
    parts, y = [], top + 4
    for fill, words in lines:
        parts.append(
            f'<rect x="{_MARGIN}" y="{y:.1f}" width="18" height="12" fill="{fill}" stroke="#7c8a8d" stroke-width="0.8"/>'
            f'<text x="{_MARGIN + 26}" y="{y + 10.5:.1f}" {_FONT} font-size="12" fill="#12343b">{escape(words)}</text>'
        )
        y += _LEGEND_LINE
    if drawn.dots and drawn.dots_label:
        parts.append(
            f'<circle cx="{_MARGIN + 9}" cy="{y + 6:.1f}" r="4" fill="{_DOT}"/>'
            f'<text x="{_MARGIN + 26}" y="{y + 10.5:.1f}" {_FONT} font-size="12" fill="#12343b">{escape(drawn.dots_label)}</text>'
        )
        y += _LEGEND_LINE
    return "".join(parts), y + 4
