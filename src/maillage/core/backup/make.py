"""Write a backup and read it again."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from maillage.core.backup import archive
from maillage.core.backup.rows import kept_models, lines

Say = Callable[[str], None]
FOLDERS = {"media": "MEDIA_ROOT", "uploads": "UPLOADS_DIR"}


@dataclass(frozen=True)
class Report:
    path: Path
    tables: int
    rows: int
    files: int
    bytes: int


def backup(
    folder: Path, *, now: datetime, recipient: str = "", say: Say = lambda _line: None
) -> Report:
    """Write `maillage-<date>.tar.gz` (`.age` when encrypted) in `folder`, checked. Raises `BackupError`.

    It has its name once it is whole and checked: a file of that name is never half a backup.
    """
    name = f"maillage-{now:%Y%m%d-%H%M%S}.tar.gz"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".backup-") as workspace:
            plain = Path(workspace) / name
            tables, files = _write(plain, now, say)
            with archive.opened(plain, None, Path(workspace)) as tar:
                archive.checked(tar)
            final = plain
            if recipient:
                final = plain.with_name(f"{name}.age")
                archive.encrypt(plain, final, recipient)
            final.chmod(0o600)
            path = final.rename(folder / final.name)
        _mark().write_text(now.isoformat(), encoding="ascii")
    except OSError as error:
        raise archive.BackupError(f"La sauvegarde n'a pas pu être écrite : {error}.") from error
    return Report(path, len(tables), sum(tables.values()), files, path.stat().st_size)


def last_made_at() -> datetime | None:
    """When this installation was last backed up by `backup`, wherever the file went."""
    try:
        return datetime.fromisoformat(_mark().read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _mark() -> Path:
    return Path(settings.VAR_DIR) / "last-backup"


def _write(path: Path, now: datetime, say: Say) -> tuple[dict[str, int], int]:
    writer = archive.Writer(path)
    tables: dict[str, int] = {}
    with snapshot():
        applied = sorted(MigrationRecorder(connection).applied_migrations())
        for model in kept_models(apps):
            label = model._meta.label_lower
            tables[label] = writer.add_lines(f"tables/{label}.jsonl", lines(model)) - 1
            if tables[label]:
                say(f"{label} : {tables[label]} lignes")
    files = 0
    for entry, file in _files():
        writer.add_file(entry, file)
        files += 1
    say(f"{files} fichiers")
    writer.close(
        {
            "format": 1,
            "made_at": now.isoformat(),
            "engine": connection.vendor,
            "migrations": [list(one) for one in applied],
            "tables": tables,
        }
    )
    return tables, files


def _files() -> Iterator[tuple[str, Path]]:
    """Files are never changed once written: those named by the snapshot are there, or were removed since."""
    for name, setting in FOLDERS.items():
        root = Path(getattr(settings, setting))
        for file in sorted(root.rglob("*")) if root.is_dir() else []:
            if file.is_file() and not file.is_symlink():
                yield f"{name}/{file.relative_to(root).as_posix()}", file


@contextmanager
def snapshot() -> Iterator[None]:
    """Every read inside sees the database as it is now, and nobody waits for it."""
    if connection.vendor == "sqlite":
        # Django would take the lock of writers (IMMEDIATE); a deferred transaction only reads.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            cursor.execute("SELECT 1 FROM django_migrations")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
