"""Deposits while the web process is killed, while all come at once, with the clock zone of the server changed."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import httpx
import pytest
from django.db import connection
from django.utils import timezone

from maillage.calls.actions.depositing import deposit
from maillage.calls.actions.writing import save_answers
from maillage.calls.models import Application, Deposit
from maillage.core.models import JournalEntry, Letter
from tests.acceptance.browsing import Browser
from tests.acceptance.test_web_faults import ROOT, free_port, serving
from tests.calls.factories import make_application, make_edition
from tests.factories import make_cast

ANSWERS = {
    "titre": "Ateliers", "resume": "Réparer.", "communes": ["93048"], "demande": "9000.00", "cout": "15000.00",
}  # fmt: skip


def ready(count: int) -> list[Application]:
    now = timezone.now()
    edition = make_edition(
        make_cast().space, opens_at=now - timedelta(days=9), closes_at=now + timedelta(days=9)
    )
    made = [make_application(edition) for _ in range(count)]
    for one in made:
        save_answers(one, ANSWERS, seen={}, by=one.created_by, now=now)
    return made


def check_all_deposited_once(files: list[Application]) -> None:
    count = len(files)
    assert sorted(Deposit.objects.values_list("application_id", flat=True)) == [
        one.pk for one in files
    ]
    numbers = Application.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, count + 1))
    assert Letter.objects.filter(kind="calls.receipt").count() == count
    assert JournalEntry.objects.filter(action="application_deposited").count() == count


class Depositor(threading.Thread):
    """Sends its deposit, again while nobody answers, until it has the receipt; then once more."""

    def __init__(self, browser: Browser, application: Application) -> None:
        super().__init__(daemon=True)
        self.browser, self.path = browser, f"/compte/candidatures/{application.pk}/deposer/"
        self.places: list[str] = []
        self.statuses: set[int] = set()

    def run(self) -> None:
        end = time.monotonic() + 120
        while len(self.places) < 2 and time.monotonic() < end:
            try:
                said = self.browser.send_form(self.path, signed_as="présidente")
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            self.statuses.add(said.status_code)
            if said.status_code == 302:
                self.places.append(said.headers["Location"])
                if len(self.places) == 1:
                    self.first = said.request
        self.browser.close()


def test_kill_9_of_the_web_process_during_deposits(database_url, tmp_path) -> None:
    files = ready(8)
    port = free_port()
    people = [Depositor(Browser(f"http://127.0.0.1:{port}", one.created_by), one) for one in files]
    with serving(database_url, tmp_path, port) as process:
        for one in people:
            one.start()
        end = time.monotonic() + 60
        while not any(one.places for one in people):
            assert time.monotonic() < end
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
    with serving(database_url, tmp_path, port):
        for one in people:
            one.join(120)
    assert [one.statuses for one in people] == [{302}] * len(people)
    assert [set(one.places) for one in people] == [
        {f"/compte/candidatures/{one.pk}/accuse/"} for one in files
    ]
    # A second sending opens the page again: it is a second version, never a second number.
    first = Deposit.objects.filter(rank=1)
    assert sorted(first.values_list("application_id", flat=True)) == [one.pk for one in files]
    numbers = Application.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, len(files) + 1))
    written = Deposit.objects.count()
    assert Letter.objects.filter(kind="calls.receipt").count() == written
    assert JournalEntry.objects.filter(action="application_deposited").count() == written


def test_thirty_at_once_each_clicking_twice(transactional_db) -> None:
    files = ready(15)
    errors: list[BaseException] = []
    gate = threading.Barrier(30)

    def send(one: Application) -> None:
        try:
            gate.wait(60)
            deposit(
                one, by=one.created_by, now=timezone.now(), token=f"{one.pk:040d}", signed_as="x"
            )
        except BaseException as error:  # noqa: BLE001  (told below)
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(one,)) for one in files for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert errors == []
    check_all_deposited_once(files)


_ASK = """
import django; django.setup()
from datetime import datetime, UTC, timedelta
from maillage.calls.models import Edition
from maillage.calls.lib.window import window_of
from maillage.calls.lib.delays import silence_ends_on
closes = datetime(2027, 3, 27, 22, 59, tzinfo=UTC)
window = window_of(Edition(status="open", opens_at=closes - timedelta(9), closes_at=closes))
second = timedelta(seconds=1)
print(window.is_open(closes - second), window.is_open(closes), window.is_open(closes + second), silence_ends_on(closes))
"""


@pytest.mark.one_engine
@pytest.mark.parametrize("zone", ["UTC", "America/Cayenne", "Pacific/Auckland"])
def test_the_clock_zone_of_the_server_changes_nothing(zone: str, tmp_path) -> None:
    environment = os.environ | {
        "TZ": zone,
        "PYTHONPATH": str(ROOT / "src"),
        "MAILLAGE_VAR_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "maillage.config.settings.base",
    }
    done = subprocess.run(
        [sys.executable, "-c", _ASK], env=environment, check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == ["True", "False", "False", "2027-05-27"]
