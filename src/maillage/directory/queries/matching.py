"""The one answer behind the list, the map, the exports and the feeds."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from maillage.core.search import Hits, search
from maillage.directory.lib.criteria import DirectoryFilters
from maillage.directory.lib.selection import Selection, known_values, select
from maillage.directory.lib.snapshot import Snapshot
from maillage.directory.queries.memory import current
from maillage.spaces.models import Space
from maillage.structures.actions.indexing import KIND


class Answer(NamedTuple):
    """`messages` says what of the filters was left out."""

    selection: Selection
    messages: list[str]


def matching(space: Space, filters: DirectoryFilters, *, now: datetime) -> Answer:
    """Published structures of `space` in this state, in its order. `page` plays no part."""
    snapshot = current(space, now)
    filters, messages = known_values(snapshot, filters)
    hits = _hits(snapshot, filters.q) if filters.q else None
    if hits is not None and not hits.usable:
        messages.append("Votre recherche ne contient aucun mot à chercher : tout est montré.")
        filters, hits = replace(filters, q=""), None
    return Answer(select(snapshot, filters, hits), messages)


def _hits(snapshot: Snapshot, query: str) -> Hits:
    hits = snapshot.remembered(query)
    if hits is None:
        hits = search(KIND, query, snapshot.synonyms)
        snapshot.remember(query, hits)
    return hits
