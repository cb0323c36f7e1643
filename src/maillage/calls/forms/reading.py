"""Answers to read: a list of questions with what was answered, and tables for what is in lines."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from maillage.calls.lib.answer_tables import SIDES, rows_of, totals
from maillage.calls.lib.answer_values import euros
from maillage.calls.lib.answer_words import NOTHING, budget_lines, said
from maillage.calls.lib.answers import visible
from maillage.calls.lib.conditions import is_empty
from maillage.calls.lib.form import Field, FieldType, Form, Section

HIDDEN = "Masqué pour cette lecture"


def hidden_codes(form: Form, *, blind: bool = False, personal: bool = False) -> frozenset[str]:
    """Codes that a reader does not see: those that tell who applies (`blind`), those about people (`personal`)."""
    return frozenset(
        one.code for one in form.fields if (blind and one.blind) or (personal and one.personal)
    )


def section_for_reading(
    form: Form,
    section: Section,
    answers: Mapping[str, Any],
    *,
    hidden: Collection[str] = frozenset(),
    places: Mapping[str, str] | None = None,
    slots: Mapping[str, str] | None = None,
    shown: Collection[str] | None = None,
) -> SafeString:
    """A `<dl>` of the questions that were asked.

    `hidden` are codes whose answer is not written at all; `slots` is HTML for documents and partners; `shown`
    spares finding again which questions are asked (`visible`).
    """
    asked = visible(form, answers) if shown is None else shown
    rows = []
    for one in section.fields:
        if one.code not in asked or one.type == FieldType.NOTE:
            continue
        if one.code in hidden:
            words = f'<span class="muted">{HIDDEN}</span>'
        elif one.type in {FieldType.FILE, FieldType.PARTNERS}:
            words = (slots or {}).get(one.code) or f'<span class="muted">{NOTHING}</span>'
        else:
            words = _answer(one, answers.get(one.code), places)
        rows.append(f"<div><dt>{escape(one.label)}</dt><dd>{words}</dd></div>")
    return mark_safe(f'<dl class="answers">{"".join(rows)}</dl>') if rows else mark_safe("")


def form_for_reading(form: Form, answers: Mapping[str, Any], **how: Any) -> SafeString:
    """Every section that has something, under a title of level 3; `how` as for `section_for_reading`."""
    shown = visible(form, answers)
    parts = []
    for section in form.sections:
        body = section_for_reading(form, section, answers, shown=shown, **how)
        if body:
            parts.append(
                f'<section class="read-section"><h3>{escape(section.title)}</h3>{body}</section>'
            )
    return mark_safe("".join(parts))


def _answer(one: Field, value: Any, places: Mapping[str, str] | None) -> str:
    if is_empty(value):
        return f'<span class="muted">{NOTHING}</span>'
    if one.type == FieldType.BUDGET:
        return _budget(value)
    if one.type == FieldType.REPEATED:
        return _blocks(one, value, places)
    if one.type == FieldType.URL and isinstance(value, str) and value.startswith("https://"):
        return f'<a href="{escape(value)}" rel="nofollow noopener">{escape(value)}</a>'
    words = escape(said(one, value, places))
    return words.replace("\n", "<br>") if "\n" in words else words


def _budget(value: Any) -> str:
    sums = totals(value)
    tables = []
    for side in SIDES:
        rows = "".join(
            f'<tr><th scope="row">{escape(name)}{f" <small>({escape(state)})</small>" if state else ""}</th>'
            f'<td class="number">{escape(amount)}</td></tr>'
            for name, state, amount in budget_lines(value, side)
        )
        tables.append(
            f'<table class="read-budget"><caption>{side.capitalize()}</caption><tbody>{rows}</tbody>'
            f'<tfoot><tr><th scope="row">Total</th><td class="number">{euros(sums[side])}</td></tr></tfoot>'
            "</table>"
        )
    return f'<div class="read-budgets">{"".join(tables)}</div>'


def _blocks(one: Field, value: Any, places: Mapping[str, str] | None) -> str:
    items = []
    for block in rows_of(value):
        if is_empty(block) or not isinstance(block, Mapping):
            continue
        cells = "".join(
            f"<div><dt>{escape(inner.label)}</dt><dd>{_answer(inner, block.get(inner.code), places)}</dd></div>"
            for inner in one.fields
            if not is_empty(block.get(inner.code))
        )
        items.append(f'<li><dl class="answers">{cells}</dl></li>')
    return f'<ol class="read-blocks">{"".join(items)}</ol>'
