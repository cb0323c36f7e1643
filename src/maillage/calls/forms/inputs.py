"""Inputs of one answer as HTML, written in Python: in templates, a large section took most of the time of its page."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import escape

from maillage.calls.lib.answer_values import AnswerError, limit_of, money_of, spaced
from maillage.calls.lib.form import Field, FieldType

# Beyond, communes are written by their codes: a page of two thousand boxes helps nobody.
MOST_BOXES = 150
_AUTOCOMPLETE = {FieldType.EMAIL: "email", FieldType.PHONE: "tel", FieldType.URL: "url"}
_INPUT = {
    FieldType.EMAIL: 'type="email"',
    FieldType.PHONE: 'type="tel"',
    FieldType.URL: 'type="url" inputmode="url"',
    FieldType.INTEGER: 'type="text" inputmode="numeric"',
    FieldType.MONEY: 'type="text" inputmode="decimal"',
    FieldType.SIRET: 'type="text" inputmode="numeric" autocomplete="off"',
    FieldType.RNA: 'type="text" autocomplete="off" autocapitalize="characters"',
    FieldType.IBAN: 'type="text" autocomplete="off" autocapitalize="characters"',
}
_SHORT = {
    FieldType.INTEGER: "is-short",
    FieldType.MONEY: "is-short",
    FieldType.DATE: "is-short",
    FieldType.SIRET: "is-medium",
    FieldType.RNA: "is-medium",
    FieldType.PHONE: "is-medium",
}
# Answers that are several inputs under one legend.
GROUPED = frozenset({FieldType.YES_NO, FieldType.CHOICES, FieldType.COMMUNES})


@dataclass(frozen=True)
class Input:
    """Where an answer is typed: `name` as sent, `anchor` as identifier; `described` are identifiers of help."""

    name: str
    anchor: str
    described: str = ""
    is_wrong: bool = False
    is_locked: bool = False
    communes: Iterable[tuple[str, str]] = field(default_factory=tuple)

    def attributes(self) -> str:
        said = f' aria-describedby="{self.described}"' if self.described else ""
        wrong = ' aria-invalid="true"' if self.is_wrong else ""
        locked = " disabled" if self.is_locked else ""
        return f"{said}{wrong}{locked}"


def is_group(one: Field) -> bool:
    """Whether the answer is several inputs under a legend, rather than one under a label."""
    return one.type in GROUPED or (one.type == FieldType.CHOICE and len(one.choices) <= 6)


def write(one: Field, value: Any, where: Input) -> str:
    """The input or inputs of a field that is not a table, showing `value` whatever it is."""
    return _WRITERS.get(one.type, _line)(one, value, where)


def _yes_no(one: Field, value: Any, where: Input) -> str:
    held = {True: "oui", False: "non"}.get(value, "") if isinstance(value, bool) else ""
    return _boxes("radio", (("oui", "Oui"), ("non", "Non")), {held}, where)


def _certify(one: Field, value: Any, where: Input) -> str:
    ticked = " checked" if value is True else ""
    return (
        f'<input type="checkbox" name="{where.name}" id="{where.anchor}" value="on"'
        f"{ticked}{where.attributes()}>"
    )


def _choice(one: Field, value: Any, where: Input) -> str:
    held = value if isinstance(value, str) else ""
    if is_group(one):
        return _boxes("radio", one.choices, {held}, where)
    return select(one.choices, held, where)


def _choices(one: Field, value: Any, where: Input) -> str:
    return _boxes("checkbox", one.choices, _strings(value), where)


def _line(one: Field, value: Any, where: Input) -> str:
    kind = _INPUT.get(one.type, 'type="text"')
    complete = _AUTOCOMPLETE.get(one.type, "")
    if one.type == FieldType.TEXT and one.reuse == "structure.name":
        complete = "organization"
    said = f' autocomplete="{complete}"' if complete else ""
    size = f' class="{_SHORT[one.type]}"' if one.type in _SHORT else ""
    count = f' data-most="{limit_of(one)}"' if one.type == FieldType.TEXT and one.max_length else ""
    return (
        f'<input {kind}{said}{size}{count} name="{where.name}" id="{where.anchor}" '
        f'value="{escape(_shown(one, value))}"{where.attributes()}>'
    )


def _shown(one: Field, value: Any) -> str:
    if value is None or isinstance(value, bool | list | dict):
        return ""
    if one.type == FieldType.MONEY:
        return typed_amount(value)
    if one.type == FieldType.SIRET and len(str(value)) == 14:
        return f"{str(value)[:3]} {str(value)[3:6]} {str(value)[6:9]} {str(value)[9:]}"
    return str(value)


def typed_amount(value: Any) -> str:
    """« 12 500,50 », as a person types it."""
    try:
        return spaced(str(money_of(value))).replace("\u202f", " ")
    except AnswerError:
        return "" if value is None else str(value)


def _area(one: Field, value: Any, where: Input) -> str:
    longest = limit_of(one)
    rows = 4 if longest <= 600 else 8
    text = value if isinstance(value, str) else ""
    return (
        f'<textarea name="{where.name}" id="{where.anchor}" rows="{rows}" data-most="{longest}"'
        f"{where.attributes()}>\n{escape(text)}</textarea>"
    )


def _date(one: Field, value: Any, where: Input) -> str:
    shown = value if isinstance(value, str) else ""
    try:
        kind = "date" if not shown or dt.date.fromisoformat(shown) else "text"
    except ValueError:
        # A browser empties a field of dates that does not hold one: what was typed must stay.
        kind = "text"
    return (
        f'<input type="{kind}" class="is-short" name="{where.name}" id="{where.anchor}" '
        f'value="{escape(shown)}"{where.attributes()}>'
    )


def _boxes(
    kind: str, choices: Iterable[tuple[str, str]], held: set[str], where: Input, css: str = ""
) -> str:
    attributes = where.attributes()
    items = []
    for rank, (code, label) in enumerate(choices):
        anchor = where.anchor if rank == 0 else f"{where.anchor}-{rank}"
        ticked = " checked" if code in held else ""
        items.append(
            f'<li><label><input type="{kind}" name="{where.name}" id="{anchor}" '
            f'value="{escape(code)}"{ticked}{attributes}> <span>{escape(label)}</span></label></li>'
        )
    return f'<ul class="choices{css}">{"".join(items)}</ul>'


def select(choices: Iterable[tuple[str, str]], held: str, where: Input) -> str:
    options = ['<option value="">Choisir</option>']
    known = False
    for code, label in choices:
        chosen = " selected" if code == held else ""
        known = known or code == held
        options.append(f'<option value="{escape(code)}"{chosen}>{escape(label)}</option>')
    if held and not known:
        options.append(f'<option value="{escape(held)}" selected>{escape(held)}</option>')
    return (
        f'<select name="{where.name}" id="{where.anchor}"{where.attributes()}>'
        f"{''.join(options)}</select>"
    )


def _strings(value: Any) -> set[str]:
    return {one for one in value if isinstance(one, str)} if isinstance(value, list) else set()


def _commune(one: Field, value: Any, where: Input) -> str:
    held = value if isinstance(value, str) else ""
    known = dict(where.communes)
    other = "" if held in known else held
    label = "Commune hors de la liste : son code INSEE" if known else "Code INSEE de la commune"
    listed = select(known.items(), "" if other else held, where) if known else ""
    anchor = f"{where.anchor}-other" if known else where.anchor
    return (
        f'{listed}<label class="other-commune" for="{anchor}">{label}</label>'
        f'<input type="text" class="is-short" name="{where.name}" id="{anchor}" maxlength="60" '
        f'value="{escape(other)}"{where.attributes()}>'
    )


def _communes(one: Field, value: Any, where: Input) -> str:
    held = _strings(value)
    listed = list(where.communes)
    known = dict(listed) if len(listed) <= MOST_BOXES else {}
    boxes = _boxes("checkbox", known.items(), held, where, " is-columns") if known else ""
    others = ", ".join(sorted(held - set(known)))
    anchor = f"{where.anchor}-other" if known else where.anchor
    label = "Autres communes : leurs codes INSEE" if known else "Codes INSEE des communes"
    return (
        f'{boxes}<label class="other-commune" for="{anchor}">{label}, séparés par des virgules</label>'
        f'<input type="text" name="{where.name}" id="{anchor}" value="{escape(others)}"'
        f"{where.attributes()}>"
    )


_WRITERS: dict[FieldType, Callable[[Field, Any, Input], str]] = {
    FieldType.LONG_TEXT: _area,
    FieldType.YES_NO: _yes_no,
    FieldType.CERTIFY: _certify,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.COMMUNE: _commune,
    FieldType.COMMUNES: _communes,
    FieldType.DATE: _date,
}
