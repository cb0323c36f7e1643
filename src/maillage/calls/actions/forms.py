"""A form is written, undone, frozen, and followed by another version."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from maillage.accounts.models import User
from maillage.calls.enums import ApplicationStatus, EditionStatus, EventKind, Stage
from maillage.calls.lib.form import form_of
from maillage.calls.lib.form_check import Flaw, check_definition
from maillage.calls.lib.form_diff import changes
from maillage.calls.lib.form_edit import EditError
from maillage.calls.models import Application, Edition, EditionEvent, FormVersion
from maillage.core import journal

_UNPUBLISHED = (EditionStatus.DRAFT, EditionStatus.CHECKING)
_OVER = (EditionStatus.FINISHED, EditionStatus.CANCELLED)


class FormRefusedError(Exception):
    """The form stays as it was. The message is one French sentence."""


class FormStaleError(FormRefusedError):
    """Somebody changed the form since the page was opened; what was typed can be sent again."""


def start_form(edition: Edition, stage: str, *, by: User, now: datetime) -> FormVersion:
    """An empty form for a stage that has none; gives the one that is there otherwise."""
    try:
        with transaction.atomic():
            form = FormVersion.objects.create(
                edition=edition, stage=stage, number=1, created_by=by, created_at=now
            )
            _note("form_started", form, by=by, now=now)
    except IntegrityError:
        return FormVersion.objects.filter(edition=edition, stage=stage).order_by("-number")[0]
    return form


@transaction.atomic
def change_form(
    form: FormVersion,
    edit: Callable[[dict[str, Any]], dict[str, Any]],
    what: str,
    *,
    edits: int,
    by: User,
    now: datetime,
) -> FormVersion:
    """Replace the definition by `edit(definition)`; `what` says it in words, for who would undo it.

    `edits` is the count that the person saw. Raises `FormStaleError`, and `FormRefusedError` when the result is
    no form.
    """
    held = FormVersion.objects.select_for_update().get(pk=form.pk)
    _writable(held)
    if held.edits != edits:
        raise FormStaleError(
            "Le formulaire a été modifié entre-temps, dans un autre onglet ou par une autre personne : "
            "relisez-le ci-dessous, puis recommencez."
        )
    try:
        made = edit(held.definition)
    except EditError as error:
        raise FormRefusedError(str(error)) from error
    flaws = check_definition(made)
    if flaws:
        raise FormRefusedError(_sentence(flaws[0], made))
    return _keep(held, made, {"definition": held.definition, "what": what[:200]}, by=by, now=now)


@transaction.atomic
def undo_change(form: FormVersion, *, edits: int, by: User, now: datetime) -> FormVersion:
    """Put back what was before the last change; done twice, it makes the change again."""
    held = FormVersion.objects.select_for_update().get(pk=form.pk)
    _writable(held)
    if held.edits != edits:
        raise FormStaleError(
            "Le formulaire a encore changé : relisez-le avant de revenir en arrière."
        )
    if "definition" not in held.undo:
        raise FormRefusedError("Il n'y a rien à défaire.")
    before = held.undo["definition"]
    undo = {"definition": held.definition, "what": "le retour en arrière"}
    return _keep(held, before, undo, by=by, now=now)


def _keep(
    held: FormVersion, made: dict[str, Any], undo: dict[str, Any], *, by: User, now: datetime
) -> FormVersion:
    held.definition, held.undo = made, undo
    held.edits += 1
    held.edited_by, held.edited_at = by, now
    held.save(update_fields=["definition", "undo", "edits", "edited_by", "edited_at"])
    return held


def _writable(held: FormVersion) -> None:
    if held.frozen_at is not None:
        raise FormRefusedError(
            "Cette version est figée : faites une nouvelle version pour la corriger."
        )


@transaction.atomic
def freeze_form(form: FormVersion, *, by: User, now: datetime) -> FormVersion:
    """No change any more: applicants write on it. Raises `FormRefusedError` while it is not whole."""
    held = FormVersion.objects.select_for_update().get(pk=form.pk)
    if held.frozen_at is not None:
        return held
    flaws = check_definition(held.definition, to_publish=True)
    if flaws:
        raise FormRefusedError(_sentence(flaws[0], held.definition))
    held.frozen_at, held.undo = now, {}
    held.save(update_fields=["frozen_at", "undo"])
    _note("form_frozen", held, by=by, now=now)
    return held


@transaction.atomic
def new_version(form: FormVersion, *, note: str, by: User, now: datetime) -> FormVersion:
    """A copy of the last frozen version, to be corrected. Raises `FormRefusedError` when one is already being written."""
    last = (
        FormVersion.objects.select_for_update()
        .filter(edition=form.edition_id, stage=form.stage)
        .order_by("-number")[0]
    )
    if last.frozen_at is None:
        raise FormRefusedError("Une nouvelle version est déjà en cours d'écriture.")
    if form.edition.status in _OVER:
        raise FormRefusedError("Cet appel est terminé : son formulaire ne change plus.")
    made = FormVersion.objects.create(
        edition=form.edition,
        stage=form.stage,
        number=last.number + 1,
        definition=last.definition,
        note=note.strip()[:300],
        created_by=by,
        created_at=now,
    )
    _note("form_version", made, by=by, now=now, reason=made.note)
    return made


@transaction.atomic
def drop_version(form: FormVersion, *, by: User, now: datetime) -> None:
    """Give up a version that was never published; the first one stays, it may be emptied."""
    held = FormVersion.objects.select_for_update().get(pk=form.pk)
    _writable(held)
    if held.number == 1:
        raise FormRefusedError("La première version d'un formulaire ne se supprime pas.")
    _note("form_dropped", held, by=by, now=now, reason=f"version {held.number}")
    held.delete()


@transaction.atomic
def publish_version(form: FormVersion, *, edits: int, by: User, now: datetime) -> int:
    """Freeze a corrected version and move the drafts to it, every answer kept; gives how many moved.

    Files already deposited keep the version they answered. What changes is told on the page of the call.
    Raises `FormRefusedError`.
    """
    held = FormVersion.objects.select_for_update().select_related("edition").get(pk=form.pk)
    if held.frozen_at is None and held.edits != edits:
        raise FormStaleError(
            "Le formulaire a changé depuis : relisez ce qui change avant de publier."
        )
    if held.edition.status in _UNPUBLISHED:
        raise FormRefusedError("Le formulaire sera figé à la publication de l'appel.")
    before = (
        FormVersion.objects.filter(
            edition=held.edition_id, stage=held.stage, number__lt=held.number
        )
        .exclude(frozen_at=None)
        .order_by("-number")
        .first()
    )
    _writable(held)
    told = changes(form_of(before.definition), form_of(held.definition)) if before else []
    if before and not told:
        raise FormRefusedError("Cette version ne change rien : il n'y a rien à publier.")
    freeze_form(held, by=by, now=now)
    moved = (
        Application.objects.filter(
            edition=held.edition_id,
            stage=held.stage,
            status=ApplicationStatus.DRAFT,
            form__stage=held.stage,
            form__number__lt=held.number,
        ).update(form=held)
        if held.stage != Stage.REPORT
        else 0
    )
    if told:
        EditionEvent.objects.create(
            edition=held.edition, kind=EventKind.ERRATUM, text=_erratum(held, told), by=by, at=now
        )
    return moved


def _erratum(form: FormVersion, told: list[str]) -> str:
    head = f"Le formulaire ({form.get_stage_display()}) change, version {form.number}."
    text = " ".join([head, *([form.note] if form.note else []), *told])
    return text if len(text) <= 2000 else f"{text[:1996]} […]"


def _sentence(flaw: Flaw, definition: dict[str, Any]) -> str:
    """The flaw, with the words of the question rather than its code."""
    for section in definition.get("sections", []):
        if not isinstance(section, dict):
            continue
        if flaw.section == section.get("code") and not flaw.field:
            return f"Section « {section.get('title', '')} » : {flaw.message}"
        for one in section.get("fields", []):
            if isinstance(one, dict) and flaw.field and one.get("code") == flaw.field:
                return f"« {one.get('label', flaw.field)} » : {flaw.message}"
    return flaw.message


def _note(action: str, form: FormVersion, *, by: User, now: datetime, reason: str = "") -> None:
    journal.record(
        action, form, by=by, at=now, reason=reason, space_id=form.edition.space_id,
        changes={"formulaire": [None, str(form)]},
    )  # fmt: skip
