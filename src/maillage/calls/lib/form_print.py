"""A whole form as data for a document: every question, its limits and its condition in words, pieces to prepare."""

from typing import Any

from maillage.calls.lib.answer_values import LONG_TEXT_LONGEST, limit_of
from maillage.calls.lib.condition_check import in_words
from maillage.calls.lib.form import Field, FieldType, Form
from maillage.calls.lib.form_diff import TYPE_NAMES
from maillage.calls.lib.limits import limits_in_words


def printed(form: Form) -> dict[str, Any]:
    """`{"pieces": [line], "sections": [{"title", "intro", "when", "questions": [question]}]}`."""
    return {
        "pieces": [_piece(one, form) for one in form.fields if one.type == FieldType.FILE],
        "sections": [
            {
                "title": section.title,
                "intro": section.intro,
                "when": in_words(section.condition, form),
                "questions": [_question(one, form) for one in section.fields],
            }
            for section in form.sections
        ],
    }


def _piece(one: Field, form: Form) -> str:
    needed = "obligatoire" if one.required else "facultatif"
    words = in_words(one.condition, form)
    return f"{one.label} ({needed}{f', {words}' if words else ''})"


def _question(one: Field, form: Form, inner: tuple[Field, ...] = ()) -> dict[str, Any]:
    return {
        "label": one.label,
        "note": one.type == FieldType.NOTE,
        "kind": TYPE_NAMES[one.type],
        "needed": ""
        if one.type == FieldType.NOTE
        else "obligatoire"
        if one.required
        else "facultatif",
        "help": one.help,
        "limits": limits_in_words(one),
        "when": in_words(one.condition, form, inner),
        "choices": [label for _code, label in one.choices],
        "lines": _lines(one),
        "inner": [_question(under, form, one.fields) for under in one.fields],
    }


def _lines(one: Field) -> int:
    """Lines of paper to write on."""
    if one.type == FieldType.LONG_TEXT:
        return max(3, min(12, limit_of(one) // 90 if one.max_length else LONG_TEXT_LONGEST // 1500))
    return 0 if one.type in _NOT_WRITTEN else 1


_NOT_WRITTEN = frozenset(
    {
        FieldType.NOTE, FieldType.FILE, FieldType.PARTNERS, FieldType.BUDGET, FieldType.INDICATORS,
        FieldType.REPEATED, FieldType.CHOICE, FieldType.CHOICES, FieldType.YES_NO, FieldType.CERTIFY,
    }
)  # fmt: skip
