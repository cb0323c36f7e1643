"""What a run changes, structure by structure, field by field, ready to be read."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from maillage.sources.models import ImportChange, ImportRun
from maillage.sources.queries.wording import EMPTY, Words, field_label, value_text
from maillage.structures.models import Structure

_HIDDEN = frozenset(
    {"location_quality", "location_source", "location_score", "ess_reason", "activity_nomenclature"}
)


@dataclass(frozen=True, slots=True)
class Line:
    """One difference: `before` and `after` are texts; a creation has no `before`."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A value that is not written: `is_suggestion` when a person confirmed the present one."""

    label: str
    current: str
    proposed: str
    is_suggestion: bool
    owner: str = ""


@dataclass(slots=True)
class ChangeView:
    """One structure of the report."""

    title: str
    kind: str
    structure: Structure | None
    lines: list[Line] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)


def changes_of(run: ImportRun, kind: str) -> QuerySet[ImportChange]:
    return run.changes.filter(kind=kind).select_related("structure").order_by("id")


def describe(changes: Iterable[ImportChange]) -> list[ChangeView]:
    """The changes of one page, in a constant number of queries."""
    changes = list(changes)
    operations = [operation for change in changes for operation in change.operations]
    words = Words(
        [_code(operation) for operation in operations if operation["op"] in {"term", "label"}],
        [str(op.get("on") or op.get("key") or "") for op in operations]
        + [str(note["on"]) for change in changes for note in change.notes],
    )
    return [
        ChangeView(
            change.title,
            change.kind,
            change.structure,
            [line for operation in change.operations for line in _lines(operation, words)],
            [_kept(note, words) for note in change.notes],
        )
        for change in changes
    ]


def _code(operation: dict[str, Any]) -> str:
    return str(operation.get("code") or str(operation.get("key", "")).split("/", maxsplit=1)[0])


def _lines(operation: dict[str, Any], words: Words) -> list[Line]:
    match operation["op"]:
        case "structure":
            return _whole(operation["after"] or operation["before"], "", on_place=False)
        case "place":
            return _whole(operation["after"] or operation["before"], "Lieu : ", on_place=True)
        case "field":
            return _field_line(operation, words)
        case _:
            return _belonging(operation, words)


def _whole(thing: dict[str, Any], prefix: str, *, on_place: bool) -> list[Line]:
    return [
        Line(
            f"{prefix}{_lower(field_label(name, on_place=on_place)) if prefix else field_label(name)}",
            "",
            value_text(name, value, on_place=on_place),
        )
        for name, value in thing["values"].items()
        if name not in _HIDDEN
    ]


def _lower(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _field_line(operation: dict[str, Any], words: Words) -> list[Line]:
    name, on = operation["field"], operation["on"]
    if operation["before"] == operation["after"] or name == "terms":
        return []  # only the date of the source moves
    on_place = on != "structure"
    label = field_label(name, on_place=on_place)
    return [
        Line(
            f"{label}, {words.place(on)}" if on_place else label,
            value_text(name, operation["before"], on_place=on_place),
            value_text(name, operation["after"], on_place=on_place),
        )
    ]


def _belonging(operation: dict[str, Any], words: Words) -> list[Line]:
    """A term or a label that comes, goes or changes."""
    what = "Agrément ou label" if operation["op"] == "label" else "Terme"
    name = words.term(_code(operation))
    before, after = operation["before"], operation["after"]
    if before is None:
        return [Line(what, "", f"{name}{_validity(after)}")]
    if after is None:
        return [Line(what, f"{name}{_validity(before)}", EMPTY)]
    return [Line(what, f"{name}{_validity(before)}", f"{name}{_validity(after)}")]


def _validity(value: Any) -> str:
    if isinstance(value, bool):
        return " (principal)" if value else ""
    dates = [str(value.get(name) or "") for name in ("valid_from", "valid_to")]
    return f" ({' → '.join(dates)})" if any(dates) else ""


def _kept(note: dict[str, Any], words: Words) -> Kept:
    on_place = note["on"] != "structure"
    label = field_label(note["field"], on_place=on_place)
    return Kept(
        label=f"{label}, {words.place(str(note['on']))}" if on_place else label,
        current=value_text(note["field"], note["current"], on_place=on_place),
        proposed=value_text(note["field"], note["proposed"], on_place=on_place),
        is_suggestion=note["note"] == "suggest",
        owner=str((note.get("owner") or {}).get("source", "")),
    )
