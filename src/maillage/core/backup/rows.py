"""Rows as JSON lines, the same whatever the engine."""

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, models

EPHEMERAL = frozenset(
    {"sessions.session", "usersessions.usersession", "django_tasks_database.dbtaskresult"}
)
_CHUNK = 2_000
Model = type[models.Model]


def kept_models(apps: Any) -> list[Model]:
    """Every table that a backup holds, by label. `apps` is Django's registry or a migration's."""
    found = apps.get_models(include_auto_created=True)
    kept = [
        model
        for model in found
        if model._meta.managed
        and not model._meta.proxy
        and model._meta.label_lower not in EPHEMERAL
    ]
    return sorted(kept, key=lambda model: model._meta.label_lower)


def lines(model: Model) -> Iterator[bytes]:
    """A first line that names the columns, then one line per row, in the order of the key."""
    # By name: a migration's model and ours do not declare their fields in the same order.
    names = sorted(field.attname for field in model._meta.concrete_fields)
    yield _line(names)
    rows: models.QuerySet[Any, Any] = models.QuerySet(model).order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=_CHUNK):
        yield _line(row)


def load(model: Model, content: Iterable[bytes]) -> int:
    """Insert the rows as they were, keys and dates included; their number. Raises `ValueError`."""
    source = iter(content)
    names = json.loads(next(source))
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    if set(names) != set(by_name):
        raise ValueError(f"{model._meta.label}: columns differ")
    fields = [by_name[name] for name in names]
    size = max(1, connection.ops.bulk_batch_size(fields, [None] * _CHUNK))
    batch: list[models.Model] = []
    count = 0
    for line in source:
        values = json.loads(line)
        batch.append(
            model(
                **{
                    field.attname: field.to_python(value)
                    for field, value in zip(fields, values, strict=True)
                }
            )
        )
        if len(batch) == size:
            count += _insert(model, fields, batch)
            batch = []
    return count + (_insert(model, fields, batch) if batch else 0)


def _insert(model: Model, fields: list[Any], batch: list[models.Model]) -> int:
    """Raw: `auto_now` must not write today over what was."""
    models.QuerySet(model)._insert(batch, fields=fields, raw=True)  # type: ignore[attr-defined]  # noqa: SLF001
    return len(batch)


def _line(values: Iterable[Any]) -> bytes:
    text = json.dumps(list(values), default=_plain, ensure_ascii=False, separators=(",", ":"))
    return text.encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, timedelta):
        return str(value.total_seconds())
    raise TypeError(f"a backup can't hold {type(value).__name__}")
