"""The production server as a host starts it: a real process, real connections, a real stop."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from maillage.core import jobs, static_files
from maillage.core.models import Job

pytestmark = pytest.mark.django_db(transaction=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, process: subprocess.Popen, port: int, var: Path) -> None:
        self.process, self.root, self.var = process, f"http://127.0.0.1:{port}", var

    def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        try:
            with urllib.request.urlopen(self.root + path, timeout=30) as response:
                return response.status, dict(response.headers), response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, dict(error.headers), error.read()

    def wait(self, seconds: float = 90) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                self.get("/sante/")
            except (urllib.error.URLError, ConnectionError):
                assert self.process.poll() is None, "the server stopped"
                time.sleep(0.1)
            else:
                return
        pytest.fail("the server did not answer")


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    port = free_port()
    environment = os.environ | {
        "MAILLAGE_DATABASE_URL": database_url,
        "MAILLAGE_VAR_DIR": str(tmp_path / "var"),
        "DJANGO_SETTINGS_MODULE": "maillage.config.settings.base",
        "PYTHONPATH": "src",
    }
    command = [sys.executable, "-m", "maillage.config.cli", "serve", f"--port={port}"]
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--workers=1", "--with-worker"], env=environment, stdout=log, stderr=log
        )
    try:
        started = Server(process, port, tmp_path / "var")
        started.wait()
        yield started
    finally:
        process.kill()
        process.wait()


def test_it_serves_does_jobs_and_stops_when_told(server: Server) -> None:
    status, headers, body = server.get("/sante/")
    assert (status, json.loads(body), headers["server"]) == (200, {"status": "ok"}, "Maillage")
    assert "default-src 'none'" in headers["content-security-policy"]
    manifest = json.loads((server.var / "static" / "staticfiles.json").read_text())
    status, headers, body = server.get(f"/static/{manifest['paths']['admin/css/base.css']}")
    assert (status, headers["content-type"][:8]) == (200, "text/css")
    assert "immutable" in headers["cache-control"]
    assert server.get("/nulle-part-du-tout/rien/")[0] in {302, 404}

    asked = jobs.enqueue("core.echo", word="bonjour")
    end = time.monotonic() + 60
    while asked.status != Job.Status.DONE and time.monotonic() < end:
        time.sleep(0.1)
        asked.refresh_from_db()
    assert (asked.status, asked.result) == ("done", "bonjour")

    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(60) == 0
    with pytest.raises(urllib.error.URLError):
        server.get("/sante/")


@pytest.mark.parametrize("option", [{"port": 0}, {"workers": 0}, {"threads": 10_000}])
def test_a_wrong_number_is_refused_with_a_sentence(option: dict) -> None:
    [name] = option
    with pytest.raises(CommandError, match=f"--{name} attend un nombre de 1 à"):
        call_command("serve", **option)


def test_static_files_are_gathered_once_per_version(settings: object, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path / "static"
    assert static_files.gather() is True
    assert (tmp_path / "static" / "admin" / "css" / "base.css").exists()
    assert static_files.gather() is False
    (tmp_path / "static" / ".fingerprint").write_text("older", encoding="ascii")
    assert static_files.gather() is True


def test_a_taken_port_is_said_plainly_with_another_to_try() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(
            CommandError, match=rf"écouter sur 127\.0\.0\.1:{port}.*--port {port + 1}"
        ):
            call_command("serve", port=port)
