"""The answers of a deposit as a reader may see them: hidden fields left out, names masked for a blind one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from maillage.calls.lib.answer_words import said
from maillage.calls.lib.form import Field, FieldType, Form, form_of
from maillage.calls.lib.words import in_euros
from maillage.calls.models import Application
from maillage.calls.queries.naming import Viewpoint
from maillage.core.uploads.models import Upload
from maillage.territories.queries import names_by_code

_STATUS = {"acquired": "acquis", "asked": "demandé", "expected": "prévu"}


@dataclass(frozen=True)
class Piece:
    """A file of the answer; `name` is neutral for a blind reader."""

    upload_id: int
    name: str


@dataclass
class Shown:
    """One answer: lines of text, or a table (`head` and `rows`), or files. Nothing in them: no answer."""

    label: str
    lines: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)


@dataclass
class ShownSection:
    title: str
    fields: list[Shown] = field(default_factory=list)
    hidden: int = 0


@dataclass(frozen=True)
class _Given:
    form: Form
    answers: Mapping[str, Any]
    files: list[tuple[str, int, str]]
    partners: list[Mapping[str, Any]]


def sections_of(application: Application, seen_by: Viewpoint) -> list[ShownSection]:
    """The last deposit in the order of its form, without what the person may not see; `hidden` counts that."""
    given = _given(application)
    hidden = seen_by.hidden_codes(given.form, application)
    sections = []
    for section in given.form.sections:
        shown = ShownSection(section.title)
        for one in section.fields:
            if one.type == FieldType.NOTE:
                continue
            if one.code in hidden:
                shown.hidden += 1
            else:
                shown.fields.append(_shown(one, given, hidden, application, seen_by))
        sections.append(shown)
    return sections


def piece_for(application: Application, seen_by: Viewpoint, upload_id: int) -> Upload | None:
    """The file, under the name the person may read; None when it is not one of those they may open."""
    given = _given(application)
    hidden = seen_by.hidden_codes(given.form, application)
    known = {one.code for one in given.form.fields if one.type == FieldType.FILE}
    for rank, (code, pk, name) in enumerate(given.files, 1):
        if pk == upload_id and code in known - hidden:
            kept = Upload.objects.filter(pk=pk).first()
            if kept is not None:
                kept.name = _piece_name(name, rank, application, seen_by)
            return kept
    return None


def _given(application: Application) -> _Given:
    deposit = application.deposit_rows.select_related("form").order_by("-rank").first()
    content = deposit.content if deposit else {}
    form = form_of((deposit.form if deposit else application.form).definition)
    answers = content.get("answers") or {}
    files = [(one["code"], one["upload"], one["name"]) for one in content.get("files", ())]
    if not answers:
        stage = deposit.stage if deposit else application.stage
        answers = dict(application.answers.filter(stage=stage).values_list("code", "value"))
        held = application.attachments.filter(stage=stage, removed_at=None)
        files = list(held.values_list("code", "upload", "upload__name"))
    return _Given(form, answers, files, list(content.get("partners", ())))


def _shown(
    one: Field, given: _Given, hidden: frozenset[str], file: Application, seen_by: Viewpoint
) -> Shown:
    value = given.answers.get(one.code)
    shown = Shown(one.label)
    if one.type == FieldType.FILE:
        shown.pieces = [
            Piece(pk, _piece_name(name, rank, file, seen_by))
            for rank, (code, pk, name) in enumerate(given.files, 1)
            if code == one.code
        ]
    elif one.type == FieldType.PARTNERS:
        shown.head = ["Partenaire", "Part (%)", "Montant", "Ce qu'il fait"]
        shown.rows = [
            [str(row.get("name", "")), str(row.get("share") or ""), _euros(row.get("amount")), str(row.get("tasks", ""))]
            for row in given.partners
        ]  # fmt: skip
    elif one.type == FieldType.BUDGET and isinstance(value, dict):
        shown.head = ["Compte", "Intitulé", "Montant", "État"]
        shown.rows = [
            [f"{line.get('account', '')}", str(line.get("label", "")), _euros(line.get("amount")), _STATUS.get(line.get("status", ""), "")]
            for side in ("charges", "produits") for line in value.get(side, ()) if isinstance(line, dict)
        ]  # fmt: skip
    elif one.type == FieldType.INDICATORS and isinstance(value, list):
        shown.head = ["Indicateur", "Unité", "Objectif"]
        shown.rows = [
            [str(row.get(key, "")) for key in ("label", "unit", "target")]
            for row in value
            if isinstance(row, dict)
        ]
    elif one.type == FieldType.REPEATED and isinstance(value, list):
        inner = [each for each in one.fields if f"{one.code}.{each.code}" not in hidden]
        shown.head = [each.label for each in inner]
        shown.rows = [
            [" ".join(_lines(each, row.get(each.code))) for each in inner]
            for row in value
            if isinstance(row, dict)
        ]
    else:
        shown.lines = _lines(one, value)
    shown.lines = [seen_by.masked(file, line) for line in shown.lines]
    shown.rows = [[seen_by.masked(file, cell) for cell in row] for row in shown.rows]
    return shown


def _lines(one: Field, value: Any) -> list[str]:
    return said(one, value, names_by_code()).splitlines()


def _euros(value: Any) -> str:
    try:
        return in_euros(Decimal(str(value))) if value not in (None, "") else ""
    except InvalidOperation:
        return str(value)


def _piece_name(name: str, rank: int, file: Application, seen_by: Viewpoint) -> str:
    """The name somebody gave a file often says who they are."""
    if seen_by.knows(file):
        return name
    _stem, dot, extension = name.rpartition(".")
    return f"{seen_by.name(file)}, pièce {rank}{dot}{extension if dot else ''}"
