"""PostgreSQL: `vector` is a generated `tsvector` whose labels A to D stand for our four fields."""

from collections.abc import Sequence

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from maillage.core.search import keys
from maillage.core.search.query import Query, Term

# ts_rank weights of words (D), body (C), key (B), title (A).
_WEIGHTS = "{0.05, 0.1, 0.4, 1.0}"

# Binary COPY: eleven bytes of signature and eight of flags, then rows of one field of eight bytes.
_HEADER = 19
_ROW = np.dtype([("fields", ">i2"), ("length", ">i4"), ("id", ">i8")])


def find(kind: str, query: Query, limit: int | None) -> list[int]:
    sql = (
        "SELECT id FROM core_searchdocument, CAST(%s AS tsquery) AS asked"  # noqa: S608  (constant)
        " WHERE vector @@ asked AND id BETWEEN %s AND %s"
        f" ORDER BY ts_rank('{_WEIGHTS}', vector, asked, 1) DESC, id LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [_match(query), keys.first(kind), keys.last(kind), limit])
        return [keys.object_id(row[0]) for row in cursor.fetchall()]


def find_all(kind: str, query: Query) -> NDArray[np.int64]:
    sql = (
        "COPY (SELECT id FROM core_searchdocument WHERE vector @@ CAST(%s AS tsquery)"
        " AND id BETWEEN %s AND %s) TO STDOUT (FORMAT BINARY)"
    )
    with connection.cursor() as cursor:
        asked = [_match(query), keys.first(kind), keys.last(kind)]
        with cursor.copy(sql, asked) as copied:
            content = b"".join(bytes(block) for block in copied)
    rows = np.frombuffer(content, dtype=_ROW, offset=_HEADER, count=(len(content) - _HEADER) // 14)
    found: NDArray[np.int64] = rows["id"].astype(np.int64) & keys.OBJECTS
    return found


def similar_words(kind: str, plain: str) -> list[tuple[str, int]]:
    # Any shared trigram will do: the operator `%` would leave out short words with one wrong letter.
    inner = [f"%{plain[at : at + 3]}%" for at in range(len(plain) - 2)]
    patterns = [f"{plain[:2]}%", *inner, f"%{plain[-2:]}"]
    sql = (
        "SELECT word, documents FROM core_searchword WHERE kind = %s AND word LIKE ANY(%s)"
        " AND length(word) BETWEEN %s AND %s ORDER BY similarity(word, %s) DESC, word LIMIT 100"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [kind, patterns, len(plain) - 2, len(plain) + 2, plain])
        return [(word, documents) for word, documents in cursor.fetchall()]


def _match(query: Query) -> str:
    """`tsquery` text. Words hold only ASCII letters and digits, and are quoted."""
    return " & ".join(_term(term) for term in query.terms)


def _term(term: Term) -> str:
    last = term.words[-1]
    begun = [_phrase([word.stem]) for word in term.words[:-1]]
    ways = [_phrase([last.stem])]
    if term.prefix:
        ways.append(f"'{last.plain}':*D")
    typed = " & ".join([*begun, f"({' | '.join(ways)})"])
    others = [_phrase(expression.stems) for expression in term.equivalents]
    return f"({' | '.join([f'({typed})', *others])})"


def _phrase(stems: Sequence[str]) -> str:
    """Neighbours inside one field: FTS5 never finds a phrase across two, nor may we."""
    if len(stems) == 1:
        return f"'{stems[0]}':ABC"
    fields = (" <-> ".join(f"'{stem}':{label}" for stem in stems) for label in "ABC")
    return "(" + " | ".join(f"({field})" for field in fields) + ")"
