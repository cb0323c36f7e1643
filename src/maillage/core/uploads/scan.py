"""Ask a ClamAV daemon (`clamd`), when one is configured. Its protocol: https://docs.clamav.net/manual/Usage/Scanning.html."""

import socket
import struct
from contextlib import closing

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from maillage.core.uploads.models import Upload
from maillage.core.uploads.store import erase_files

_CHUNK = 65_536
_TIMEOUT = 60.0


class ScannerError(Exception):
    """The scanner did not answer, or answered that it could not read."""


def scan(upload: Upload) -> str:
    """Scan an upload in quarantine and free or refuse it; the new state. Raises `ScannerError`."""
    with default_storage.open(upload.path) as file:
        threat = ask(file.read())
    state = Upload.State.INFECTED if threat else Upload.State.CLEAN
    waiting = Upload.objects.filter(pk=upload.pk, state=Upload.State.QUARANTINED)
    if waiting.update(state=state) and threat:
        transaction.on_commit(lambda: erase_files(upload.path))
    return state


def ask(content: bytes) -> str:
    """Name of the threat found in `content`, or an empty string (command INSTREAM)."""
    try:
        with closing(_connect()) as link:
            link.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), _CHUNK):
                part = content[start : start + _CHUNK]
                link.sendall(struct.pack("!I", len(part)) + part)
            link.sendall(struct.pack("!I", 0))
            answer = b""
            while not answer.endswith(b"\0") and (more := link.recv(4096)):
                answer += more
    except OSError as error:
        raise ScannerError(f"L'antivirus ne répond pas : {error}") from error
    said = answer.rstrip(b"\0").decode("utf-8", "replace").removeprefix("stream: ")
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    raise ScannerError(f"L'antivirus répond : {said[:200]}")


def _connect() -> socket.socket:
    """`MAILLAGE_CLAMAV` is `host:port` or `unix:/path/of/the/socket`."""
    address = settings.CLAMAV
    if address.startswith("unix:"):
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.settimeout(_TIMEOUT)
        link.connect(address.removeprefix("unix:"))
        return link
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=_TIMEOUT)
