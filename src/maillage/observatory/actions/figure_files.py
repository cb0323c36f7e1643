"""Files of figures sent by an agent, kept between the dry run and its application.

They stand with those of the imports, under a name that can't be guessed, and are forgotten with them.
"""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from maillage.core.tabular.reading import TableError
from maillage.observatory.connectors import table, urssaf
from maillage.observatory.lib.drafts import Reading
from maillage.observatory.queries.naming import departments_of
from maillage.sources.actions.start import keep_upload
from maillage.spaces.models import Space

_KEY = re.compile(r"[0-9a-f]{32}")
_CARD = "figures.json"
Reader = Callable[[Path, Space, date], Reading]
READERS: dict[str, Reader] = {
    "table": lambda path, space, today: table.read(path, space, today=today),
    "urssaf_ess": lambda path, space, today: urssaf.read(
        path, departments_of(space), last_year=today.year
    ),
}


@dataclass(frozen=True)
class KeptFile:
    key: str
    path: Path
    connector: str
    name: str

    def read(self, space: Space, *, today: date) -> Reading:
        """Raises `TableError`."""
        return READERS[self.connector](self.path, space, today)


def keep_file(space: Space, upload: UploadedFile[Any], *, connector: str, today: date) -> KeptFile:
    """Raises `TableError` for a file that can't be used: nothing of it is kept."""
    path = keep_upload(upload)
    kept = KeptFile(path.parent.name, path, connector, (upload.name or "fichier")[:200])
    try:
        kept.read(space, today=today)
        card = {"space": space.pk, "connector": connector, "name": kept.name, "file": path.name}
        (path.parent / _CARD).write_text(json.dumps(card), encoding="utf-8")
    except BaseException:
        shutil.rmtree(path.parent, ignore_errors=True)
        raise
    return kept


def kept_file(space: Space, key: str) -> KeptFile | None:
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
    return KeptFile(key, path, card["connector"], card["name"])


__all__ = ["KeptFile", "TableError", "keep_file", "kept_file"]
