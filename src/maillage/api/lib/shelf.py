"""Where the nightly exports stand: `MAILLAGE_VAR_DIR/dumps/<space>/`, a file and its note by day.

Not in backups: they are made again from the database. A file has its name once it is whole, and counts only with its
note, written before; what a killed process leaves has no such name and is swept by the next one.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings

DAYS_KEPT = 7
YEAR = timedelta(days=366)
_NAME = re.compile(r"annuaire-[-a-zA-Z0-9_]{1,60}-(\d{4}-\d{2}-\d{2})\.zip")
_TEMPORARY = ".dump-"


@dataclass(frozen=True, slots=True)
class Dump:
    """`size` in bytes; `structures` is how many it holds."""

    name: str
    day: date
    made_at: datetime
    size: int
    sha256: str
    structures: int
    path: Path


def root() -> Path:
    return Path(settings.VAR_DIR) / "dumps"


def name_of(slug: str, day: date) -> str:
    return f"annuaire-{slug}-{day.isoformat()}.zip"


def dumps_of(space_id: int) -> list[Dump]:
    """Whole files of a space, the newest first."""
    folder = root() / str(space_id)
    try:
        names = [one.name for one in folder.iterdir() if _NAME.fullmatch(one.name)]
    except OSError:
        return []
    found = (_read(folder / name) for name in names)
    return sorted((one for one in found if one), key=lambda one: (one.day, one.name), reverse=True)


def keep(
    space_id: int, name: str, write: Callable[[Path], int], *, made_at: datetime
) -> Dump | None:
    """Write a file and put it on the shelf, whole or not at all. `write` gives the number of structures.

    Raises OSError when there is no room; what was there before stays.
    """
    folder = root() / str(space_id)
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    with tempfile.TemporaryDirectory(dir=folder, prefix=_TEMPORARY) as workspace:
        draft = Path(workspace) / name
        structures = write(draft)
        with draft.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        note = {
            "made_at": made_at.isoformat(),
            "size": draft.stat().st_size,
            "sha256": digest,
            "structures": structures,
        }
        told = Path(workspace) / "note.json"
        told.write_text(json.dumps(note), encoding="utf-8")
        draft.chmod(0o644)
        told.replace(_note_of(folder / name))
        draft.replace(folder / name)
    return _read(folder / name)


def prune(space_id: int, today: date, since: datetime | None = None) -> int:
    """Remove the files that are too old, and those made before `since`; how many.

    Kept: the last seven days, and the first of each month for a year.
    """
    dumps = dumps_of(space_id)
    first_of_month = {(one.day.year, one.day.month): one.name for one in dumps}  # oldest wins
    removed = 0
    for one in dumps:
        age = today - one.day
        monthly = first_of_month[one.day.year, one.day.month] == one.name and age <= YEAR
        withdrawn = since is not None and one.made_at < since
        if withdrawn or not (age < timedelta(days=DAYS_KEPT) or monthly):
            _remove(one.path)
            removed += 1
    return removed


def forget_others(space_ids: Iterable[int]) -> None:
    """Remove the shelves of spaces that exist no more."""
    known = {str(pk) for pk in space_ids}
    with suppress(OSError):
        for folder in root().iterdir():
            if folder.name.isdecimal() and folder.name not in known:
                shutil.rmtree(folder, ignore_errors=True)


def _note_of(path: Path) -> Path:
    return path.with_suffix(".json")


def _read(path: Path) -> Dump | None:
    """None when the note is absent or is not this file's."""
    named = _NAME.fullmatch(path.name)
    try:
        note = json.loads(_note_of(path).read_text(encoding="utf-8"))
        size = path.stat().st_size
        if named is None or size != note["size"]:
            return None
        return Dump(
            path.name,
            date.fromisoformat(named[1]),
            datetime.fromisoformat(note["made_at"]),
            size,
            str(note["sha256"]),
            int(note["structures"]),
            path,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _remove(path: Path) -> None:
    for one in (path, _note_of(path)):
        with suppress(OSError):
            one.unlink()


def _sweep(folder: Path) -> None:
    """What killed processes left: workspaces, and notes without their file."""
    for one in folder.iterdir():
        if one.name.startswith(_TEMPORARY):
            shutil.rmtree(one, ignore_errors=True)
        elif one.suffix == ".json" and not one.with_suffix(".zip").exists():
            with suppress(OSError):
                one.unlink()
