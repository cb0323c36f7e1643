"""Keep the rows that migrations load (communes, taxonomy…) when a transactional test flushes tables.

Django empties every table after a test that needs real commits; 35 000 communes would be gone for
the tests that follow. A copy taken once per database is put back instead. Such tests stay dear
(about half a second): use them for commits, threads and other processes only.
"""

from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

from maillage.core.journal_lock import unlocked

_PREFIX = "kept_"
_tables: list[str] = []


def remember(connection: BaseDatabaseWrapper) -> None:
    """Copy every table of ours that is not empty after the migrations, as the migrations left it."""
    quote = connection.ops.quote_name
    models = [
        model
        for config in apps.get_app_configs()
        if config.name.startswith("maillage.")
        for model in config.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]
    _tables.clear()
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for table in dict.fromkeys(model._meta.db_table for model in models):
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {quote(table)})")
            if not cursor.fetchone()[0]:
                continue
            _tables.append(table)
            if _PREFIX + table not in existing:
                cursor.execute(
                    f"CREATE TABLE {quote(_PREFIX + table)} AS SELECT * FROM {quote(table)}"
                )


def keep_across_flushes() -> None:
    """Make Django's end of a transactional test put the copies back."""
    TransactionTestCase._fixture_teardown = _teardown


def _teardown(_test: TransactionTestCase) -> None:
    with unlocked():  # the journal refuses to be emptied otherwise
        call_command(
            "flush",
            verbosity=0,
            interactive=False,
            reset_sequences=False,
            inhibit_post_migrate=False,
        )
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        # Self-references, and children listed before parents, are checked at the end only.
        cursor.execute(
            "PRAGMA defer_foreign_keys = ON"
            if connection.vendor == "sqlite"
            else "SET CONSTRAINTS ALL DEFERRED"
        )
        for table in _tables:
            cursor.execute(f"INSERT INTO {quote(table)} SELECT * FROM {quote(_PREFIX + table)}")
