"""The outline of a space, ready to be sent."""

import json
from datetime import datetime

from maillage.directory.lib import points
from maillage.directory.queries.memory import current
from maillage.spaces.models import Space
from maillage.territories.queries import perimeter_geojson


def perimeter_feed(space: Space, *, now: datetime) -> points.Feed:
    """FeatureCollection of the communes' contours."""
    snapshot = current(space, now)
    feed: points.Feed | None = snapshot.feed("perimeter")
    if feed is None:
        outline = perimeter_geojson(snapshot.facets["commune"])
        body = json.dumps(outline, ensure_ascii=False, separators=(",", ":")).encode()
        feed = points.compress(body, thorough=True)
        snapshot.keep_feed("perimeter", feed)
    return feed
