"""What an agent does with letters and their texts."""

from datetime import datetime

from django.db import transaction

from maillage.accounts.models import User
from maillage.core import journal
from maillage.core.jobs import enqueue
from maillage.core.letters.kinds import LetterKind
from maillage.core.letters.outbox import JOB
from maillage.core.models import Letter, LetterText
from maillage.notices.queries.outbox import can_retry, letters_of
from maillage.notices.queries.texts import present_text, version_of
from maillage.spaces.models import Space


@transaction.atomic
def retry(letter: Letter, *, by: User, now: datetime, space: Space) -> bool:
    """Put a refused or abandoned letter back in the queue; False when it cannot be."""
    held = letters_of(space).select_for_update().filter(pk=letter.pk).first()
    if held is None or not can_retry(held):
        return False
    held.status, held.attempts, held.next_at, held.error = Letter.Status.WAITING, 0, now, ""
    held.save(update_fields=["status", "attempts", "next_at", "error"])
    journal.record("letter_retried", held, by=by, at=now, space_id=space.pk)
    enqueue(JOB)
    return True


class TextConflictError(Exception):
    """Somebody else wrote this text meanwhile; `theirs` is what it is now."""

    def __init__(self, theirs: LetterText) -> None:
        self.theirs = theirs
        super().__init__("Ce texte a été modifié entre-temps.")


@transaction.atomic
def save_text(
    space: Space, kind: LetterKind, subject: str, text: str, *, seen: str, by: User, now: datetime
) -> bool:
    """Write the space's words; `seen` is the version they were written from. False: nothing changed."""
    Space.objects.select_for_update().get(pk=space.pk)  # two agents save one after the other
    before = present_text(space, kind)
    if (before.subject, before.text) == (subject, text):
        return False
    if version_of(before) != seen:
        raise TextConflictError(before)
    after, _ = LetterText.objects.update_or_create(
        space_id=space.pk, kind=kind.code, defaults={"subject": subject, "text": text}
    )
    changes = {"subject": [before.subject, subject], "text": [before.text, text]}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    _record("letter_text_saved", after, changes, by=by, now=now)
    return True


@transaction.atomic
def restore_text(space: Space, kind: LetterKind, *, by: User, now: datetime) -> bool:
    """Come back to our words; False when they were in use."""
    known = LetterText.objects.select_for_update().filter(space_id=space.pk, kind=kind.code).first()
    if known is None:
        return False
    changes = {"subject": [known.subject, kind.subject], "text": [known.text, kind.text]}
    _record("letter_text_restored", known, changes, by=by, now=now)
    known.delete()
    return True


def _record(
    action: str, text: LetterText, changes: dict[str, list[str]], *, by: User, now: datetime
) -> None:
    named = {"kind": [text.kind, text.kind], **changes}
    journal.record(action, text, by=by, at=now, changes=named, space_id=text.space_id)
