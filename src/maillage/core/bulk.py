"""Add a very great number of rows: COPY on PostgreSQL, prepared statements on SQLite."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model

_MEMORY = "512MB"


def add_rows(
    model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]], **same: Any
) -> None:
    """Append `rows`, whose values stand in the order of `names` (columns of `model`).

    `same` gives a value to every row; the other columns take the default of their field. Values are
    what both databases read: texts, numbers, booleans, None, dates and moments as ISO texts, JSON as
    text. Nothing is checked but by the database.
    """
    others = {**_defaults(model), **same}
    constants = tuple(value for name, value in others.items() if name not in names)
    columns = [*names, *(name for name in others if name not in names)]
    quoted = ", ".join(connection.ops.quote_name(name) for name in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row((*row, *constants))
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(
                f"INSERT INTO {table} ({quoted}) VALUES ({places})",  # noqa: S608  (names of the model)
                ((*row, *constants) for row in rows),  # type: ignore[arg-type]  # read one by one
            )


@cache
def _defaults(model: type[Model]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        # A key that nobody gives is the database's own affair.
        if field.primary_key:
            continue
        value = field.get_default()
        found[str(field.column)] = "{}" if value == {} else "[]" if value == [] else value
    return found


def after_given_keys(*models: type[Model]) -> None:
    """Let the next key of these tables come after those that were written by hand."""
    for model in models:
        table, key = model._meta.db_table, model._meta.pk
        if connection.vendor != "postgresql" or key is None:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s),"  # noqa: S608  (names of the model)
                f" (SELECT MAX({connection.ops.quote_name(str(key.column))})"
                f" FROM {connection.ops.quote_name(table)}))",
                [connection.ops.quote_name(table), key.column],
            )


@contextmanager
def without_indexes(*models: type[Model]) -> Iterator[None]:
    """Put the indexes and foreign keys of these tables back at the end: far quicker for a great many rows.

    Within a transaction: whatever happens, they are all there afterwards. Unique ones stay in force.
    Nothing is done on SQLite, which gains little by it.
    """
    if connection.vendor != "postgresql":
        yield
        return
    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relation.relname, held.conname, pg_get_constraintdef(held.oid)"
            " FROM pg_constraint AS held JOIN pg_class AS relation ON relation.oid = held.conrelid"
            " WHERE held.contype = 'f' AND relation.relname = ANY(%s) ORDER BY 1, 2",
            [tables],
        )
        keys = cursor.fetchall()
        cursor.execute(
            "SELECT one.relname, pg_get_indexdef(kept.indexrelid) FROM pg_index AS kept"
            " JOIN pg_class AS one ON one.oid = kept.indexrelid"
            " JOIN pg_class AS relation ON relation.oid = kept.indrelid"
            " WHERE NOT kept.indisunique AND relation.relname = ANY(%s) ORDER BY 1",
            [tables],
        )
        indexes = cursor.fetchall()
        for table, name, _ in keys:
            cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        cursor.execute(f"SET LOCAL maintenance_work_mem = '{_MEMORY}'")
        for _, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in keys:
            cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}')
