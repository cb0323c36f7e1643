"""The three verbs of the search."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from maillage.core.search import keys, lexicon
from maillage.core.search.analysis import Word, words
from maillage.core.search.engines import engine
from maillage.core.search.models import SearchDocument
from maillage.core.search.query import Query, build, typed_words
from maillage.core.search.synonyms import Groups, thesaurus

_CHUNK = 500
_MOST_CORRECTIONS = 3


@dataclass(frozen=True)
class Document:
    """Plain text of an object: `title` counts most, then `key`, then `body`."""

    id: int
    title: str
    key: str = ""
    body: str = ""


@dataclass(frozen=True)
class Hits:
    """Answer to a query.

    `ids`: matching objects, best first. `corrected`: the words really searched when a typo was
    corrected, else empty. `expanded`: expression of the query → equivalents searched too.
    `usable` is false when the query holds no word at all (empty, stop words, signs): `ids` is then
    empty too, and the caller decides what that means. `ranked` is false when there are too many to
    say which are best: `ids` is then an array, in no order that means anything.
    """

    ids: Sequence[int] | NDArray[np.int64]
    corrected: str = ""
    expanded: dict[str, tuple[str, ...]] = field(default_factory=dict)
    usable: bool = True
    ranked: bool = True


def search(
    kind: str,
    query: str,
    synonyms: Groups = (),
    limit: int | None = None,
    *,
    most_ranked: int | None = None,
) -> Hits:
    """Objects of `kind` that hold every word of `query`; its last word may be unfinished.

    `synonyms`: groups of equivalent expressions. When nothing matches, words that no document holds
    are replaced by their nearest known neighbour, if there is one. With `most_ranked`, more objects
    than that are found all the same, but not ranked: ranking reads each of them.
    """
    typed = typed_words(query)
    if not typed:
        return Hits([], usable=False)
    known = thesaurus(synonyms)
    asked = build(typed, known)
    ids, ranked = _find(kind, asked, limit, most_ranked)
    if len(ids):
        return Hits(ids, expanded=asked.expanded, ranked=ranked)
    corrected = _corrected(kind, typed)
    if corrected == typed:
        return Hits([], expanded=asked.expanded)
    asked = build(corrected, known)
    ids, ranked = _find(kind, asked, limit, most_ranked)
    return Hits(
        ids,
        corrected=" ".join(word.plain for word in corrected),
        expanded=asked.expanded,
        ranked=ranked,
    )


def _find(
    kind: str, asked: Query, limit: int | None, most_ranked: int | None
) -> tuple[Sequence[int] | NDArray[np.int64], bool]:
    if most_ranked is not None:
        every = engine().find_all(kind, asked)
        if len(every) > most_ranked:
            return every, False
    return engine().find(kind, asked, limit), True


def _corrected(kind: str, typed: list[Word]) -> list[Word]:
    corrected = list(typed)
    for at in lexicon.unknown(kind, typed)[:_MOST_CORRECTIONS]:
        near = lexicon.nearest(kind, typed[at].plain)
        if near is not None:
            corrected[at] = next(words(near))
    return corrected


def index(kind: str, documents: Iterable[Document]) -> int:
    """Add or replace documents; the number of documents is returned."""
    count = 0
    rest = iter(documents)
    while chunk := list(islice(rest, _CHUNK)):
        latest = {keys.key(kind, document.id): document for document in chunk}
        rows = [_row(key, document) for key, document in latest.items()]
        with transaction.atomic():
            changes = _forget(latest)
            SearchDocument.objects.bulk_create(rows)
            changes.update(word for row in rows for word in row.words.split())
            lexicon.add(kind, changes)
        count += len(rows)
    return count


def remove(kind: str, ids: Iterable[int] | None) -> None:
    """Forget these objects, or all those of `kind` when `ids` is None."""
    if ids is None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM core_searchdocument WHERE id BETWEEN %s AND %s",
                [keys.first(kind), keys.last(kind)],
            )
            cursor.execute("DELETE FROM core_searchword WHERE kind = %s", [kind])
        return
    rest = iter(ids)
    while chunk := list(islice(rest, _CHUNK)):
        with transaction.atomic():
            lexicon.add(kind, _forget(keys.key(kind, object_id) for object_id in chunk))


def _forget(rows: Iterable[int]) -> Counter[str]:
    """Delete rows; what the lexicon loses is returned as negative numbers."""
    old = SearchDocument.objects.filter(pk__in=list(rows))
    lost: Counter[str] = Counter()
    for forms in old.values_list("words", flat=True):
        lost.subtract(forms.split())
    old.delete()
    return lost


def _row(key: int, document: Document) -> SearchDocument:
    fields = [list(words(text)) for text in (document.title, document.key, document.body)]
    title, key_words, body = (" ".join(word.stem for word in part) for part in fields)
    forms: Iterator[str] = (word.plain for part in fields for word in part)
    return SearchDocument(
        id=key, title=title, key=key_words, body=body, words=" ".join(dict.fromkeys(forms))
    )
