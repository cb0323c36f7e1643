"""Files of aid sent by an agent, kept between the dry run and its application, and forgotten with those of the imports."""

import hashlib
import json
import re
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from maillage.calls.connectors.aid_table import Reading, read
from maillage.sources.actions.start import keep_upload
from maillage.spaces.models import Space

_KEY = re.compile(r"[0-9a-f]{32}")
_CARD = "aids.json"


@dataclass(frozen=True)
class KeptTable:
    key: str
    path: Path
    name: str
    giver: str

    @property
    def hash(self) -> str:
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def read(self, *, today: date) -> Reading:
        """Raises `TableError`."""
        return read(self.path, giver=self.giver, today=today)


def keep_table(space: Space, upload: UploadedFile[Any], *, giver: str, today: date) -> KeptTable:
    """Raises `TableError` for a file that can't be used: nothing of it is kept."""
    path = keep_upload(upload)
    kept = KeptTable(path.parent.name, path, (upload.name or "fichier")[:150], giver)
    try:
        kept.read(today=today)
        card = {"space": space.pk, "name": kept.name, "giver": giver, "file": path.name}
        (path.parent / _CARD).write_text(json.dumps(card), encoding="utf-8")
    except BaseException:
        shutil.rmtree(path.parent, ignore_errors=True)
        raise
    return kept


def kept_table(space: Space, key: str) -> KeptTable | None:
    """None when this space has no such file, or has it no more."""
    if not _KEY.fullmatch(key):
        return None
    folder = Path(settings.UPLOADS_DIR) / "imports" / key
    try:
        card = json.loads((folder / _CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    path = folder / card["file"]
    if card["space"] != space.pk or not path.is_file():
        return None
    return KeptTable(key, path, card["name"], card["giver"])
