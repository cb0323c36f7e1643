"""Columns of rows, and positions of identifiers: how a snapshot is read from the database."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Texts = NDArray[np.bytes_]
# Rows read at once: what a small space has is one lot, what a country has is never all in memory.
LOT = 50_000


class Positions:
    """From identifiers of structures to their positions."""

    def __init__(self, ids: Integers) -> None:
        self.by_id: NDArray[np.int32] = np.argsort(ids, kind="stable").astype(np.int32)
        self.sorted_ids: Integers = ids[self.by_id]

    def __len__(self) -> int:
        return len(self.by_id)

    def of(self, ids: Sequence[int] | Integers) -> Integers:
        """Position of each identifier, -1 for those that are not published here."""
        wanted = np.asarray(ids, dtype=np.int64)
        if not len(self.sorted_ids) or not len(wanted):
            return np.full(len(wanted), -1, dtype=np.int64)
        at = np.searchsorted(self.sorted_ids, wanted)
        at[at == len(self.sorted_ids)] = 0
        return np.where(self.sorted_ids[at] == wanted, self.by_id[at], -1)


class Coding(dict[str, int]):
    """Few different texts as small numbers, in the order they are met."""

    def __missing__(self, text: str) -> int:
        self[text] = found = len(self)
        return found

    def of(self, texts: Sequence[str]) -> NDArray[np.int32]:
        return np.fromiter(map(self.__getitem__, texts), dtype=np.int32, count=len(texts))


class Rows:
    """A few names for each position: `ranks[first[p]:first[p + 1]]` are ranks in `names`."""

    __slots__ = ("first", "names", "ranks")

    def __init__(self, owner: Integers, ranks: Integers, names: Sequence[str], size: int) -> None:
        """`owner` is sorted."""
        self.first: NDArray[np.int32] = np.searchsorted(owner, np.arange(size + 1)).astype(np.int32)
        self.ranks = ranks.astype(np.int32)
        self.names = names

    def __len__(self) -> int:
        return len(self.first) - 1

    def __getitem__(self, position: int) -> tuple[str, ...]:
        held = self.ranks[self.first[position] : self.first[position + 1]]
        return tuple(self.names[rank] for rank in held.tolist())

    def get(self, position: int, default: Any = None) -> list[str]:
        """The names as a list."""
        return list(self[position])


class Named:
    """One name for each position, out of a few."""

    __slots__ = ("codes", "names")

    def __init__(self, codes: NDArray[Any], names: Sequence[str]) -> None:
        self.codes, self.names = codes, names

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, position: int) -> str:
        return self.names[int(self.codes[position])]


def lots(queryset: QuerySet[Any, Any], width: int) -> Iterator[list[Sequence[Any]]]:
    """Columns of a `values_list`, lot by lot, as the database driver gives them: no conversion, no object.

    There is one lot at least.
    """
    try:
        sql, params = queryset.query.sql_with_params()
    except EmptyResultSet:
        yield [()] * width
        return
    cursors = connection.chunked_cursor() if _is_many(queryset) else connection.cursor()
    with cursors as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchmany(LOT)
        if not rows:
            yield [()] * width
        while rows:
            yield list(zip(*rows, strict=True))
            rows = cursor.fetchmany(LOT) if len(rows) == LOT else []


def _is_many(queryset: QuerySet[Any, Any]) -> bool:
    """Only PostgreSQL would send every row at once; a cursor on its side costs a little more."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples FROM pg_class WHERE oid = %s::regclass",
            [connection.ops.quote_name(queryset.model._meta.db_table)],
        )
        return bool(cursor.fetchone()[0] > LOT)


def joined(parts: Iterable[NDArray[Any]]) -> NDArray[Any]:
    """Lots of a column, one after the other."""
    several = list(parts)
    return several[0] if len(several) == 1 else np.concatenate(several)


def texts(column: Sequence[str | None], width: int) -> Texts:
    """Short texts that only have to be compared; empty for None."""
    return np.asarray([text or "" for text in column], dtype=f"S{width}")


def ranks_of(values: NDArray[Any]) -> Integers:
    """Rank of each value among the different ones."""
    return np.unique(values, return_inverse=True)[1].astype(np.int64).reshape(-1)


def columns(queryset: QuerySet[Any, Any], width: int) -> list[Sequence[Any]]:
    """The columns of all rows at once."""
    several = list(lots(queryset, width))
    if len(several) == 1:
        return several[0]
    return [[value for part in parts for value in part] for parts in zip(*several, strict=True)]
