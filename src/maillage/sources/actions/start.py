"""What an agent asks from the screens: send files, say what columns are, read, apply, take back.

The work itself is done by jobs (`sources.tasks`); here it is asked for, once.
"""

import secrets
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.text import get_valid_filename

from maillage.accounts.models import User
from maillage.core import journal
from maillage.core.jobs import ask_again, enqueue
from maillage.core.tabular.reading import Limits, TableError, check_content, open_table
from maillage.sources.actions.mappings import remember_mapping
from maillage.sources.actions.runs import RunRefusedError, create_run
from maillage.sources.models import ImportRun
from maillage.spaces.models import Space

Status = ImportRun.Status


class UploadRefusedError(Exception):
    """A file can't be used. `role` names it; the message is a French sentence."""

    def __init__(self, role: str, message: str) -> None:
        super().__init__(message)
        self.role = role


def keep_upload(upload: UploadedFile[Any]) -> Path:
    """Write a sent file in a folder of its own whose name can't be guessed.

    The file keeps a harmless form of its name, which the sentences about it repeat.
    """
    folder = Path(settings.UPLOADS_DIR) / "imports" / secrets.token_hex(16)
    folder.mkdir(parents=True)
    stem, dot, extension = get_valid_filename(f"f{upload.name or ''}")[1:].rpartition(".")
    # 50 and 10 letters of four bytes: file systems count bytes, 255 at most.
    name = f"{stem[-50:]}{dot}{extension[:10]}".lstrip(".") or "fichier"
    path = folder / name
    with path.open("xb") as target:
        for chunk in upload.chunks():
            target.write(chunk)
    return path


def _check(source: str, path: Path) -> None:
    """Raise `TableError` for a file that the source's reader could not read at all."""
    if source == "table":
        for _ in open_table(path).rows():  # to the end: a file cut in half is known there
            pass
    elif source == "sirene":  # read out of core by DuckDB: big once unpacked
        check_content(path, parquet=True, limits=Limits(unzipped=4_000_000_000))
    else:
        check_content(path)


def start_run(
    space: Space,
    source: str,
    uploads: Mapping[str, UploadedFile[Any]],
    *,
    options: Mapping[str, Any],
    by: User,
    now: datetime,
) -> ImportRun:
    """Keep the files and create the run; a table then waits for its columns, other sources are read.

    Raises:
        UploadRefusedError: a file is not what it should be; nothing is kept.
    """
    paths: dict[str, Path] = {}
    try:
        for role, upload in uploads.items():
            paths[role] = keep_upload(upload)
            try:
                _check(source, paths[role])
            except TableError as error:
                raise UploadRefusedError(role, str(error)) from error
        with transaction.atomic():
            run = create_run(space, source, files=paths, options=dict(options), by=by, now=now)
            journal.record("import.start", run, by=by, at=now, space_id=space.pk, run_id=run.pk)
            if source != "table":
                ask_reading(run)
    except BaseException:
        for path in paths.values():
            shutil.rmtree(path.parent, ignore_errors=True)
        raise
    return run


@transaction.atomic
def choose_columns(
    run: ImportRun,
    mapping: Mapping[str, str],
    *,
    options: Mapping[str, Any],
    by: User,
    now: datetime,
) -> None:
    """Say what the columns of a table are, keep it for the next file with the same header, and read.

    Raises:
        RunRefusedError: the run is being read or was read already.
    """
    held = ImportRun.objects.select_for_update().get(pk=run.pk)
    if held.status != Status.QUEUED or "mapping" in held.options:
        raise RunRefusedError("Les colonnes de ce fichier ont déjà été choisies.")
    held.options = {**held.options, **options, "mapping": dict(mapping)}
    held.save(update_fields=["options"])
    remember_mapping(run.space, mapping, name=held.files[0]["name"], by=by, now=now)
    ask_reading(held)


def ask_reading(run: ImportRun) -> None:
    enqueue("sources.read_run", key=f"import-read-{run.pk}", run_id=run.pk)


def ask_apply(run: ImportRun) -> None:
    """Raises `RunRefusedError` unless the dry run is done. Asked twice, done once; given up, tried again."""
    if run.status != Status.PLANNED:
        raise RunRefusedError("Cet import a déjà été appliqué ou n'a pas été lu jusqu'au bout.")
    ask_again(enqueue("sources.apply_run", key=f"import-apply-{run.pk}", run_id=run.pk))


def ask_undo(run: ImportRun, *, by: User) -> None:
    """Raises `RunRefusedError` unless the run is applied. Asked twice, done once; given up, tried again."""
    if run.status != Status.APPLIED:
        raise RunRefusedError("Cet import n'est pas appliqué : il n'y a rien à annuler.")
    key = f"import-undo-{run.pk}"
    ask_again(enqueue("sources.undo_run", key=key, run_id=run.pk, by_id=by.pk))
