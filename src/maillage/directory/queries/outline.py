"""A state of the map as a picture."""

import json
from datetime import datetime
from itertools import islice

from maillage.directory.lib.criteria import DirectoryFilters
from maillage.directory.lib.outline import MOST_DOTS, Point, draw
from maillage.directory.queries.perimeter import perimeter_feed
from maillage.directory.queries.points import points_feed
from maillage.spaces.models import Space

_SCALE = 100_000


def outline_svg(space: Space, filters: DirectoryFilters, *, now: datetime) -> str:
    """The communes' contours and the points that the map shows, the first thousands of them."""
    contours = json.loads(perimeter_feed(space, now=now).bodies["identity"])
    geometries = [feature["geometry"] for feature in contours["features"]]
    return draw(geometries, _dots(space, filters, now), title=f"Carte de {space.name}")


def _dots(space: Space, filters: DirectoryFilters, now: datetime) -> list[Point]:
    """Of the feed of the map, so that both show the same; none when it sends aggregates instead."""
    feed = json.loads(points_feed(space, filters, now=now).bodies["identity"])
    if "x" not in feed:
        return []
    west, south = feed["origin"]
    pairs = islice(zip(feed["x"], feed["y"], strict=True), MOST_DOTS)
    return [((west + x) / _SCALE, (south + y) / _SCALE) for x, y in pairs]
