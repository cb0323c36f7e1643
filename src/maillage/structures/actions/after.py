"""What follows every write to structures, whoever made it: places, search index, caches."""

from collections.abc import Collection
from datetime import datetime

from maillage.core import journal, search
from maillage.structures.actions.indexing import ARCHIVED_KIND, KIND, reindex
from maillage.structures.actions.locate import assign_neighbourhoods


def after_write(
    *,
    structures: Collection[int],
    places: Collection[int] = (),
    now: datetime,
    deleted: Collection[int] = (),
) -> None:
    """Call it inside the transaction of the write, with the primary keys touched."""
    if places:
        assign_neighbourhoods(places)
    if deleted:
        search.remove(KIND, deleted)
        search.remove(ARCHIVED_KIND, deleted)
    remaining = sorted(set(structures) - set(deleted))
    if remaining:
        reindex(remaining)
    if remaining or deleted:
        journal.tick("structures")
