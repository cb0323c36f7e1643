"""The lock of the journal, and the only way to lift it: emptying a whole database on purpose.

Triggers refuse UPDATE, DELETE and TRUNCATE (migration 0008). They hold against our own mistakes, not
against whoever may alter the schema.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

_TRIGGERS = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'core_journalentry'"
)


@contextmanager
def unlocked() -> Iterator[None]:
    """Let the block empty the journal, in one transaction. The demonstration and the tests need it.

    PostgreSQL is told by a setting of the transaction. SQLite has none: its triggers are taken away and
    put back, which a rollback undoes too.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL maillage.journal_unlocked = 'yes'")
            yield
            cursor.execute("SET LOCAL maillage.journal_unlocked = 'no'")
            return
        cursor.execute(_TRIGGERS)
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _name, sql in triggers:
            cursor.execute(sql)
