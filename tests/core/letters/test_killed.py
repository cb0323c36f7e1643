"""Workers killed for real while they send: nothing is lost, nothing is read twice."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import Envelope
from django.utils import timezone

from maillage.core.jobs import drain
from maillage.core.letters.kinds import LetterKind
from maillage.core.letters.outbox import Recipient, post_many
from maillage.core.models import Letter
from tests.core.letters.post_office import PostOffice

KIND = LetterKind(code="test.killed", label="Essai", subject="Essai", text="Un texte.")
LETTERS = 120


@pytest.fixture
def start(database_url: str, office: PostOffice, tmp_path: Path) -> Iterator[object]:
    started: list[subprocess.Popen] = []
    environment = os.environ | {
        "MAILLAGE_DATABASE_URL": database_url,
        "MAILLAGE_VAR_DIR": str(tmp_path / "var"),
        "MAILLAGE_EMAIL_URL": f"smtp://127.0.0.1:{office.port}",
        "DJANGO_SETTINGS_MODULE": "maillage.config.settings.base",
        "PYTHONPATH": "src:.",
    }
    command = [sys.executable, "-m", "maillage.config.cli", "worker"]

    def start_one() -> subprocess.Popen:
        with (tmp_path / f"worker-{len(started)}.log").open("wb") as log:
            process = subprocess.Popen(
                [*command, "--lease=1", "--interval=0.05"],
                env=environment, stdout=log, stderr=log,
            )  # fmt: skip
        started.append(process)
        return process

    yield start_one
    for process in started:
        process.kill()
        process.wait()


def wait_for(condition: object, *, seconds: float = 240) -> None:
    begin = time.monotonic()
    while not condition():
        assert time.monotonic() - begin < seconds, "it never happened"
        time.sleep(0.01)


def test_killed_at_random_points_no_letter_is_lost_and_none_is_two(start, office) -> None:
    def slow(envelope: Envelope) -> None:
        time.sleep(0.01)

    office.on_data = slow
    people = [Recipient(to=f"p{n}@test.example", values={}) for n in range(LETTERS)]
    written = post_many(KIND, people, now=timezone.now())
    moments = random.Random(11)
    kills = 0
    while len(office.taken) < LETTERS * 0.8 and kills < 6:
        before = len(office.taken)
        process = start()
        wait_for(lambda before=before: len(office.taken) > before)
        time.sleep(moments.uniform(0, 0.2))
        process.kill()
        process.wait()
        kills += 1
        # What the dead worker held comes back when its lease ends: the clock is pushed, not waited for.
        waiting = Letter.objects.filter(status=Letter.Status.WAITING)
        waiting.update(next_at=timezone.now() - timedelta(seconds=1))
        post_many(KIND, [Recipient(to=f"k{kills}@test.example", values={})], now=timezone.now())
    assert kills >= 2
    post_many(KIND, [], now=timezone.now())
    office.on_data = lambda envelope: None
    end = start()
    wait_for(lambda: not Letter.objects.filter(status=Letter.Status.WAITING).exists())
    end.terminate()
    assert end.wait(30) == 0
    total = LETTERS + kills
    known = office.identifiers()
    # A reader's server knows a letter by its Message-ID: each person has one letter, and has it.
    assert len(known) == total
    assert Letter.objects.filter(status=Letter.Status.SENT).count() == total
    assert {f"p{n}@test.example" for n in range(len(written))} <= set(office.recipients)
    # Raw doubles: at most the one letter that was between the server's answer and our mark.
    assert sum(known.values()) - total <= kills


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_send_each_letter_once(start, office, tmp_path: Path) -> None:
    workers = [start() for _ in range(3)]
    logs = [tmp_path / f"worker-{n}.log" for n in range(3)]
    wait_for(lambda: all("prêt" in log.read_text() for log in logs))
    people = [Recipient(to=f"p{n}@test.example", values={}) for n in range(LETTERS)]
    for part in range(4):
        post_many(KIND, people[part::4], now=timezone.now())
    wait_for(lambda: Letter.objects.filter(status=Letter.Status.SENT).count() == LETTERS)
    for worker in workers:
        worker.terminate()
    assert [worker.wait(30) for worker in workers] == [0, 0, 0]
    drain()  # what the schedule asked for meanwhile, and a second sending if anything was left
    assert (len(office.taken), set(office.identifiers().values())) == (LETTERS, {1})
    assert set(Letter.objects.values_list("attempts", flat=True)) == {1}
