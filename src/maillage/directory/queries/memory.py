"""Snapshots kept by this process, one per space, each as fresh as the database.

One small query tells whether a snapshot is still true: the clocks that every write raises, and the
perimeter. Threads that need the same space at once wait for one of them to build it.
"""

import gc
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import Any

from django.db import connection
from django.utils import timezone

from maillage.directory.lib.snapshot import Snapshot
from maillage.directory.queries.loading import load
from maillage.spaces.models import Space

KEPT = 24
_CLOCKS = ("structures", "territories")
# One query, in plain SQL: every page of the directory begins with it.
_VERSION = """
    SELECT (SELECT value FROM core_clock WHERE name = %s),
           (SELECT value FROM core_clock WHERE name = %s),
           COUNT(id), SUM(id)
    FROM spaces_perimeterentry WHERE space_id = %s AND until IS NULL
"""
_snapshots: "OrderedDict[int, Snapshot]" = OrderedDict()
_builders: dict[int, Lock] = {}
_lock = Lock()


def current(space: Space, now: datetime) -> Snapshot:
    """The snapshot of `space`, true at the moment of the call."""
    today = timezone.localdate(now)
    version = (_version(space), today)
    kept = _kept(space.pk, version)
    if kept is not None:
        return kept
    with _builder(space.pk):
        kept = _kept(space.pk, version)
        if kept is None:
            with _no_garbage_collection():
                kept = load(space, version, today)
            _keep(space.pk, kept)
    return kept


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """A hundred thousand rows that all stay alive: looking for garbage among them costs a fifth."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def forget() -> None:
    """Let go of every snapshot."""
    with _lock:
        _snapshots.clear()


def _version(space: Space) -> tuple[Any, ...]:
    """Read before the data: what is built may be younger than its label, never older."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSION, [*_CLOCKS, space.pk])
        version: tuple[Any, ...] = cursor.fetchone()
    return version


def _kept(key: int, version: tuple[Any, ...]) -> Snapshot | None:
    with _lock:
        kept = _snapshots.get(key)
        if kept is None or kept.version != version:
            return None
        _snapshots.move_to_end(key)
        return kept


def _keep(key: int, snapshot: Snapshot) -> None:
    with _lock:
        _snapshots[key] = snapshot
        _snapshots.move_to_end(key)
        while len(_snapshots) > KEPT:
            _snapshots.popitem(last=False)


def _builder(key: int) -> Lock:
    with _lock:
        return _builders.setdefault(key, Lock())
