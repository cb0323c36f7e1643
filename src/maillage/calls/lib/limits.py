"""Limits of a question in words, the same under the field and on paper."""

from maillage.calls.lib.answer_values import limit_of, spaced
from maillage.calls.lib.answer_words import said
from maillage.calls.lib.form import Field, FieldType


def limits_in_words(one: Field) -> str:
    """What the limits of the field say in words; empty when there are none."""
    kind = one.type
    if kind in {FieldType.TEXT, FieldType.LONG_TEXT} and one.max_length:
        return f"{spaced(str(limit_of(one)))} caractères au plus."
    if kind == FieldType.FILE:
        kinds = ", ".join(part.upper() for part in one.accepts)
        pieces = f"{one.max_files} fichiers au plus" if one.max_files > 1 else "Un fichier"
        return f"{pieces}{f' ({kinds})' if kinds else ''}."
    if kind in {FieldType.BUDGET, FieldType.INDICATORS, FieldType.REPEATED}:
        sides = " de chaque côté" if kind == FieldType.BUDGET else ""
        what = "blocs" if kind == FieldType.REPEATED else "lignes"
        return f"{one.max_rows} {what} au plus{sides}."
    if not (one.minimum or one.maximum):
        return ""
    return _between(one)


def _between(one: Field) -> str:
    counted = one.type in {FieldType.CHOICES, FieldType.COMMUNES}
    low, high = (part if counted else said(one, part) for part in (one.minimum, one.maximum))
    noun = " réponses" if counted else ""
    if low and high:
        return f"De {low} à {high}{noun}."
    return f"Au moins {low}{noun}." if low else f"Au plus {high}{noun}."
