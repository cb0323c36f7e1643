"""Points of the map, ready to be sent."""

from datetime import datetime

from maillage.directory.lib import points
from maillage.directory.lib.criteria import DirectoryFilters
from maillage.directory.queries.matching import matching
from maillage.directory.queries.memory import current
from maillage.spaces.models import Space


def points_feed(space: Space, filters: DirectoryFilters, *, now: datetime) -> points.Feed:
    """Places of the structures that `matching` finds, compressed once per state."""
    if filters.is_unfiltered():
        snapshot = current(space, now)
        feed: points.Feed | None = snapshot.feed("")
        if feed is None:
            body = points.encode(snapshot, snapshot.everything)
            feed = points.compress(body, thorough=True)
            snapshot.keep_feed("", feed)
        return feed
    selection, _ = matching(space, filters, now=now)
    snapshot = selection.snapshot
    body = points.encode(snapshot, selection.members)
    return points.compress(body, thorough=False)
