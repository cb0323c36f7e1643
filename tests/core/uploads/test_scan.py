"""A daemon that speaks clamd's protocol stands on a local socket: quarantine ends with its word."""

import socketserver
import struct
import threading

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from maillage.core.jobs import drain
from maillage.core.models import Job, Upload
from maillage.core.uploads.kinds import DOCUMENTS
from maillage.core.uploads.scan import ScannerError, ask
from maillage.core.uploads.store import store, url_of
from tests.core.uploads import files
from tests.factories import NOW

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(socketserver.BaseRequestHandler):
    """INSTREAM only: length, part, length, part… then zero."""

    def handle(self) -> None:
        assert self._take(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!I", self._take(4))[0]:
            content += self._take(size)
        if b"EICAR" in content:
            self.request.sendall(b"stream: Win.Test.EICAR_HDB-1 FOUND\0")
        elif b"too long" in content:
            self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
        else:
            self.request.sendall(b"stream: OK\0")

    def _take(self, size: int) -> bytes:
        got = b""
        while len(got) < size:
            got += self.request.recv(size - len(got))
        return got


@pytest.fixture(params=["tcp", "unix"])
def clamd(request, settings, tmp_path):
    if request.param == "tcp":
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd)
        settings.CLAMAV = f"127.0.0.1:{server.server_address[1]}"
    else:
        path = str(tmp_path / "clamd.sock")
        server = socketserver.ThreadingUnixStreamServer(path, Clamd)
        settings.CLAMAV = f"unix:{path}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield settings.CLAMAV
    server.shutdown()
    server.server_close()


def send(content: bytes) -> Upload:
    return store(SimpleUploadedFile("a.pdf", content), accept=DOCUMENTS, by=None, now=NOW)


@pytest.mark.django_db
def test_a_sound_file_leaves_quarantine(clamd, client) -> None:
    upload = send(files.PDF + b"\n" * 200_000 + b"%%EOF")
    assert (upload.state, url_of(upload)) == ("quarantined", "")
    assert client.get(f"/fichiers/{upload.path.removeprefix('files/')}").status_code == 404
    assert [job.status for job in drain()] == ["done"]
    upload.refresh_from_db()
    assert upload.state == "clean"
    assert url_of(upload) == f"/fichiers/{upload.path.removeprefix('files/')}"


@pytest.mark.django_db
def test_an_infected_file_is_erased(clamd, django_capture_on_commit_callbacks) -> None:
    upload = send(files.PDF + EICAR + b"%%EOF")
    with django_capture_on_commit_callbacks(execute=True):
        assert [job.result for job in drain()] == ["infected"]
    upload.refresh_from_db()
    assert (upload.state, url_of(upload)) == ("infected", "")
    assert not default_storage.exists(upload.path)


@pytest.mark.django_db
def test_while_the_scanner_is_away_the_file_waits(settings, clamd) -> None:
    address, settings.CLAMAV = settings.CLAMAV, "127.0.0.1:1"
    upload = send(files.PDF)
    assert [job.status for job in drain()] == ["queued"]
    upload.refresh_from_db()
    assert upload.state == "quarantined"
    settings.CLAMAV = address
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    assert [job.status for job in drain()] == ["done"]
    upload.refresh_from_db()
    assert (upload.state, Job.objects.get().attempt) == ("clean", 2)


def test_an_answer_that_is_neither_is_an_error(clamd) -> None:
    with pytest.raises(ScannerError, match="size limit exceeded"):
        ask(b"too long")


def test_without_a_scanner_nothing_waits(settings, db) -> None:
    assert (settings.CLAMAV, send(files.PDF).state) == ("", "clean")
