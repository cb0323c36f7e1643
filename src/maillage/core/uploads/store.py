"""Keep a file, give its address, forget it."""

import hashlib
import secrets
import unicodedata
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse

from maillage.core.jobs import enqueue
from maillage.core.uploads.kinds import FileKind, UploadRefusedError, recognise
from maillage.core.uploads.models import Upload
from maillage.core.uploads.pictures import rewrite

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.core.files import File

FOLDER = "files"
SCAN_JOB = "core.scan_upload"
_MAX_BYTES = 10_000_000
_FULL = "Le serveur n'a pas pu garder ce fichier : sa place manque peut-être. Rien n'est perdu, réessayez plus tard."


def store(
    file: "File[bytes]",
    *,
    accept: AbstractSet[str],
    by: "AbstractBaseUser | None",
    now: datetime,
    private: bool = False,
) -> Upload:
    """Check `file`, keep it and return its row. Raises `UploadRefusedError`, and then keeps nothing.

    At most 10 MB, or `MAILLAGE_MAX_UPLOAD_MB` when that is less. A `private` file is at no public address.
    """
    limit = min(_MAX_BYTES, settings.MAX_UPLOAD_MB * 1_000_000)
    content = file.read(limit + 1)
    if len(content) > limit:
        raise UploadRefusedError(f"Ce fichier dépasse {limit // 1_000_000} Mo.")
    kind = recognise(content, accept)
    versions, size = _versions(content, kind)
    token = secrets.token_urlsafe(16)
    path = f"{FOLDER}/{token}.{'webp' if kind.is_image else kind.extension}"
    waits = bool(settings.CLAMAV)
    _write({(small_path(path) if small else path): data for small, data in versions.items()})
    with transaction.atomic():
        upload = Upload.objects.create(
            path=path,
            name=clean_name(file.name or ""),
            media_type="image/webp" if kind.is_image else kind.media_type,
            size=len(versions[False]),
            sha256=hashlib.sha256(versions[False]).hexdigest(),
            width=size[0] if size else None,
            height=size[1] if size else None,
            is_private=private,
            state=Upload.State.QUARANTINED if waits else Upload.State.CLEAN,
            by=by,  # type: ignore[misc]  # core knows people by settings.AUTH_USER_MODEL only
            at=now,
        )
        if waits:
            enqueue(SCAN_JOB, upload_id=upload.pk)
    return upload


def url_of(upload: Upload, *, small: bool = False) -> str:
    """Address of the file, or of its small version; empty while it is in quarantine, refused, hidden or private."""
    if upload.state != Upload.State.CLEAN or upload.is_private:
        return ""
    path = small_path(upload.path) if small and upload.width else upload.path
    return reverse("core:upload", args=[path.removeprefix(f"{FOLDER}/")])


def withhold(upload_id: int) -> None:
    """Serve the file to nobody, even at an address that is known, until `give_back`."""
    kept = Upload.objects.filter(pk=upload_id, state=Upload.State.CLEAN)
    kept.update(state=Upload.State.WITHHELD)


def give_back(upload_id: int) -> None:
    """The end of `withhold`; a file that waits for the scanner still waits."""
    hidden = Upload.objects.filter(pk=upload_id, state=Upload.State.WITHHELD)
    hidden.update(state=Upload.State.CLEAN)


def remove(upload: Upload) -> None:
    """Forget the row now and the file once the transaction is committed."""
    path = upload.path
    upload.delete()
    transaction.on_commit(lambda: erase_files(path))


def erase_files(path: str) -> None:
    for one in (path, small_path(path)):
        with suppress(OSError):
            default_storage.delete(one)


def small_path(path: str) -> str:
    stem, _dot, extension = path.rpartition(".")
    return f"{stem}-s.{extension}"


def clean_name(name: str) -> str:
    """What the sender called it, made harmless for a header or a page: no path, no control, no bidi sign."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    return unicodedata.normalize("NFC", " ".join(kept.split()))[-150:] or "fichier"


def _versions(content: bytes, kind: FileKind) -> tuple[dict[bool, bytes], tuple[int, int] | None]:
    """Bytes by « is the small one », and the size of a picture."""
    if not kind.is_image:
        return {False: content}, None
    picture = rewrite(content)
    return {False: picture.large, True: picture.small}, (picture.width, picture.height)


def _write(files: dict[str, bytes]) -> None:
    try:
        for path, data in files.items():
            default_storage.save(path, ContentFile(data))
    except OSError as error:
        for path in files:
            erase_files(path)
        raise UploadRefusedError(_FULL) from error
