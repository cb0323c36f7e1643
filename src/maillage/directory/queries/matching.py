"""The one answer behind the list, the map, the exports and the feeds."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from maillage.core.search import search
from maillage.directory.lib.criteria import DirectoryFilters
from maillage.directory.lib.selection import Found, Selection, found_in, known_values, select
from maillage.directory.lib.snapshot import Snapshot
from maillage.directory.queries.memory import current
from maillage.spaces.models import Space
from maillage.structures.actions.indexing import KIND

# Past that many answers in a large space, the best ones are not looked for.
MOST_RANKED = 20_000


class Answer(NamedTuple):
    """`messages` says what of the filters was left out."""

    selection: Selection
    messages: list[str]


def matching(space: Space, filters: DirectoryFilters, *, now: datetime) -> Answer:
    """Published structures of `space` in this state, in its order. `page` plays no part."""
    snapshot = current(space, now)
    filters, messages = known_values(snapshot, filters)
    found = _found(snapshot, filters.q) if filters.q else None
    if found is not None and not found.hits.usable:
        messages.append("Votre recherche ne contient aucun mot à chercher : tout est montré.")
        filters, found = replace(filters, q=""), None
    if found is not None and found.ranked is None and filters.order == "pertinence":
        messages.append(
            "Les réponses sont très nombreuses : elles sont rangées par nom. "
            "Ajoutez un mot ou un filtre pour voir d'abord les plus pertinentes."
        )
    return Answer(select(snapshot, filters, found), messages)


def _found(snapshot: Snapshot, query: str) -> Found:
    found: Found | None = snapshot.remembered(query)
    if found is None:
        most = MOST_RANKED if snapshot.is_large else None
        found = found_in(snapshot, search(KIND, query, snapshot.synonyms, most_ranked=most))
        snapshot.remember(query, found)
    return found
