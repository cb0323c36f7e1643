"""An answer said in words: the same on a page, in a PDF and in a spreadsheet."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from maillage.calls.lib.answer_tables import SIDES, STATUSES, is_blank_line, rows_of
from maillage.calls.lib.answer_values import AnswerError, day_in_words, euros, money_of, spaced
from maillage.calls.lib.conditions import is_empty
from maillage.calls.lib.form import Field, FieldType

NOTHING = "Sans réponse"


def said(field: Field, value: Any, places: Mapping[str, str] | None = None) -> str:
    """Plain text, empty when nothing was answered; a table has one line of text by line.

    `places` gives the names of communes by code. A value of a wrong shape is said as it is.
    """
    if is_empty(value):
        return ""
    if field.type == FieldType.BUDGET:
        return "\n".join(_budget(value))
    if field.type == FieldType.INDICATORS:
        return "\n".join(_indicator(one) for one in rows_of(value) if not is_empty(one))
    if field.type == FieldType.REPEATED:
        return "\n".join(_block(field, one, places) for one in rows_of(value) if not is_empty(one))
    return _simple(field, value, places or {})


def _simple(field: Field, value: Any, places: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list):
        return ", ".join(_one(field, one, places) for one in value)
    return _one(field, value, places)


def _one(field: Field, value: Any, places: Mapping[str, str]) -> str:
    shown = str(value)
    if field.type in {FieldType.CHOICE, FieldType.CHOICES}:
        return dict(field.choices).get(shown, shown)
    if field.type in {FieldType.COMMUNE, FieldType.COMMUNES}:
        return places.get(shown, shown)
    if field.type == FieldType.MONEY:
        return amount_in_words(value)
    if field.type == FieldType.DATE:
        return _day(shown)
    return _spaced(field, shown)


def _day(shown: str) -> str:
    try:
        return day_in_words(dt.date.fromisoformat(shown))
    except ValueError:
        return shown


def _spaced(field: Field, shown: str) -> str:
    """Long numbers cut as people read them."""
    if field.type == FieldType.INTEGER and shown.isdigit():
        return spaced(shown)
    if field.type == FieldType.SIRET and len(shown) == 14:
        return f"{shown[:3]} {shown[3:6]} {shown[6:9]} {shown[9:]}"
    if field.type == FieldType.IBAN:
        return " ".join(shown[start : start + 4] for start in range(0, len(shown), 4))
    return shown


def amount_in_words(value: Any) -> str:
    """« 12 500,50 € »; what is not an amount is said as it is."""
    try:
        return euros(money_of(value))
    except AnswerError:
        return str(value)


def budget_lines(value: Any, side: str) -> Iterator[tuple[str, str, str]]:
    """Account and label, state of the money, amount: as words, for the filled lines of a side."""
    known = dict(SIDES[side])
    held = value.get(side) if isinstance(value, Mapping) else None
    for line in rows_of(held):
        if not isinstance(line, Mapping) or is_blank_line(line):
            continue
        account, label = str(line.get("account", "")), str(line.get("label", "") or "")
        name = f"{account} – {label or known.get(account, '')}".strip(" –")
        state = dict(STATUSES).get(str(line.get("status", "")), "")
        if line.get("ours") is True:
            state = "demandé à cet appel"
        yield name, state, amount_in_words(line.get("amount", ""))


def _budget(value: Any) -> Iterator[str]:
    for side in SIDES:
        lines = list(budget_lines(value, side))
        if lines:
            yield f"{side.capitalize()} :"
        for name, state, amount in lines:
            yield f"- {name} : {amount}{f' ({state})' if state else ''}"


def _indicator(line: Any) -> str:
    if not isinstance(line, Mapping):
        return str(line)
    target = f"{line.get('target', '')} {line.get('unit', '')}".strip()
    return f"- {line.get('label', '')} : {target}"


def _block(field: Field, block: Any, places: Mapping[str, str] | None) -> str:
    if not isinstance(block, Mapping):
        return str(block)
    cells = [
        f"{inner.label} : {said(inner, block.get(inner.code), places)}"
        for inner in field.fields
        if not is_empty(block.get(inner.code))
    ]
    return f"- {' ; '.join(cells)}"
