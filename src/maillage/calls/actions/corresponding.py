"""Messages of the applicants to the authority, and what they have read of its own."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.actions.telling import tell_message
from maillage.calls.actions.writing import take
from maillage.calls.enums import MessageSide
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Application, CallMessage
from maillage.calls.permissions import may_write
from maillage.core.uploads.kinds import DOCUMENTS, IMAGES
from maillage.core.uploads.store import store

if TYPE_CHECKING:
    from django.core.files import File

LONGEST = 4000
_MOST_A_DAY = 30


def write_message(
    application: Application,
    text: str,
    *,
    by: User,
    now: datetime,
    file: "File[bytes] | None" = None,
) -> CallMessage:
    """Send `text` to the authority. Raises `StepRefused`, `ValidationError` (`text`), `UploadRefusedError`."""
    words = text.replace("\r\n", "\n").strip()
    if not words:
        raise ValidationError({"text": ["Écrivez votre message."]})
    if len(words) > LONGEST:
        raise ValidationError({"text": [f"{LONGEST} caractères au plus : raccourcissez."]})
    _check(application, by, now)
    upload = store(file, accept=DOCUMENTS | IMAGES, by=by, now=now, private=True) if file else None
    with transaction.atomic():
        held = take(application)
        _check(held, by, now)
        message = CallMessage.objects.create(
            application=held,
            side=MessageSide.APPLICANT,
            by=by,
            at=now,
            text=words,
            upload=upload,
        )
        tell_message(held, now=now)
    return message


def mark_read(application: Application, *, by: User, now: datetime) -> int:
    """The authority's messages are read; the number of those that were not."""
    if not may_write(by, application):
        return 0
    unread = CallMessage.objects.filter(
        application=application, side=MessageSide.AUTHORITY, read_at=None
    )
    return unread.update(read_at=now)


def _check(application: Application, by: User, now: datetime) -> None:
    verdict = may_write(by, application)
    if not verdict:
        raise StepRefused(verdict.reason)
    if application.number is None:
        raise StepRefused(
            "Avant le dépôt, posez vos questions au contact de l'appel : cette page est pour la suite."
        )
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    sent = CallMessage.objects.filter(
        application=application, side=MessageSide.APPLICANT, at__gte=day
    )
    if sent.count() >= _MOST_A_DAY:
        raise StepRefused("Beaucoup de messages aujourd'hui : reprenez demain.")
