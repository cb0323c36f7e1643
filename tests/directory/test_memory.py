"""What a process keeps: one snapshot per space, built once at a time, never stale, never too many."""

import gc
import threading
import time
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from maillage.directory.queries import memory

pytestmark = pytest.mark.one_engine
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def builds(monkeypatch):
    """Replace the database: `clock` is the version, `made` lists what was built."""
    state = SimpleNamespace(clock=1, made=[], collected=[])

    def load(space, version, today):
        time.sleep(0.02)
        state.made.append((space.pk, version))
        state.collected.append(gc.isenabled())
        return SimpleNamespace(version=version)

    monkeypatch.setattr(memory, "load", load)
    monkeypatch.setattr(memory, "_version", lambda space: (state.clock,))
    return state


def space(pk=1):
    return SimpleNamespace(pk=pk)


def test_threads_that_need_the_same_space_build_it_once(builds):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(memory.current(space(), NOW)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(builds.made) == 1
    assert len(found) == 8
    assert len({id(snapshot) for snapshot in found}) == 1


def test_a_write_makes_it_stale(builds):
    first = memory.current(space(), NOW)
    assert memory.current(space(), NOW) is first
    builds.clock = 2
    assert memory.current(space(), NOW) is not first
    assert len(builds.made) == 2


def test_a_new_day_in_paris_makes_it_stale(builds):
    memory.current(space(), datetime(2026, 11, 22, 22, 59, tzinfo=UTC))
    memory.current(space(), datetime(2026, 11, 22, 23, 1, tzinfo=UTC))
    assert len(builds.made) == 2


def test_the_least_used_space_is_let_go(builds, monkeypatch):
    monkeypatch.setattr(memory, "KEPT", 2)
    for pk in (1, 2, 1, 3, 1, 2):
        memory.current(space(pk), NOW)
    assert [pk for pk, _ in builds.made] == [1, 2, 3, 2]


def test_garbage_collection_is_back_after_a_build(builds):
    memory.current(space(), NOW)
    assert builds.collected == [False]
    assert gc.isenabled()


def test_a_build_that_fails_leaves_nothing_behind(builds, monkeypatch):
    def broken(*_):
        raise RuntimeError("database away")

    working = memory.load
    monkeypatch.setattr(memory, "load", broken)
    with pytest.raises(RuntimeError):
        memory.current(space(), NOW)
    assert gc.isenabled()
    monkeypatch.setattr(memory, "load", working)
    memory.current(space(), NOW)
    assert len(builds.made) == 1
