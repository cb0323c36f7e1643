"""Files of an application: private, scanned, and those of the structure used again."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.actions.writing import check, take
from maillage.calls.lib.form import Field, FieldType, form_of
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Application, Attachment, KeptFile
from maillage.calls.queries.forms_in_force import form_in_force
from maillage.calls.queries.known import kept_files, lead_of
from maillage.core.uploads.kinds import DOCUMENTS, IMAGES, UploadRefusedError
from maillage.core.uploads.models import Upload
from maillage.core.uploads.store import store
from maillage.structures.models import Membership

if TYPE_CHECKING:
    from django.core.files import File

_KNOWN = DOCUMENTS | IMAGES


def attach(
    application: Application,
    code: str,
    file: "File[bytes]",
    *,
    by: User,
    now: datetime,
    keep: bool = False,
    valid_until: date | None = None,
) -> Attachment:
    """Keep `file` in answer to `code`. With `keep`, it is also ready for the next files of the structure.

    Raises `StepRefused`, or `UploadRefusedError` when the file itself cannot be kept: nothing is lost then.
    """
    held, field = _open(application, code, by, now)
    _check_room(held, field)
    accepted = frozenset(field.accepts) & _KNOWN or _KNOWN
    upload = store(file, accept=accepted, by=by, now=now, private=True)
    with transaction.atomic():
        held, field = _open(application, code, by, now)
        _check_room(held, field)
        kept = _keep(held, field, upload, by, now, valid_until) if keep else None
        return _add(held, code, upload, kept, by, now)


@transaction.atomic
def attach_kept(
    application: Application, code: str, kept_id: int, *, by: User, now: datetime
) -> Attachment:
    """Use a document of the structure again, as it is."""
    held, field = _open(application, code, by, now)
    _check_room(held, field)
    ready = kept_files(lead_of(held), {field.reuse}, now.date()).get(field.reuse, [])
    kept = next((one for one in ready if one.pk == kept_id), None)
    if kept is None or not _keeps(by, kept.structure_id):
        raise StepRefused("Cette pièce n'est plus disponible. Rechargez la page.")
    if kept.upload.state == Upload.State.INFECTED:
        raise StepRefused("L'antivirus a refusé cette pièce : joignez-en une autre.")
    return _add(held, code, kept.upload, kept, by, now)


@transaction.atomic
def detach(attachment: Attachment, *, by: User, now: datetime) -> None:
    """Take a file out of the answer; a deposit that was made keeps it."""
    held, _field = _open(attachment.application, attachment.code, by, now)
    changed = Attachment.objects.filter(pk=attachment.pk, removed_at=None).update(removed_at=now)
    if changed:
        _touch(held, now)


def _open(
    application: Application, code: str, by: User, now: datetime
) -> tuple[Application, Field]:
    with transaction.atomic():
        held = take(application)
    writable = check(held, by, now)
    form = form_of(form_in_force(held).definition)
    field = next(
        (one for one in form.fields if one.code == code and one.type == FieldType.FILE), None
    )
    if field is None or not writable.allows(code):
        raise StepRefused("Cette pièce ne peut pas être changée à cette étape.")
    return held, field


def _check_room(held: Application, field: Field) -> None:
    have = Attachment.objects.filter(
        application=held, stage=held.stage, code=field.code, removed_at=None
    ).count()
    if have >= max(field.max_files, 1):
        most = max(field.max_files, 1)
        raise StepRefused(
            f"{most} fichier{'s' if most > 1 else ''} au plus ici : retirez-en un d'abord."
        )


def _add(
    held: Application,
    code: str,
    upload: Upload,
    kept: KeptFile | None,
    by: User,
    now: datetime,
) -> Attachment:
    attachment = Attachment.objects.create(
        application=held, stage=held.stage, code=code, upload=upload, kept=kept, by=by, at=now
    )
    _touch(held, now)
    return attachment


def _touch(held: Application, now: datetime) -> None:
    held.updated_at = now
    held.version += 1
    held.save(update_fields=["updated_at", "version"])


def _keep(
    held: Application,
    field: Field,
    upload: Upload,
    by: User,
    now: datetime,
    valid_until: date | None,
) -> KeptFile | None:
    lead = lead_of(held)
    if lead is None or lead.structure_id is None or not field.reuse:
        return None
    if not _keeps(by, lead.structure_id):
        return None
    same = KeptFile.objects.filter(structure=lead.structure_id, kind=field.reuse, replaced_at=None)
    same.update(replaced_at=now)
    return KeptFile.objects.create(
        structure_id=lead.structure_id,
        kind=field.reuse[:40],
        upload=upload,
        valid_until=valid_until,
        by=by,
        at=now,
    )


def _keeps(user: User, structure_id: int) -> bool:
    """Documents of a structure are for its own people, not for every co-writer of a file."""
    held = Membership.objects.filter(structure=structure_id, user=user, ended_at=None)
    return held.exists()


__all__ = ["UploadRefusedError", "attach", "attach_kept", "detach"]
