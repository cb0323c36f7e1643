"""Short ways to say what a table keeps of a person (`core/room.py`, `PersonalData`)."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps

if TYPE_CHECKING:
    from django.db.models import Manager, Model, QuerySet

Rows = list[dict[str, Any]]


def told(model: str, key: str, **columns: str) -> Callable[[Any], Rows]:
    """Exporter of `model`'s rows whose `key` is the person; `columns` maps a French name to a field or a path.

    `key` ends with `email` when the table knows people by their address.
    """

    def export(user: Any) -> Rows:
        words = [_choices(model, path) for path in columns.values()]
        found = _whose(model, key, user).values_list(*columns.values())
        return [
            {
                name: said.get(value, value) if said else _plain(value)
                for name, said, value in zip(columns, words, row, strict=True)
            }
            for row in found.iterator()
        ]

    return export


def forgotten(model: str, key: str) -> Callable[[Any, datetime], None]:
    """Eraser that deletes the person's rows."""

    def erase(user: Any, _now: datetime) -> None:
        _whose(model, key, user).delete()

    return erase


def loosened(model: str, key: str, **blank: Any) -> Callable[[Any, datetime], None]:
    """Eraser that keeps the rows and writes `blank` over what they say of the person."""

    def erase(user: Any, _now: datetime) -> None:
        _whose(model, key, user).update(**blank)

    return erase


def all_of(*erasers: Callable[[Any, datetime], None]) -> Callable[[Any, datetime], None]:
    def erase(user: Any, now: datetime) -> None:
        for one in erasers:
            one(user, now)

    return erase


def _whose(model: str, key: str, user: Any) -> "QuerySet[Model]":
    manager: Manager[Model] = apps.get_model(model)._default_manager
    if key.endswith("email") or key == "to":
        return manager.filter(**{f"{key}__iexact": user.email}).order_by("pk")
    return manager.filter(**{key: user.pk}).order_by("pk")


def _choices(model: str, path: str) -> dict[Any, str]:
    """Labels of a closed list, empty for any other column."""
    if "__" in path or path == "pk":
        return {}
    field = apps.get_model(model)._meta.get_field(path)
    return {code: str(label) for code, label in getattr(field, "flatchoices", ()) or ()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str | int | float | bool | dict | list) or value is None:
        return value
    return str(value)


def declared(app_rooms: Any) -> Iterator[tuple[str, str]]:
    """Every (model, field) that a room says something about."""
    for room in app_rooms:
        for kept in room.personal:
            for name in kept.fields:
                yield kept.model, name
