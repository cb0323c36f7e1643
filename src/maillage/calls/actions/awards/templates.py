"""Words of documents: written by the authority for the space or one call; two people never overwrite each other."""

from datetime import datetime

from django.db import IntegrityError, transaction

from maillage.accounts.models import User
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.merge import faults_of
from maillage.calls.lib.paper_fields import names_of
from maillage.calls.models import Edition, PaperTemplate
from maillage.core import journal
from maillage.spaces.models import Space


class StaleWords(StepRefused):
    """Somebody saved other words meanwhile: `row` holds them, None when they were put back to ours."""

    def __init__(self, row: PaperTemplate | None) -> None:
        who = row.edited_by if row and row.edited_by else "Une autre personne"
        super().__init__(
            f"{who} a modifié ce modèle pendant que vous écriviez. Votre texte est gardé à l'écran : comparez, puis"
            " enregistrez de nouveau."
        )
        self.row = row


@transaction.atomic
def save_words(
    space: Space,
    edition: Edition | None,
    kind: str,
    *,
    subject: str,
    body: str,
    signatory: str,
    signatory_title: str,
    by: User,
    now: datetime,
    version: int,
) -> PaperTemplate:
    """`version` is the one that was read at this level, 0 when there was none. Raises StaleWords, StepRefused."""
    wrong = faults_of(f"{subject}\n{body}", names_of(kind))
    if wrong:
        raise StepRefused(" ".join(wrong))
    if not subject.strip() or not body.strip():
        raise StepRefused("Écrivez un objet et un texte.")
    row = _held(space, edition, kind)
    if (row.version if row else 0) != version:
        raise StaleWords(row)
    row = row or PaperTemplate(space=space, edition=edition, kind=kind)
    row.subject, row.body = " ".join(subject.split())[:200], body.replace("\r\n", "\n").strip()
    row.signatory, row.signatory_title = signatory.strip()[:160], signatory_title.strip()[:200]
    row.version += 1
    row.edited_by, row.edited_at = by, now
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:  # written for the first time by two people at once
        raise StaleWords(_held(space, edition, kind)) from error
    journal.record("paper_words_saved", row, by=by, at=now, space_id=space.pk)
    return row


@transaction.atomic
def put_back(
    space: Space, edition: Edition | None, kind: str, *, by: User, now: datetime, version: int
) -> None:
    """Back to the words of the level above: the space's for a call, ours for the space. Raises StaleWords."""
    row = _held(space, edition, kind)
    if row is None:
        return
    if row.version != version:
        raise StaleWords(row)
    journal.record("paper_words_put_back", row, by=by, at=now, space_id=space.pk)
    row.delete()


def _held(space: Space, edition: Edition | None, kind: str) -> PaperTemplate | None:
    rows = PaperTemplate.objects.select_for_update(of=("self",)).filter(
        space=space, edition=edition, kind=kind
    )
    return rows.select_related("edited_by").first()
