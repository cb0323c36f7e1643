"""Take a file in hand within a transaction, step it, and write its line in the journal."""

from datetime import datetime
from typing import Any

from maillage.accounts.actions import tell
from maillage.accounts.models import User
from maillage.calls.actions.telling import writers_of
from maillage.calls.enums import ApplicationStatus
from maillage.calls.lib.machine import APPLICATION, StepRefused, check_step
from maillage.calls.models import Application, InstructionNote
from maillage.core import journal
from maillage.core.letters.kinds import LetterKind
from maillage.moderation.lib.text import paragraphs
from maillage.structures.actions.telling import link_to

REASON_LONGEST = 2000


def take(application: Application, by: User | None) -> Application:
    """The row as it is stored, held until the end of the transaction. Nobody takes a file they are recused of."""
    rows = Application.objects.filter(number__isnull=False)
    if by is not None:
        rows = rows.reachable_by(by)
    held: Application | None = (
        rows.select_for_update(of=("self",))
        .select_related("edition__space")
        .filter(pk=application.pk)
        .first()
    )
    if held is None:
        raise StepRefused("Ce dossier n'est pas accessible.")
    return held


def step(
    held: Application,
    after: ApplicationStatus,
    label: str,
    *,
    act: str,
    by: User | None,
    now: datetime,
    **columns: Any,
) -> None:
    """Go to `after`, with other columns, when the table of steps lets it."""
    before = held.status
    check_step(APPLICATION, before, after, label)
    held.status = after
    for name, value in columns.items():
        setattr(held, name, value)
    held.version += 1
    held.save(update_fields=["status", "version", *columns])
    record(held, act, by=by, now=now, changes={"status": [before, str(after)]})


def record(
    held: Application,
    act: str,
    *,
    by: User | None,
    now: datetime,
    changes: dict[str, Any] | None = None,
) -> None:
    journal.record(act, held, by=by, at=now, changes=changes, space_id=held.edition.space_id)


def words_of(text: str, *, said: str, longest: int = REASON_LONGEST) -> str:
    """The text, clean; raises `StepRefused(said)` when there is none, or says that it is too long."""
    words = paragraphs(text)
    if not words:
        raise StepRefused(said)
    if len(words) > longest:
        raise StepRefused(f"{longest} caractères au plus : raccourcissez le texte.")
    return words


def note(held: Application, text: str, *, by: User | None, now: datetime) -> InstructionNote:
    """What must be kept in words stays with the file: the journal holds no name."""
    return InstructionNote.objects.create(application=held, by=by, at=now, text=text)


def tell_writers(
    held: Application, kind: LetterKind, values: dict[str, str], *, now: datetime
) -> None:
    """A letter to everybody who writes the file."""
    said = {
        "reference": held.reference,
        "title": held.title or "Sans titre",
        "call": held.edition.title,
        "space": held.edition.space.name,
    }
    tell(
        writers_of(held),
        kind,
        said | values,
        now=now,
        link=link_to("applications:one", held.pk),
        space_id=held.edition.space_id,
    )
