"""Real worker processes, killed for real: every job is done, and its effects happen once."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from maillage.core import jobs
from maillage.core.journal import now_at
from maillage.core.models import Job
from tests.core import sample_jobs  # noqa: F401  (declares the jobs)

LEASE = 1.5
Start = Callable[..., subprocess.Popen]


@pytest.fixture
def start(database_url: str, tmp_path: Path) -> Iterator[Start]:
    """Start worker processes on the test database; none survives the test."""
    started: list[subprocess.Popen] = []
    environment = os.environ | {
        "MAILLAGE_DATABASE_URL": database_url,
        "MAILLAGE_VAR_DIR": str(tmp_path / "var"),
        "DJANGO_SETTINGS_MODULE": "maillage.config.settings.base",
        "PYTHONPATH": "src:.",
    }
    command = [
        sys.executable,
        "-m",
        "tests.core.sample_jobs",
        f"--lease={LEASE}",
        "--interval=0.05",
    ]

    def start_one(*options: str) -> subprocess.Popen:
        log = (tmp_path / f"worker-{len(started)}.log").open("wb")
        with log:
            process = subprocess.Popen(
                [*command, *options], env=environment, stdout=log, stderr=log
            )
        started.append(process)
        return process

    yield start_one
    for process in started:
        process.kill()
        process.wait()


def wait_for(condition: Callable[[], object], *, seconds: float = 60) -> float:
    """Seconds it took; fails when it takes more than `seconds`."""
    begin = time.monotonic()
    while not condition():
        assert time.monotonic() - begin < seconds, "it never happened"
        time.sleep(0.02)
    return time.monotonic() - begin


def ended(job: Job) -> bool:
    job.refresh_from_db()
    return job.finished_at is not None


def test_a_killed_worker_leaves_its_job_to_the_next_within_two_leases(
    start: Start, tmp_path: Path
) -> None:
    asked = jobs.enqueue("test.slow", name="killed", folder=str(tmp_path), pause=30)
    first, second = start(), start()
    wait_for(lambda: list(tmp_path.glob("killed-1-*")))
    [mark] = tmp_path.glob("killed-1-*")
    holder = {first.pid: first, second.pid: second}[int(mark.name.rsplit("-", 1)[1])]
    holder.kill()
    holder.wait()
    assert wait_for(lambda: list(tmp_path.glob("killed-2-*"))) < 2 * LEASE + 1
    asked.refresh_from_db()
    assert (asked.status, asked.attempt, now_at("killed")) == ("running", 2, 0)


def test_a_worker_that_slept_past_its_lease_has_no_effect_when_it_wakes(
    start: Start, tmp_path: Path
) -> None:
    asked = jobs.enqueue("test.slow", name="asleep", folder=str(tmp_path), pause=0.5)
    sleeper = start()
    wait_for(lambda: list(tmp_path.glob("asleep-1-*")))
    sleeper.send_signal(signal.SIGSTOP)
    start()
    wait_for(lambda: ended(asked))
    sleeper.send_signal(signal.SIGCONT)
    sleeper.send_signal(signal.SIGTERM)
    assert sleeper.wait(30) == 0
    asked.refresh_from_db()
    assert (asked.status, asked.attempt, asked.result) == ("done", 2, {"attempt": 2})
    assert now_at("asleep") == 1


def test_a_stopped_worker_finishes_the_job_at_hand(start: Start, tmp_path: Path) -> None:
    asked = jobs.enqueue("test.slow", name="polite", folder=str(tmp_path), pause=0.5)
    untouched = jobs.enqueue("test.slow", name="next", folder=str(tmp_path), pause=0)
    process = start()
    wait_for(lambda: list(tmp_path.glob("polite-1-*")))
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    asked.refresh_from_db()
    untouched.refresh_from_db()
    assert (asked.status, now_at("polite"), untouched.status) == ("done", 1, "queued")


def test_workers_killed_at_random_do_every_job_once(start: Start, tmp_path: Path) -> None:
    asked = [
        jobs.enqueue("test.slow", name=f"effect-{n}", folder=str(tmp_path), pause=0.1)
        for n in range(12)
    ]
    moments = random.Random(7)
    alive = [start(), start()]
    wait_for(lambda: list(tmp_path.glob("effect-*")))
    for _ in range(4):
        time.sleep(moments.uniform(0.05, 0.4))
        victim = alive.pop(0)
        victim.kill()
        victim.wait()
        alive.append(start())
    wait_for(lambda: all(ended(job) for job in asked), seconds=90)
    assert [(job.status, now_at(f"effect-{n}")) for n, job in enumerate(asked)] == [
        ("done", 1)
    ] * 12
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchone() == ("ok",)


def test_a_worker_whose_server_is_gone_stops(start: Start) -> None:
    """The server may be killed before its worker even looks: it is named, not guessed."""
    process = start("--parent=1")
    assert process.wait(60) == 0
