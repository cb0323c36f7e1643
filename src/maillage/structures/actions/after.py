"""What follows every write to structures, whoever made it: places, search index, caches."""

from collections.abc import Collection
from datetime import datetime

from maillage.core import journal


def after_write(
    *,
    structures: Collection[int],
    places: Collection[int] = (),
    now: datetime,
    deleted: Collection[int] = (),
) -> None:
    """Call it inside the transaction of the write, with the primary keys touched."""
    if structures or deleted:
        journal.tick("structures")
