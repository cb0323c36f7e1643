"""The web process is killed in the middle of edits, the database goes away for a moment: what was answered stays."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection

from maillage.core.models import JournalEntry
from tests.acceptance.browsing import Browser
from tests.factories import make_cast, make_structure

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(database_url: str, var: Path, port: int) -> Iterator[subprocess.Popen]:
    """The production server in a group of its own, so that it can be killed with its children."""
    environment = os.environ | {
        "MAILLAGE_DATABASE_URL": database_url,
        "MAILLAGE_VAR_DIR": str(var),
        "MAILLAGE_SECRET_KEY": django_settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "maillage.config.settings.base",
        "PYTHONPATH": str(ROOT / "src"),
    }
    command = [sys.executable, "-m", "maillage.config.cli", "serve", f"--port={port}"]
    with (var / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "--workers=1"],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _wait(process, port)
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen, port: int) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        assert process.poll() is None, "the server stopped"
        try:
            httpx.get(f"http://127.0.0.1:{port}/sante/", timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not answer")


class Editor(threading.Thread):
    """Writes « édition 1 », « édition 2 »… until told to stop, each one again until it is answered.

    `answered` is the last edition that was told to be kept; `statuses` everything the server said.
    """

    def __init__(self, browser: Browser, path: str) -> None:
        super().__init__(daemon=True)
        self.browser, self.path = browser, path
        self.answered, self.statuses = 0, set()
        self.headers: list[str] = []
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            wanted = self.answered + 1
            try:
                said = self.browser.send_form(self.path, description=f"édition {wanted}")
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            self.statuses.add(said.status_code)
            if said.status_code == 302:
                self.answered = wanted
            if said.status_code == 503:
                self.headers.append(said.headers.get("Retry-After", ""))
                time.sleep(0.1)
        self.browser.close()

    def wait_for(self, edition: int) -> None:
        end = time.monotonic() + 60
        while self.answered < edition:
            assert time.monotonic() < end, (self.answered, self.statuses)
            time.sleep(0.02)


def editions(structure) -> list[str]:
    """What the journal says was written, oldest first."""
    acts = JournalEntry.objects.filter(subject_id=str(structure.pk), action="edit").order_by("id")
    return [act.changes["description"][1] for act in acts if "description" in act.changes]


def test_kill_9_of_the_web_process_during_edits(database_url, tmp_path) -> None:
    cast = make_cast()
    structure = make_structure(in_space=cast.space)
    path = f"/{cast.space.slug}/gestion/structures/{structure.pk}/modifier/"
    port = free_port()
    editor = Editor(Browser(f"http://127.0.0.1:{port}", cast.chloe), path)
    editor.start()
    try:
        for _round in range(3):
            goal = editor.answered + 5
            with serving(database_url, tmp_path, port) as process:
                editor.wait_for(goal)
                os.killpg(process.pid, signal.SIGKILL)
            structure.refresh_from_db()
            told, stored = editor.answered, int(structure.description.removeprefix("édition "))
            # The last one may be written without its answer having left.
            assert stored in {told, told + 1}
    finally:
        editor.over.set()
        editor.join()
    written = editions(structure)
    assert written == [f"édition {number}" for number in range(1, len(written) + 1)]
    assert editor.statuses == {302}


def test_the_database_goes_away_for_seven_seconds(database_url, tmp_path, postgres) -> None:
    """Every connection is cut and none is taken, as when PostgreSQL restarts."""
    if not postgres:
        pytest.skip("SQLite has no server to restart")
    cast = make_cast()
    structure = make_structure(in_space=cast.space)
    path = f"/{cast.space.slug}/gestion/structures/{structure.pk}/modifier/"
    port = free_port()
    at = django_settings.DATABASES["default"]
    name = connection.settings_dict["NAME"]
    editor = Editor(Browser(f"http://127.0.0.1:{port}", cast.chloe), path)
    with serving(database_url, tmp_path, port):
        editor.start()
        try:
            editor.wait_for(5)
            connection.close()
            given = {key.lower(): at[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}
            with closing(psycopg.connect(dbname="postgres", autocommit=True, **given)) as server:
                server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
                try:
                    server.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                        [name],
                    )
                    time.sleep(7)  # longer than a request waits for a connection
                finally:
                    server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
            back = time.monotonic()
            editor.wait_for(editor.answered + 5)
            assert time.monotonic() - back < 20
        finally:
            editor.over.set()
            editor.join()
    written = editions(structure)
    assert written == [f"édition {number}" for number in range(1, len(written) + 1)]
    assert len(written) in {editor.answered, editor.answered + 1}
    assert editor.statuses == {302, 503}
    assert set(editor.headers) == {"10"}
