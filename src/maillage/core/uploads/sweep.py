"""Forget files that nothing points to: a form that was refused after its file, a page that was deleted."""

from datetime import datetime, timedelta
from pathlib import Path

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef

from maillage.core.uploads.models import Upload
from maillage.core.uploads.store import FOLDER, remove

_GRACE = timedelta(days=1)


def sweep(now: datetime) -> int:
    """Rows that no other row names, and files without a row, older than a day; their number."""
    before = now - _GRACE
    orphans = Upload.objects.filter(at__lt=before)
    for relation in Upload._meta.get_fields(include_hidden=True):
        if relation.one_to_many or relation.one_to_one:
            model, name = relation.related_model, relation.field.name  # type: ignore[union-attr]
            used = model._default_manager.filter(**{name: OuterRef("pk")})  # type: ignore[union-attr]
            orphans = orphans.exclude(Exists(used))
    strays = _sweep_files(before)
    rows = list(orphans)
    for upload in rows:
        remove(upload)
    return strays + len(rows)


def _sweep_files(before: datetime) -> int:
    folder = Path(default_storage.path(FOLDER))
    if not folder.is_dir():
        return 0
    known = {Path(path).stem for path in Upload.objects.values_list("path", flat=True)}
    count = 0
    for file in folder.iterdir():
        stem = file.stem.removesuffix("-s") if file.stem not in known else file.stem
        if stem not in known and file.stat().st_mtime < before.timestamp():
            file.unlink(missing_ok=True)
            count += 1
    return count
