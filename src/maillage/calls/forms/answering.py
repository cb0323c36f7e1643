"""What a page of the form sends, as answers: readable or not, nothing typed is lost.

Names of the inputs (after `prefix`): `code`; `code-0-inner` for a line of a table or of a repeated block;
`code-charges-0-amount` for a budget. `in`, repeated, names the fields that the page shows: a box left
unticked sends nothing else. `add` and `drop` are the buttons of lines: their value is `code`, `code:side`,
`code:row` or `code:side:row`.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import QueryDict

from maillage.calls.lib.answer_tables import INDICATOR_COLUMNS, SIDES
from maillage.calls.lib.answer_values import AnswerError, money_of, tidied
from maillage.calls.lib.conditions import is_empty
from maillage.calls.lib.form import Field, FieldType, Form, Section

# Lines read, whatever the page sends.
MOST_LINES = 100
# Never answered by the form itself: documents and partners have pages of their own.
UNANSWERED = frozenset({FieldType.FILE, FieldType.PARTNERS, FieldType.NOTE})
_LISTS = frozenset({FieldType.CHOICES, FieldType.COMMUNES})
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_CODES = re.compile(r"[\s,;]+")


def answers_from_post(form: Form | Section, post: QueryDict, prefix: str = "") -> dict[str, Any]:
    """Answers to the fields that the page shows, in the shape of `lib/form.py`.

    What can be read is tidied (« 12 500,50 » becomes `"12500.50"`); the rest is kept as it was typed, for
    `check` to explain.
    """
    shown = set(post.getlist(f"{prefix}in"))
    names = set(post)
    answers: dict[str, Any] = {}
    for field in form.fields:
        if field.type in UNANSWERED:
            continue
        start = f"{prefix}{field.code}"
        if (
            field.code in shown
            or start in names
            or any(one.startswith(f"{start}-") for one in names)
        ):
            answers[field.code] = _answer(field, post, names, start)
    _lines(form, answers, post, prefix)
    return answers


def asks_for_lines(post: QueryDict, prefix: str = "") -> bool:
    """Whether the page was sent by « ajouter une ligne » or « retirer »: save, show it again, refuse nothing."""
    return f"{prefix}add" in post or f"{prefix}drop" in post


def _answer(field: Field, post: QueryDict, names: set[str], start: str) -> Any:
    if field.type == FieldType.BUDGET:
        return {
            side: [_budget_line(post, f"{start}-{side}-{row}", side) for row in rows]
            for side in SIDES
            for rows in [_rows(names, f"{start}-{side}-")]
        }
    if field.type == FieldType.INDICATORS:
        return [
            {
                part: _text(post, f"{start}-{row}-{part}")
                for part, _label, _most in INDICATOR_COLUMNS
            }
            for row in _rows(names, f"{start}-")
        ]
    if field.type == FieldType.REPEATED:
        return [
            {
                inner.code: simple_answer(inner, post, f"{start}-{row}-{inner.code}")
                for inner in field.fields
            }
            for row in _rows(names, f"{start}-")
        ]
    return simple_answer(field, post, start)


def simple_answer(field: Field, post: QueryDict, name: str) -> Any:
    """Answer of a field that is not a table, from the inputs called `name`."""
    if field.type in _LISTS:
        values = [_clean(one) for one in post.getlist(name)]
        if field.type == FieldType.COMMUNES:
            values = [code for one in values for code in _CODES.split(one)]
        return tidied(field, [one for one in values if one])
    if field.type == FieldType.COMMUNE:
        # The list first, then the code of a commune that the list does not have.
        written = [one.strip() for one in map(_clean, post.getlist(name)) if one.strip()]
        return tidied(field, written[-1]) if written else ""
    if field.type == FieldType.CERTIFY:
        return post.get(name, "") not in {"", "off"}
    text = _text(post, name)
    if field.type == FieldType.YES_NO:
        return {"oui": True, "non": False}.get(text, text or None)
    return tidied(field, text) if text else ""


def _budget_line(post: QueryDict, name: str, side: str) -> dict[str, Any]:
    typed = _text(post, f"{name}-amount")
    try:
        amount = str(money_of(typed)) if typed else ""
    except AnswerError:
        amount = typed
    line: dict[str, Any] = {
        "account": _text(post, f"{name}-account"),
        "label": _text(post, f"{name}-label"),
        "amount": amount,
    }
    if side == "produits":
        line["status"] = _text(post, f"{name}-status")
        line["ours"] = post.get(f"{name}-ours", "") not in {"", "off"}
    return line


def _rows(names: Iterable[str], start: str) -> list[int]:
    """Numbers of the lines sent under `start`, in order, at most `MOST_LINES`."""
    found = set()
    for name in names:
        if name.startswith(start):
            number = name[len(start) :].partition("-")[0]
            if number.isascii() and number.isdigit() and len(number) < 6:
                found.add(int(number))
    return sorted(found)[:MOST_LINES]


def _text(post: QueryDict, name: str) -> str:
    return _clean(post.get(name, "")).strip()


def _clean(value: Any) -> str:
    return _FORBIDDEN.sub("", str(value).replace("\r\n", "\n"))


def _lines(form: Form | Section, answers: dict[str, Any], post: QueryDict, prefix: str) -> None:
    """Forget the lines left blank; or, when a button of lines was pressed, do what it says and forget none."""
    dropped = tuple(post.get(f"{prefix}drop", "").split(":"))
    added = tuple(post.get(f"{prefix}add", "").split(":"))
    for field in form.fields:
        for where, rows in _tables(field, answers.get(field.code)):
            if added == where:
                if len(rows) < field.max_rows:
                    rows.append({})
            elif dropped[:-1] == where and re.fullmatch(r"[0-9]{1,4}", dropped[-1]):
                row = int(dropped[-1])
                del rows[row : row + 1]
            else:
                rows[:] = [one for one in rows if not _is_blank(one)]


def _tables(field: Field, answer: Any) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    if isinstance(answer, dict):
        for side, rows in answer.items():
            yield (field.code, side), rows
    elif isinstance(answer, list) and field.type in {FieldType.REPEATED, FieldType.INDICATORS}:
        yield (field.code,), answer


def _is_blank(row: Any) -> bool:
    return all(
        is_empty(value) or value is False for key, value in row.items() if key not in _PROPOSED
    )


# Cells that a new line comes with: alone, they say nothing.
_PROPOSED = frozenset({"account", "status"})
