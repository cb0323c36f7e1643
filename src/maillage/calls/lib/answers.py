"""Answers against their form: what is asked, what is wrong, how far one is, what the file says of itself."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from maillage.calls.lib.answer_tables import (
    asked_of_us,
    check_budget,
    check_indicators,
    check_repeated,
    in_kind,
    missing,
    totals,
)
from maillage.calls.lib.answer_values import AnswerError, day_of, euros, money_of, read
from maillage.calls.lib.conditions import holds, is_empty
from maillage.calls.lib.form import Field, FieldType, Form, Section
from maillage.calls.lib.problems import Problem, anchor_of
from maillage.calls.lib.same_name import resembles

__all__ = [
    "Problem",
    "Progress",
    "anchor_of",
    "check",
    "columns",
    "completeness",
    "doubts",
    "kept",
    "progress",
    "visible",
]


def visible(form: Form, answers: Mapping[str, Any]) -> set[str]:
    """Codes of the fields that are asked. A hidden one counts as not answered for those after it."""
    seen = dict(answers)
    shown: set[str] = set()
    for section in form.sections:
        is_open = holds(section.condition, seen)
        for field in section.fields:
            if is_open and holds(field.condition, seen):
                shown.add(field.code)
            else:
                seen.pop(field.code, None)
    return shown


def kept(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers to the questions that are asked: what a deposit freezes."""
    shown = visible(form, answers)
    return {code: value for code, value in answers.items() if code in shown}


def check(
    form: Form,
    answers: Mapping[str, Any],
    *,
    files: Mapping[str, int] | None = None,
    partners: int | None = None,
    communes: Collection[str] | None = None,
    sections: Collection[str] | None = None,
) -> list[Problem]:
    """Everything that is missing or wrong, in the order of the form.

    `files` counts the documents of each field; `partners` those beside the lead (None: not looked at);
    `communes` are the codes that exist (None: only their shape is read); `sections` keeps to some of them.
    """
    shown = visible(form, answers)
    seen = {code: value for code, value in answers.items() if code in shown}
    found: list[Problem] = []
    for section in form.sections:
        if sections is not None and section.code not in sections:
            continue
        for field in section.fields:
            if field.code in shown:
                found += _check_field(field, seen, files or {}, partners, communes)
                found += _check_together(form, field, seen)
                if _lacks_holder(form, field, seen) and field.holder in shown:
                    found.append(
                        Problem(field.holder, None, "Écrivez le nom du titulaire de ce compte.")
                    )
    return found


def _check_field(
    field: Field,
    answers: Mapping[str, Any],
    files: Mapping[str, int],
    partners: int | None,
    communes: Collection[str] | None,
) -> list[Problem]:
    if field.type == FieldType.NOTE:
        return []
    if field.type == FieldType.FILE:
        return _check_count(field, files.get(field.code, 0))
    value = answers.get(field.code)
    is_missing = partners == 0 if field.type == FieldType.PARTNERS else is_empty(value)
    if is_missing or field.type == FieldType.PARTNERS:
        lacks = is_missing and field.required
        return [Problem(field.code, None, missing(field))] if lacks else []
    return _check_value(field, value, answers, communes)


def _check_value(
    field: Field, value: Any, answers: Mapping[str, Any], communes: Collection[str] | None
) -> list[Problem]:
    if field.type == FieldType.BUDGET:
        return list(check_budget(field, value))
    if field.type == FieldType.INDICATORS:
        return list(check_indicators(field, value))
    if field.type == FieldType.REPEATED:
        return list(check_repeated(field, value, answers, communes))
    try:
        read(field, value, communes)
    except AnswerError as error:
        return [Problem(field.code, None, str(error))]
    return []


def _check_count(field: Field, count: int) -> list[Problem]:
    if field.required and not count:
        return [Problem(field.code, None, missing(field))]
    if count > field.max_files:
        pieces = "une pièce" if field.max_files == 1 else f"{field.max_files} pièces"
        return [Problem(field.code, None, f"Cette question accepte {pieces} au plus.")]
    return []


def _check_together(form: Form, field: Field, answers: Mapping[str, Any]) -> Iterator[Problem]:
    """What two answers say of each other; shown beside the later one."""
    if field.meaning == "ends_on":
        first, last = _day(form.meaning("starts_on"), answers), _day(field, answers)
        if first and last and last < first:
            yield Problem(field.code, None, "La fin ne peut précéder le début.")
    if field.type == FieldType.BUDGET:
        yield from _check_sums(form, field, answers)


def _lacks_holder(form: Form, field: Field, answers: Mapping[str, Any]) -> bool:
    """An account was given and nobody said whose; a required question already says so."""
    if field.type != FieldType.IBAN or not field.holder or is_empty(answers.get(field.code)):
        return False
    return is_empty(answers.get(field.holder)) and not form.field(field.holder).required


