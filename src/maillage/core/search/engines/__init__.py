"""Two databases, one contract: the same query finds the same objects."""

from typing import Protocol

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from maillage.core.search.query import Query


class Engine(Protocol):
    def find(self, kind: str, query: Query, limit: int | None) -> list[int]:
        """Identifiers of the matching objects, best first."""

    def find_all(self, kind: str, query: Query) -> NDArray[np.int64]:
        """The same objects, in no order: whatever their number, an array and nothing else."""

    def similar_words(self, kind: str, plain: str) -> list[tuple[str, int]]:
        """Up to a hundred known words that look like `plain`, with their number of documents."""


def engine() -> Engine:
    """Engine of the default database."""
    if connection.vendor == "postgresql":
        from maillage.core.search.engines import postgresql  # noqa: PLC0415  (one of the two is used)

        return postgresql
    from maillage.core.search.engines import sqlite  # noqa: PLC0415  (one of the two is used)

    return sqlite
