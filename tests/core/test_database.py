"""The planner is told of what was just written, when it is much and when it listens."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.core.database import MANY, refresh_statistics
from maillage.core.models import Clock, Job

pytestmark = pytest.mark.django_db


def rows_believed() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'core_clock'")
        return cursor.fetchone()[0]


def test_rows_of_the_open_transaction_are_counted(*, postgres: bool) -> None:
    Clock.objects.bulk_create(Clock(name=f"clock {n}") for n in range(MANY))
    with CaptureQueriesContext(connection) as asked:
        refresh_statistics(Clock, Job, rows=MANY)
    if not postgres:
        assert len(asked) == 0
        return
    assert len(asked) == 1
    assert rows_believed() == Clock.objects.count()


def test_little_work_is_not_counted() -> None:
    with CaptureQueriesContext(connection) as asked:
        refresh_statistics(Clock, rows=MANY - 1)
    assert len(asked) == 0
