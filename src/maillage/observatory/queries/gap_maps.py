"""Maps of one need: communes by what the measure says, and squares by what their people can reach.

Squares are worked out when they are asked for and kept by the process until the space is measured again.
"""

import json
from collections import OrderedDict
from datetime import datetime
from threading import Lock
from typing import Any

import numpy as np
from django.urls import reverse
from numpy.typing import NDArray

from maillage.observatory.lib import access
from maillage.observatory.lib.catalogue import NeedSheet
from maillage.observatory.queries.gaps import Gaps
from maillage.observatory.queries.people import Cells, in_metres, load_cells
from maillage.observatory.queries.supply import load_supply, perimeter_of
from maillage.territories.models import PopulationCell
from maillage.territories.queries import perimeter_geojson

# Squares sent at most: above, neighbours are joined, 400 m wide, then 800 m.
MOST_SQUARES = 4_000
_SIDE = 200.0
_DEGREE_M = 111_320.0
_KEPT = 16
_kept: "OrderedDict[tuple[Any, ...], bytes]" = OrderedDict()
_lock = Lock()


def communes_map(gaps: Gaps, need: NeedSheet) -> dict[str, Any]:
    """Contours with `code`, `name`, `level`, `words`, `url`, and `silent` where information is short."""
    lines = {line.place.code: line for line in gaps.of_need(need)}
    outline = perimeter_geojson(place.code for place in gaps.communes)
    for feature in outline["features"]:
        line = lines.get(feature["properties"]["code"])
        if line is not None:
            address = reverse("gaps:gap", args=[gaps.space.slug, need.code, line.place.code])
            feature["properties"] |= {
                "level": line.level,
                "words": line.words,
                "silent": line.is_silent,
                "url": address,
            }
    return outline


def has_cells(gaps: Gaps) -> bool:
    codes = [place.code for place in gaps.communes]
    return PopulationCell.objects.filter(municipality_code__in=codes, population__gt=0).exists()


def cells_map(gaps: Gaps, need: NeedSheet, *, now: datetime) -> bytes:
    """GeoJSON of the squares: `people`, `metres` to the nearest, `index` (2SFCA per 10 000), `level`.

    `level`: `lacking` when nobody is within the need's reach, `unclear` when the index is under half of the
    mean, `served` otherwise, `unknown` when nobody answers in the space.
    """
    key = (gaps.space.pk, need, gaps.measured_at)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    body = json.dumps(_squares(gaps, need, now), separators=(",", ":")).encode()
    with _lock:
        _kept[key] = body
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return body


def _squares(gaps: Gaps, need: NeedSheet, now: datetime) -> dict[str, Any]:
    codes = perimeter_of(gaps.space)
    cells = load_cells(codes)
    supply = load_supply(gaps.space, (need,), now=now)
    points = in_metres(supply.points(supply.answers[need.code]), codes)
    people = cells.people_of(need.target)
    metres = access.nearest(cells.xy, points)
    index = access.two_step(cells.xy, people, points, reach=need.reach) * 10_000
    side, group = _joined(cells)
    size = int(group.max(initial=-1)) + 1
    everyone = np.bincount(group, cells.people, minlength=size)
    middle = [
        access.weighted_mean(cells.lonlat[:, axis], cells.people, group, size) for axis in (0, 1)
    ]
    far = access.weighted_mean(np.where(np.isfinite(metres), metres, 0), cells.people, group, size)
    held = access.weighted_mean(index, cells.people, group, size)
    mean = float(np.average(index, weights=cells.people)) if len(index) else 0.0
    features = [
        _feature(
            (middle[0][row], middle[1][row]),
            side,
            people=round(float(everyone[row])),
            metres=round(float(far[row])) if len(points) else None,
            index=round(float(held[row]), 2),
            level=_level(float(far[row]), float(held[row]), mean, need.reach) if len(points) else "unknown",
        )
        for row in range(size)
        if everyone[row] > 0
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def _level(metres: float, index: float, mean: float, reach: int) -> str:
    if metres > reach:
        return "lacking"
    return "unclear" if index < mean / 2 else "served"


def _joined(cells: Cells) -> tuple[float, NDArray[np.int64]]:
    """Side of the squares to draw, and the square of each cell, numbered from 0."""
    side = _SIDE
    while True:
        rows = np.floor(cells.xy / side).astype(np.int64)
        found, group = np.unique(rows, axis=0, return_inverse=True)
        if side == _SIDE and len(cells.codes) <= MOST_SQUARES:
            return side, np.arange(len(cells.codes))
        if len(found) <= MOST_SQUARES:
            return side, group.reshape(-1)
        side *= 2


def _feature(centre: tuple[float, float], side: float, **properties: Any) -> dict[str, Any]:
    lon, lat = float(centre[0]), float(centre[1])
    tall = side / 2 / _DEGREE_M
    wide = tall / float(np.cos(np.radians(lat)))
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    ring = [[round(lon + x * wide, 5), round(lat + y * tall, 5)] for x, y in corners]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
