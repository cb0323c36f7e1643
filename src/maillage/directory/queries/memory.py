"""Snapshots kept by this process, one per space, each as fresh as the database.

One small query tells whether a snapshot is still true: the clocks that every write raises, and the
perimeter. Threads that need the same space at once wait for one of them to build it.

A large space takes a minute to read: what is known keeps serving meanwhile, one thread reads it again
beside the requests, and the pages say of when they are. Past `OLDEST` a reader waits, as in a small space.
"""

import gc
import logging
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock, Thread
from typing import Any

from django.db import connection, connections
from django.utils import timezone

from maillage.directory.lib.snapshot import Snapshot
from maillage.directory.queries.loading import load
from maillage.spaces.models import Space

KEPT = 24
# Seconds: how long a large snapshot serves once it is no longer true, and between two new readings.
OLDEST = 1800.0
PAUSE = 120.0
_CLOCKS = ("structures", "territories")
# One query, in plain SQL: every page of the directory begins with it.
_VERSION = """
    SELECT (SELECT value FROM core_clock WHERE name = %s),
           (SELECT value FROM core_clock WHERE name = %s),
           COUNT(id), SUM(id)
    FROM spaces_perimeterentry WHERE space_id = %s AND until IS NULL
"""
_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Refresh:
    """Of a large space: since when what is known is not true, and the last reading. Monotonic seconds."""

    stale_since: float | None = None
    begun: float = float("-inf")
    thread: Thread | None = None


_snapshots: "OrderedDict[int, Snapshot]" = OrderedDict()
_refreshes: dict[int, _Refresh] = {}
_builders: dict[int, Lock] = {}
_lock = Lock()


def current(space: Space, now: datetime) -> Snapshot:
    """The snapshot of `space`, true at the moment of the call; of a large space, true a while ago at most."""
    today = timezone.localdate(now)
    version = (_version(space), today)
    kept = _kept(space.pk, version)
    if kept is not None:
        return kept
    former = _former(space.pk)
    if former is not None and _may_wait(space, version, today):
        return former
    with _builder(space.pk):
        kept = _kept(space.pk, version)
        if kept is None:
            with _no_garbage_collection():
                kept = load(space, version, today)
            _keep(space.pk, kept)
    return kept


def version_served(space_id: int) -> tuple[Any, ...] | None:
    """Version of the snapshot that this process serves of a large space, which may be behind the database.

    None of a small space: what is served of it is always true.
    """
    former = _former(space_id)
    return former.version if former is not None else None


def _former(key: int) -> Snapshot | None:
    """What is known of a large space, true or not."""
    with _lock:
        kept = _snapshots.get(key)
        return kept if kept is not None and getattr(kept, "is_large", False) else None


def _may_wait(space: Space, version: tuple[Any, ...], today: date) -> bool:
    """Whether what is known may still serve; see to it that it is read again."""
    now = time.monotonic()
    with _lock:
        refresh = _refreshes.setdefault(space.pk, _Refresh())
        if refresh.stale_since is None:
            refresh.stale_since = now
        if now - refresh.stale_since > OLDEST:
            return False
        if refresh.thread is None and now - refresh.begun >= PAUSE:
            refresh.begun = now
            refresh.thread = Thread(
                target=_read_again,
                args=(space, version, today),
                name=f"directory-{space.pk}",
                daemon=True,
            )
            refresh.thread.start()
    return True


def _read_again(space: Space, version: tuple[Any, ...], today: date) -> None:
    """In a thread of its own. What fails leaves the former snapshot, and is tried again after the pause."""
    try:
        with _builder(space.pk):
            _keep(space.pk, load(space, version, today))
    except Exception:
        _logger.exception("directory of space %s could not be read again", space.pk)
        with _lock:
            if (refresh := _refreshes.get(space.pk)) is not None:
                refresh.thread = None
    finally:
        connections.close_all()


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
        _refreshes.clear()


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
        if (refresh := _refreshes.get(key)) is not None:
            refresh.stale_since = refresh.thread = None
        while len(_snapshots) > KEPT:
            _snapshots.popitem(last=False)


def _builder(key: int) -> Lock:
    with _lock:
        return _builders.setdefault(key, Lock())
