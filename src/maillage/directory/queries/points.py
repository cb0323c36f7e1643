"""Points of the map, ready to be sent."""

from datetime import datetime

from maillage.directory.lib import points
from maillage.directory.lib.criteria import DirectoryFilters
from maillage.directory.queries.matching import matching
from maillage.directory.queries.memory import current
from maillage.spaces.models import Space


def points_feed(
    space: Space, filters: DirectoryFilters, *, now: datetime, view: points.View | None = None
) -> points.Feed:
    """Places of the structures that `matching` finds, or what a map draws of them in `view`.

    Compressed once per state where the whole directory is shown, or only a view of it.
    """
    if filters.is_unfiltered():
        snapshot = current(space, now)
        state = f"{view}" if view and len(snapshot.places.owner) > points.MOST else ""
        feed: points.Feed | None = snapshot.feed(state)
        if feed is None:
            body = points.encode(snapshot, snapshot.everything, view)
            feed = points.compress(body, thorough=not state)
            snapshot.keep_feed(state, feed)
        return feed
    selection, _ = matching(space, filters, now=now)
    body = points.encode(selection.snapshot, selection.members, view)
    return points.compress(body, thorough=False)
