"""What comes back every day or every week, or as soon as something waits for it.

A room declares it beside its job, in `tasks.py`::

    @schedule.daily("notices.daily_digest", at=time(6, 30))
    @job("notices.daily_digest")
    def daily_digest(context): ...

Workers ask each minute; a job is asked for once per day (or week) whatever their number, its key being
its name and its date. One that was due while every worker was stopped is asked for when one comes back,
for today only. `at` is in the installation's time zone; `weekday` is 0 for Monday.

`@schedule.whenever(name, is_due)` asks once a minute while `is_due(now)` holds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from maillage.core.jobs import enqueue

Function = Callable[..., Any]


@dataclass(frozen=True)
class Entry:
    name: str
    at: time
    weekday: int | None = None


_entries: dict[str, Entry] = {}
_conditions: dict[str, Callable[[datetime], bool]] = {}


def daily(name: str, *, at: time) -> Callable[[Function], Function]:
    return _register(Entry(name, at))


def weekly(name: str, *, weekday: int, at: time) -> Callable[[Function], Function]:
    return _register(Entry(name, at, weekday))


def whenever(name: str, is_due: Callable[[datetime], bool]) -> Callable[[Function], Function]:
    def keep(function: Function) -> Function:
        _conditions[name] = is_due
        return function

    return keep


def _register(entry: Entry) -> Callable[[Function], Function]:
    def keep(function: Function) -> Function:
        _entries[entry.name] = entry
        return function

    return keep


def entries() -> list[Entry]:
    autodiscover_modules("tasks")
    return sorted(_entries.values(), key=lambda entry: (entry.at, entry.name))


def ask_due(now: datetime) -> list[str]:
    """Ask for what is due at `now`; returns the names, asked for already or not."""
    local = timezone.localtime(now)
    due = [
        entry
        for entry in entries()
        if local.time() >= entry.at and entry.weekday in {None, local.weekday()}
    ]
    for entry in due:
        enqueue(entry.name, key=f"{entry.name}@{local.date().isoformat()}")
    waited_for = [name for name, is_due in sorted(_conditions.items()) if is_due(now)]
    for name in waited_for:
        enqueue(name, key=f"{name}@{now.astimezone(UTC):%Y-%m-%dT%H:%M}")
    return [entry.name for entry in due] + waited_for
