"""Put a backup into an empty installation, check it row by row, and bring it to the present version."""

import hashlib
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import F, QuerySet

from maillage.core.backup import archive
from maillage.core.backup.archive import BackupError
from maillage.core.backup.make import FOLDERS, Report
from maillage.core.backup.rows import kept_models, lines, load
from maillage.core.journal_lock import unlocked
from maillage.core.models import Clock, Job, JournalEntry, Letter
from maillage.core.signals import restored

Say = Callable[[str], None]
_SENTENCE = "Sauvegarde restaurée : peut-être déjà fait, à relancer si besoin."


def restore(
    path: Path, *, now: datetime, identity: Path | None = None, say: Say = lambda _line: None
) -> Report:
    """Restore `path`. The database must be empty, and the folders of files too. Raises `BackupError`."""
    _refuse_what_is_not_empty()
    with (
        tempfile.TemporaryDirectory(dir=settings.VAR_DIR, prefix=".restore-") as workspace,
        archive.opened(path, identity, Path(workspace)) as tar,
    ):
        manifest = archive.checked(tar)
        say("Sauvegarde lue et conforme à son sommaire.")
        models = _models_of(manifest)
        with transaction.atomic():
            _load(tar, models, manifest, say)
        files = _extract(tar)
        say(f"{files} fichiers")
    call_command("migrate", verbosity=0, interactive=False)
    _settle(now)
    rows = sum(manifest["tables"].values())
    return Report(path, len(models), rows, files, path.stat().st_size)


def _refuse_what_is_not_empty() -> None:
    tables = set(connection.introspection.table_names())
    for model in (get_user_model(), JournalEntry):
        if model._meta.db_table in tables and QuerySet(model).only("pk").exists():
            raise BackupError(
                "Cette base a déjà des comptes ou un journal : on ne restaure que dans une base vide "
                "(nouveau fichier SQLite, ou nouvelle base PostgreSQL)."
            )
    for setting in FOLDERS.values():
        root = Path(getattr(settings, setting))
        if root.is_dir() and any(root.iterdir()):
            raise BackupError(f"Le dossier {root} n'est pas vide : déplacez ce qu'il contient.")


def _models_of(manifest: dict[str, Any]) -> list[Any]:
    """Bring the empty database to the version of the backup; its models as they were then."""
    if manifest.get("format") != 1:
        raise BackupError("Cette sauvegarde vient d'une version plus récente de Maillage.")
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    recorded = {(app, name) for app, name in manifest["migrations"]}
    ours = {node for node in recorded if node in graph.nodes}
    installed = {app for app, _name in graph.nodes}
    unknown = sorted(app for app, name in recorded - ours if app in installed)
    if unknown:
        raise BackupError(
            f"Cette sauvegarde vient d'une version plus récente de Maillage ({unknown[0]})."
        )
    if set(executor.loader.applied_migrations) - recorded:
        raise BackupError(
            "La base est d'une version plus récente que la sauvegarde : partez d'une base sans table."
        )
    targets = [
        node
        for node in ours
        if not any(child.key in ours for child in graph.node_map[node].children)
    ]
    executor.migrate(targets)
    return kept_models(executor.loader.project_state(targets).apps)


def _load(tar: tarfile.TarFile, models: list[Any], manifest: dict[str, Any], say: Say) -> None:
    """Empty the tables that migrations filled, insert the rows, and read them again."""
    with unlocked():
        _empty(models)
    for model in models:
        label = model._meta.label_lower
        if label not in manifest["tables"]:
            continue
        name = f"tables/{label}.jsonl"
        content = tar.extractfile(name)
        if content is None or load(model, content) != manifest["tables"][label]:
            raise BackupError(f"La table {label} n'a pas le nombre de lignes attendu.")
        if _sha256(model) != manifest["entries"][name]:
            raise BackupError(f"La table {label} restaurée diffère de la sauvegarde.")
        if manifest["tables"][label]:
            say(f"{label} : {manifest['tables'][label]} lignes")
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _empty(models: list[Any]) -> None:
    tables = [connection.ops.quote_name(model._meta.db_table) for model in models]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
            return
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608  (our own table names)


def _sha256(model: Any) -> str:
    digest = hashlib.sha256()
    for line in lines(model):
        digest.update(line)
    return digest.hexdigest()


def _extract(tar: tarfile.TarFile) -> int:
    count = 0
    for info in tar:
        folder, _slash, rest = info.name.partition("/")
        if folder in FOLDERS and rest:
            target = Path(getattr(settings, FOLDERS[folder])) / rest
            target.parent.mkdir(parents=True, exist_ok=True)
            content = cast("IO[bytes]", tar.extractfile(info))  # `checked` saw that it is a file
            with target.open("wb") as file:
                shutil.copyfileobj(content, file)
            count += 1
    return count


def _settle(now: datetime) -> None:
    """What was under way at the time of the backup may have been done since: nothing leaves twice."""
    with transaction.atomic():
        waiting = Job.objects.filter(status__in=[Job.Status.QUEUED, Job.Status.RUNNING])
        waiting.update(status=Job.Status.FAILED, error=_SENTENCE, lease_until=None, finished_at=now)
        letters = Letter.objects.filter(status=Letter.Status.WAITING)
        # A key that waited in a letter is not to be found in what is restored.
        letters.filter(is_secret=True).update(body="", html="", link="")
        letters.update(status=Letter.Status.FAILED, error=_SENTENCE)
        Clock.objects.update(value=F("value") + 1)
        restored.send(sender=None, now=now)
