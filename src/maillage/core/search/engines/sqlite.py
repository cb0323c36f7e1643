"""SQLite FTS5: `core_search_fts` reads its text from `core_searchdocument`, triggers keep it."""

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from maillage.core.search import keys
from maillage.core.search.query import Query, Term

# bm25 weights of title, key, body, words.
_RANK = "bm25(core_search_fts, 10.0, 4.0, 1.0, 0.5)"


def find(kind: str, query: Query, limit: int | None) -> list[int]:
    sql = (
        "SELECT rowid FROM core_search_fts WHERE core_search_fts MATCH %s"  # noqa: S608  (constant)
        f" AND rowid BETWEEN %s AND %s ORDER BY {_RANK}, rowid LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [_match(query), keys.first(kind), keys.last(kind), limit or -1])
        return [keys.object_id(row[0]) for row in cursor.fetchall()]


def find_all(kind: str, query: Query) -> NDArray[np.int64]:
    sql = (
        "SELECT rowid FROM core_search_fts WHERE core_search_fts MATCH %s"
        " AND rowid BETWEEN %s AND %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [_match(query), keys.first(kind), keys.last(kind)])
        rows = (keys.object_id(row[0]) for row in iter(cursor.fetchone, None))
        return np.fromiter(rows, dtype=np.int64)


def similar_words(kind: str, plain: str) -> list[tuple[str, int]]:
    padded = f" {plain} "
    trigrams = dict.fromkeys(padded[at : at + 3] for at in range(len(padded) - 2))
    sql = (
        "SELECT word.word, word.documents FROM core_search_trigrams AS near"
        " JOIN core_searchword AS word ON word.id = near.rowid"
        " WHERE core_search_trigrams MATCH %s AND word.kind = %s"
        " AND length(word.word) BETWEEN %s AND %s ORDER BY near.rank, word.word LIMIT 100"
    )
    match = " OR ".join(f'"{trigram}"' for trigram in trigrams)
    with connection.cursor() as cursor:
        cursor.execute(sql, [match, kind, len(plain) - 2, len(plain) + 2])
        return [(word, documents) for word, documents in cursor.fetchall()]


def _match(query: Query) -> str:
    """FTS5 expression. Words hold only ASCII letters and digits, and are quoted."""
    return " AND ".join(_term(term) for term in query.terms)


def _term(term: Term) -> str:
    last = term.words[-1]
    begun = [f"({_phrase([word.stem])})" for word in term.words[:-1]]
    ways = [_phrase([last.stem])]
    if term.prefix:
        ways.append(f'words : "{last.plain}" *')
    typed = " AND ".join([*begun, f"({' OR '.join(ways)})"])
    others = [_phrase(expression.stems) for expression in term.equivalents]
    return f"({' OR '.join([f'({typed})', *others])})"


def _phrase(stems: list[str] | tuple[str, ...]) -> str:
    return f'{{title key body}} : "{" ".join(stems)}"'
