"""Columns of rows, and positions of identifiers: how a snapshot is read from the database."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import QuerySet
from numpy.typing import NDArray

Integers = NDArray[np.int64]


class Positions:
    """From identifiers of structures to their positions."""

    def __init__(self, ids: Integers) -> None:
        self.by_id: Integers = np.argsort(ids, kind="stable").astype(np.int64)
        self.sorted_ids: Integers = ids[self.by_id]

    def __len__(self) -> int:
        return len(self.by_id)

    def of(self, ids: Sequence[int]) -> Integers:
        """Position of each identifier, -1 for those that are not published here."""
        wanted = np.asarray(ids, dtype=np.int64)
        if not len(self.sorted_ids) or not len(wanted):
            return np.full(len(wanted), -1, dtype=np.int64)
        at = np.searchsorted(self.sorted_ids, wanted)
        at[at == len(self.sorted_ids)] = 0
        return np.where(self.sorted_ids[at] == wanted, self.by_id[at], -1)


def columns(queryset: QuerySet[Any, Any], width: int) -> list[Sequence[Any]]:
    """Columns of a `values_list`, as the database driver gives them: no conversion, no object."""
    sql, params = queryset.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    return list(zip(*rows, strict=True)) if rows else [()] * width
