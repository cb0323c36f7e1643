"""Take a gap in hand: open a file, follow it, write notes, close it, open it again."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from maillage.accounts.models import User
from maillage.core import journal
from maillage.moderation.lib.text import one_line, paragraphs
from maillage.moderation.queries.scope import agents_of, structures_of
from maillage.observatory.enums import FileStatus
from maillage.observatory.models import WorkingFile, WorkingNote
from maillage.observatory.queries.files import (
    ENDS,
    measure_now,
    open_file_of,
    place_label,
    values_of,
)
from maillage.observatory.queries.needs import need_of
from maillage.spaces.models import Space
from maillage.structures.models import Structure

NOTE_LONGEST, TITLE_LONGEST = 4000, 160
MOST_STRUCTURES = 100


class StaleFileError(Exception):
    """Somebody changed the file since the agent's page was made: look again."""

    def __init__(self, file: WorkingFile) -> None:
        self.file = file
        super().__init__("Ce dossier a changé entre-temps.")


class AlreadyOpenError(Exception):
    """A file is open about this gap."""

    def __init__(self, file: WorkingFile) -> None:
        self.file = file
        super().__init__("Un dossier est déjà ouvert sur ce manque.")


def open_file(
    space: Space, *, need: str, place_kind: str, place: str, by: User, now: datetime
) -> WorkingFile:
    """Open a file that keeps today's measure, followed by who opens it.

    Raises `AlreadyOpenError`, and `ValidationError` when the need or the place is not one of the space's.
    """
    sheet, label = need_of(space, need), place_label(space, place_kind, place)
    if sheet is None:
        raise ValidationError("Ce besoin n'est pas suivi dans cet espace.")
    if label is None:
        raise ValidationError("Ce lieu n'est pas dans le territoire de cet espace.")
    known = open_file_of(space, need, place_kind, place)
    if known is not None:
        raise AlreadyOpenError(known)
    measure = measure_now(space, need, place_kind, place)
    file = WorkingFile(
        space=space,
        need_code=need,
        place_kind=place_kind,
        place_code=place,
        title=f"{sheet.label}, {label}"[:TITLE_LONGEST],
        owner=by,
        baseline=values_of(measure) if measure else {},
        opened_by=by,
        opened_at=now,
    )
    try:
        with transaction.atomic():
            file.save()
            _journal("file_opened", file, by=by, now=now)
    except IntegrityError:
        known = open_file_of(space, need, place_kind, place)
        if known is None:
            raise
        raise AlreadyOpenError(known) from None
    return file


@transaction.atomic
def write_note(file: WorkingFile, text: str, *, by: User, now: datetime) -> WorkingNote:
    """Append a note; none is ever changed."""
    words = paragraphs(text)[:NOTE_LONGEST]
    if not words:
        raise ValidationError({"text": ["Écrivez la note."]})
    note = WorkingNote.objects.create(file=file, by=by, at=now, text=words)
    _journal("file_noted", file, by=by, now=now)
    return note


@transaction.atomic
def follow(
    file: WorkingFile,
    *,
    title: str,
    owner: User | None,
    review_on: date | None,
    by: User,
    now: datetime,
    version: int,
) -> WorkingFile:
    """Who follows it, and when it is looked at again (None: no reminder)."""
    held = _take(file, version)
    wanted = one_line(title)[:TITLE_LONGEST]
    if not wanted:
        raise ValidationError({"title": ["Donnez un titre."]})
    if owner is not None and owner.pk != held.owner_id and owner not in agents_of(held.space):
        raise ValidationError({"owner": ["Choisissez un agent de cet espace."]})
    changes: dict[str, list[Any]] = {
        "title": [held.title, wanted],
        "owner": [held.owner_id, owner.pk if owner else None],
        "review_on": [_iso(held.review_on), _iso(review_on)],
    }
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if not changes:
        return held
    held.title, held.owner, held.review_on = wanted, owner, review_on
    _save(held)
    _journal("file_followed", held, by=by, now=now, changes=changes)
    return held


@transaction.atomic
def change_step(
    file: WorkingFile, step: str, *, reason: str, by: User, now: datetime, version: int
) -> WorkingFile:
    """Go to a step, in any direction, with its reason as a note; the last two close the file.

    From a closed file, any other step opens it again. Raises `StaleFileError`, and `ValidationError` by field
    (`step`, `reason`), also when another file was opened meanwhile about the same gap.
    """
    held = _take(file, version)
    if step not in FileStatus.values:
        raise ValidationError({"step": ["Choisissez une étape de la liste."]})
    if step == held.status:
        raise ValidationError({"step": ["C'est déjà l'étape du dossier."]})
    words = paragraphs(reason)[: NOTE_LONGEST - 80]
    if not words:
        raise ValidationError({"reason": ["Dites pourquoi : la raison reste au dossier."]})
    before, was_closed = held.status, held.closed_at is not None
    held.status = step
    held.closed_at = now if step in ENDS else None
    try:
        with transaction.atomic():
            _save(held)
    except IntegrityError:
        said = "Un autre dossier est ouvert sur ce manque : continuez dans celui-là."
        raise ValidationError({"step": [said]}) from None
    label = FileStatus(step).label
    opening = "Dossier rouvert. " if was_closed and held.closed_at is None else ""
    text = f"{opening}Étape : {label}. {words}"
    WorkingNote.objects.create(file=held, by=by, at=now, text=text)
    _journal("file_step", held, by=by, now=now, changes={"status": [before, step]}, reason=words)
    return held


@transaction.atomic
def link_structure(file: WorkingFile, structure: Structure, *, by: User, now: datetime) -> None:
    """Note that a structure of the space could answer."""
    if not structures_of(file.space).filter(pk=structure.pk).exists():
        raise ValidationError("Cette structure n'est pas dans le territoire.")
    if file.structures.filter(pk=structure.pk).exists():
        return
    if file.structures.count() >= MOST_STRUCTURES:
        raise ValidationError(f"{MOST_STRUCTURES} structures au plus par dossier.")
    file.structures.add(structure)
    changes = {"structures": ["", structure.name]}
    _journal("file_structures", file, by=by, now=now, changes=changes)


@transaction.atomic
def unlink_structure(file: WorkingFile, structure: Structure, *, by: User, now: datetime) -> None:
    if not file.structures.filter(pk=structure.pk).exists():
        return
    file.structures.remove(structure)
    changes = {"structures": [structure.name, ""]}
    _journal("file_structures", file, by=by, now=now, changes=changes)


def _take(file: WorkingFile, version: int) -> WorkingFile:
    """The row as it is stored, held until the end of the transaction."""
    rows = WorkingFile.objects.select_for_update(of=("self",)).select_related("space", "owner")
    held = rows.get(pk=file.pk)
    if held.version != version:
        raise StaleFileError(held)
    return held


def _save(held: WorkingFile) -> None:
    held.version += 1
    held.save()


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _journal(
    action: str,
    file: WorkingFile,
    *,
    by: User,
    now: datetime,
    changes: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    journal.record(
        action, file, by=by, at=now, changes=changes, reason=reason, space_id=file.space_id
    )
