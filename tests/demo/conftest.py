"""One demonstration for a whole module: building it takes two seconds."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from maillage.demo.actions import build_demo
from tests.factories import NOW


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """The four spaces, in an outer transaction that each test's own one nests in."""
    with django_db_blocker.unblock(), transaction.atomic():
        build_demo(by=None, now=NOW)
        yield
        transaction.set_rollback(True)