def _check_sums(form: Form, field: Field, answers: Mapping[str, Any]) -> Iterator[Problem]:
    value = answers.get(field.code)
    ours = asked_of_us(value)
    asked = _amount(form.meaning("requested"), answers)
    if ours is not None and asked is not None and ours != asked:
        yield Problem(
            field.code,
            None,
            f"Le budget demande {euros(ours)} à cet appel, et la question du montant dit "
            f"{euros(asked)} : écrivez le même montant.",
        )
    cost = _amount(form.meaning("total_cost"), answers)
    charges = totals(value)["charges"]
    if cost is not None and charges and cost not in {charges, charges - in_kind(value, "charges")}:
        yield Problem(
            field.code,
            None,
            f"Le budget a {euros(charges)} de charges, et la question du coût total dit "
            f"{euros(cost)} : écrivez le même montant.",
        )


def _day(field: Field | None, answers: Mapping[str, Any]) -> Any:
    try:
        return day_of(answers.get(field.code)) if field else None
    except AnswerError:
        return None


def _amount(field: Field | None, answers: Mapping[str, Any]) -> Decimal | None:
    try:
        return money_of(answers.get(field.code)) if field else None
    except AnswerError:
        return None


def doubts(form: Form, answers: Mapping[str, Any], names: Sequence[str]) -> list[Problem]:
    """What forbids nothing and deserves a look: an account whose holder is not one of `names`."""
    shown = visible(form, answers)
    found = []
    for field in form.fields:
        if field.type != FieldType.IBAN or field.code not in shown or not field.holder:
            continue
        holder = answers.get(field.holder)
        if not isinstance(holder, str) or not holder.strip() or not names:
            continue
        if not any(resembles(holder, name) for name in names):
            found.append(
                Problem(
                    field.holder,
                    None,
                    f"Le titulaire du compte, « {holder[:80]} », ne ressemble pas au nom de la "
                    f"structure, « {names[0][:80]} » : vérifiez le relevé d'identité bancaire.",
                )
            )
    return found


@dataclass(frozen=True)
class Progress:
    """How far a section is: `done` of the `asked` required questions are answered and right."""

    section: Section
    done: int
    asked: int
    problems: tuple[Problem, ...]

    @property
    def is_whole(self) -> bool:
        return not self.problems


def progress(
    form: Form,
    answers: Mapping[str, Any],
    files: Mapping[str, int] | None = None,
    partners: int | None = None,
) -> list[Progress]:
    """One by section that is asked, in order."""
    shown = visible(form, answers)
    found: dict[str, list[Problem]] = {}
    for problem in check(form, answers, files=files, partners=partners):
        found.setdefault(problem.code, []).append(problem)
    steps = []
    for section in form.sections:
        asked = [one for one in section.fields if one.code in shown]
        if not asked:
            continue
        required = [one for one in asked if one.required]
        steps.append(
            Progress(
                section=section,
                done=sum(1 for one in required if one.code not in found),
                asked=len(required),
                problems=tuple(problem for one in asked for problem in found.get(one.code, ())),
            )
        )
    return steps


def completeness(
    form: Form,
    answers: Mapping[str, Any],
    files: Mapping[str, int] | None = None,
    partners: int | None = None,
) -> tuple[int, int]:
    """Required questions answered and right, and required questions that are asked."""
    steps = progress(form, answers, files, partners)
    return sum(one.done for one in steps), sum(one.asked for one in steps)


# Longest text of the columns of `Application`.
_LONGEST = {"title": 200, "summary": 1500, "theme": 40, "typology": 16}


def columns(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of `Application` that the form fills, read from the questions that are asked.

    An answer that is missing or wrong empties its column; a column that no field of the form fills is left out.
    """
    shown = visible(form, answers)
    told: dict[str, Any] = {}
    for field in form.fields:
        if field.meaning:
            value = answers.get(field.code) if field.code in shown else None
            told[field.meaning] = _column(field, value)
    return told


def _column(field: Field, value: Any) -> Any:
    name = field.meaning
    if name in {"requested", "total_cost"}:
        return _amount(field, {field.code: value})
    if name in {"starts_on", "ends_on"}:
        return _day(field, {field.code: value})
    try:
        answer = None if is_empty(value) else read(field, value)
    except (AnswerError, KeyError):
        # A text too long keeps its beginning in lists; the check says it is too long.
        answer = value if isinstance(value, str) and field.type in _WRITTEN else None
    if name in {"places", "audiences"}:
        listed = answer if isinstance(answer, list) else [answer]
        return [str(one) for one in listed if one is not None]
    return str(answer if answer is not None else "")[: _LONGEST[name]]


_WRITTEN = frozenset({FieldType.TEXT, FieldType.LONG_TEXT})
