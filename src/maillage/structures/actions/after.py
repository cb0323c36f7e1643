"""What follows every write to structures, whoever made it: places, search index, upkeep, caches."""

from collections.abc import Collection
from datetime import datetime

from maillage.core import journal, search
from maillage.core.database import refresh_statistics
from maillage.core.search.models import SearchDocument, SearchWord
from maillage.structures.actions.indexing import ARCHIVED_KIND, KIND, reindex
from maillage.structures.actions.locate import assign_neighbourhoods
from maillage.structures.actions.upkeep import upkeep_after_write
from maillage.structures.models import Establishment, Label, Structure, StructureTerm


def after_write(
    *,
    structures: Collection[int],
    places: Collection[int] = (),
    now: datetime,
    deleted: Collection[int] = (),
) -> None:
    """Call it inside the transaction of the write, with the primary keys touched."""
    refresh_statistics(Structure, Establishment, StructureTerm, Label, rows=len(structures))
    if places:
        assign_neighbourhoods(places)
    if deleted:
        search.remove(KIND, deleted)
        search.remove(ARCHIVED_KIND, deleted)
    remaining = sorted(set(structures) - set(deleted))
    if remaining:
        reindex(remaining)
        refresh_statistics(SearchDocument, SearchWord, rows=len(remaining))
        upkeep_after_write(remaining, now=now)
    if remaining or deleted:
        journal.tick("structures")
