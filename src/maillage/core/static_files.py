"""Gather static files once per version, so that no one has to remember a command."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def fingerprint() -> str:
    """Changes when a file to serve is added, removed or modified."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def gather() -> bool:
    """Fill STATIC_ROOT (hashed names, compressed copies) unless it is up to date; True if it did."""
    mark = Path(settings.STATIC_ROOT) / ".fingerprint"
    wanted = fingerprint()
    if mark.exists() and mark.read_text(encoding="ascii") == wanted:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(wanted, encoding="ascii")
    return True
