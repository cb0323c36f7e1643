"""The minutes: made as a tagged PDF, frozen when signed, then the copy that people signed by hand."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.actions.jury.holding import S, held, must_be, write
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import JurySession
from maillage.calls.queries.jury import is_recused_from
from maillage.calls.queries.minutes import minutes_of, name_of_minutes
from maillage.core.pdf.making import make
from maillage.core.uploads.store import store

if TYPE_CHECKING:
    from django.core.files import File

TEMPLATE = "calls/minutes.typ"
PDF_ONLY = frozenset({"pdf"})
_RECUSED = "Le procès-verbal dit ce qui s'est passé d'un dossier dont vous êtes récusé : une autre personne s'en charge."


def draw_minutes(session: JurySession, *, at: datetime, is_draft: bool) -> bytes:
    """The PDF, as the session stands."""
    return make(TEMPLATE, minutes_of(session, at=at, is_draft=is_draft), at=at)


@transaction.atomic
def sign_minutes(session: JurySession, *, by: User, now: datetime, version: int) -> JurySession:
    """Freeze them: the file is kept with its SHA-256, nothing of the session changes afterwards."""
    mine = held(session, by=by, version=version)
    must_be(mine, S.CLOSED)
    if is_recused_from(by, mine):
        raise StepRefused(_RECUSED)
    content = draw_minutes(mine, at=now, is_draft=False)
    mine.minutes = store(
        ContentFile(content, name=name_of_minutes(mine)),
        accept=PDF_ONLY,
        by=by,
        now=now,
        private=True,
    )
    mine.status, mine.signed_at, mine.signed_by = S.SIGNED, now, by
    write(mine, "jury_minutes_signed", by=by, now=now, sha256=mine.minutes.sha256)
    return mine


@transaction.atomic
def keep_signed_copy(
    session: JurySession, file: "File[bytes]", *, by: User, now: datetime, version: int
) -> JurySession:
    """The scan with the signatures, beside the frozen file. Raises `UploadRefusedError` too."""
    mine = held(session, by=by, version=version)
    must_be(mine, S.SIGNED)
    if is_recused_from(by, mine):
        raise StepRefused(_RECUSED)
    mine.signed_copy = store(file, accept=PDF_ONLY, by=by, now=now, private=True)
    write(mine, "jury_signed_copy", by=by, now=now, sha256=mine.signed_copy.sha256)
    return mine
