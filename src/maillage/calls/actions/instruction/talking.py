"""Messages to the applicants of a file, and notes between agents."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from maillage.accounts.models import User
from maillage.calls.actions.instruction.holding import note, record, take, tell_writers, words_of
from maillage.calls.enums import MessageSide
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Application, CallMessage, InstructionNote
from maillage.calls.notices.instruction import AUTHORITY_MESSAGE
from maillage.core.uploads.kinds import DOCUMENTS, IMAGES
from maillage.core.uploads.store import store

if TYPE_CHECKING:
    from django.core.files import File

LONGEST = 4000


def send_message(
    application: Application,
    *,
    text: str,
    by: User,
    now: datetime,
    reply_by: date | None = None,
    file: "File[bytes] | None" = None,
) -> CallMessage:
    """Write to the applicants. `reply_by`: an answer is wanted by that day. Raises `UploadRefusedError` for the file."""
    words = words_of(text, said="Écrivez votre message.", longest=LONGEST)
    if reply_by is not None and reply_by < timezone.localdate(now):
        raise StepRefused("La date de réponse est passée : donnez-en une à venir.")
    with transaction.atomic():
        take(application, by)  # before a file is kept for nothing
    upload = store(file, accept=DOCUMENTS | IMAGES, by=by, now=now, private=True) if file else None
    with transaction.atomic():
        held = take(application, by)
        made = CallMessage.objects.create(
            application=held,
            side=MessageSide.AUTHORITY,
            by=by,
            at=now,
            text=words,
            upload=upload,
            reply_by=reply_by,
        )
        tell_writers(held, AUTHORITY_MESSAGE, {}, now=now)
        record(held, "message_sent", by=by, now=now)
    return made


@transaction.atomic
def mark_messages_read(application: Application, *, by: User, now: datetime) -> int:
    """The applicants' messages are read; the number of those that were not."""
    held = take(application, by)
    unread = held.messages.filter(side=MessageSide.APPLICANT, read_at=None)
    return int(unread.update(read_at=now))


@transaction.atomic
def write_note(application: Application, *, text: str, by: User, now: datetime) -> InstructionNote:
    """For colleagues only; never changed afterwards."""
    held = take(application, by)
    made = note(held, words_of(text, said="Écrivez la note.", longest=LONGEST), by=by, now=now)
    record(held, "application_noted", by=by, now=now)
    return made
