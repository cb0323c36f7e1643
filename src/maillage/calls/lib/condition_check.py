"""Whether a condition can be asked of what stands before it, and how it is said in French."""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from maillage.calls.lib.answer_values import day_in_words, euros, spaced
from maillage.calls.lib.conditions import DEEPEST, OPERATORS, depth_of, leaves, number_of
from maillage.calls.lib.form import Form

MOST_PARTS = 30
_NEVER_ASKED = frozenset({"note", "file", "partners", "budget", "indicators", "repeated"})
_ORDERED = frozenset({"lt", "le", "gt", "ge"})
_ORDERED_TYPES = frozenset({"integer", "money", "date"})
_KEYS = ({"field", "op", "value"}, {"field", "op"}, {"all"}, {"any"}, {"not"})
WORDS = {
    "eq": "est",
    "ne": "n'est pas",
    "lt": "est inférieur à",
    "le": "est au plus",
    "gt": "est supérieur à",
    "ge": "est au moins",
    "in": "est l'un de",
    "contains": "contient",
    "filled": "a une réponse",
}

_OF_DAYS = WORDS | {
    "lt": "est avant",
    "le": "n'est pas après",
    "gt": "est après",
    "ge": "n'est pas avant",
}


def check_condition(condition: Any, before: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Sentences about what is wrong; `before` holds the questions (as defined) asked before this one."""
    if not isinstance(condition, Mapping):
        yield "La condition n'a pas la forme attendue."
        return
    if depth_of(condition) > DEEPEST:
        yield f"La condition est trop imbriquée ({DEEPEST} niveaux au plus)."
        return
    yield from _tree(condition, is_root=True)
    parts = list(leaves(condition))
    if len(parts) > MOST_PARTS:
        yield f"La condition a trop de comparaisons ({MOST_PARTS} au plus)."
        return
    for leaf in parts:
        yield from _leaf(leaf, before)


def _tree(condition: Any, *, is_root: bool = False) -> Iterator[str]:
    if is_root and condition == {}:
        return
    if not isinstance(condition, Mapping) or set(condition) not in _KEYS:
        yield "La condition n'a pas la forme attendue."
        return
    for key in ("all", "any"):
        if key in condition:
            if not isinstance(condition[key], list) or not condition[key]:
                yield "Une condition « toutes » ou « une de » ne peut être vide."
                return
            for one in condition[key]:
                yield from _tree(one)
    if "not" in condition:
        yield from _tree(condition["not"])


def _leaf(leaf: Mapping[str, Any], before: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    code, operator, value = leaf.get("field"), leaf.get("op"), leaf.get("value")
    if not isinstance(operator, str) or operator not in OPERATORS:
        yield "La comparaison d'une condition n'existe pas."
        return
    if not isinstance(code, str) or code not in before:
        yield "La condition parle d'une question qui n'est pas posée avant celle-ci."
        return
    kind = str(before[code].get("type"))
    if kind in _NEVER_ASKED:
        yield "Une condition ne peut porter sur un tableau, une pièce ou une note."
        return
    yield from _value(kind, operator, value, before[code])


def _value(kind: str, operator: str, value: Any, field: Mapping[str, Any]) -> Iterator[str]:
    if operator == "filled":
        if value not in (None, "", True, False):
            yield "« A une réponse » se dit sans valeur."
    elif operator in _ORDERED:
        if kind not in _ORDERED_TYPES:
            yield "On ne peut comparer en plus ou en moins qu'un nombre, un montant ou une date."
        elif (number_of(value) is None) if kind != "date" else not _is_day(value):
            yield "La valeur comparée n'est pas un nombre ou une date."
    else:
        yield from _equal(kind, operator, value, field)


def _equal(kind: str, operator: str, value: Any, field: Mapping[str, Any]) -> Iterator[str]:
    if operator == "in" and not (isinstance(value, list) and value):
        yield "« Est l'un de » demande une liste de valeurs."
        return
    wanted = value if operator == "in" else [value]
    if kind in {"yes_no", "certify"}:
        if any(not isinstance(one, bool) for one in wanted):
            yield "Une question oui-non se compare à oui ou à non."
    elif any(isinstance(one, list | dict | bool) or one in (None, "") for one in wanted):
        yield "Dites à quoi la réponse est comparée."
    elif kind in {"choice", "choices"} and operator in {"eq", "ne", "in", "contains"}:
        choices = field.get("choices", [])
        listed = choices if isinstance(choices, list) else []
        known = [one[0] for one in listed if isinstance(one, list | tuple) and one]
        if any(one not in known for one in wanted):
            yield "La condition nomme une réponse qui n'est pas proposée."


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(dt.date.fromisoformat(value))
    except ValueError:
        return False


def in_words(condition: Any, form: Form, inner: tuple[Any, ...] = ()) -> str:
    """« si « Thème » est « Climat » »; empty for a question always asked."""
    if not isinstance(condition, Mapping) or not condition:
        return ""
    known = {one.code: one for one in (*form.fields, *inner)}
    said = _say(condition, known, 0)
    return f"si {said}" if said else ""


def _say(condition: Any, known: Mapping[str, Any], depth: int) -> str:
    if not isinstance(condition, Mapping) or not condition or depth > DEEPEST:
        return ""
    for key, joint in (("all", " et "), ("any", " ou ")):
        if key in condition:
            parts = [_say(one, known, depth + 1) for one in condition[key]]
            said = joint.join(one for one in parts if one)
            return f"({said})" if depth and len(parts) > 1 else said
    if "not" in condition:
        return f"il est faux que {_say(condition['not'], known, depth + 1)}"
    field = known.get(str(condition.get("field")))
    label = field.label if field else str(condition.get("field"))
    operator = str(condition.get("op"))
    if operator == "filled":
        has = condition.get("value") is not False
        return f"« {label} » {'a' if has else 'n' + chr(39) + 'a pas de'} {'une réponse' if has else 'réponse'}"
    verbs = _OF_DAYS if field and field.type == "date" else WORDS
    return f"« {label} » {verbs.get(operator, operator)} {_value_in_words(field, condition.get('value'))}"


def _value_in_words(field: Any, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_value_in_words(field, one) for one in value)
    if isinstance(value, bool):
        return "« oui »" if value else "« non »"
    kind = str(field.type) if field else ""
    number = number_of(value)
    if kind == "money" and isinstance(number, Decimal):
        return euros(number)
    if kind == "integer" and number is not None:
        return spaced(str(number))
    if kind == "date" and _is_day(value):
        return f"le {day_in_words(dt.date.fromisoformat(value))}"
    labels = dict(field.choices) if field else {}
    return f"« {labels.get(value, value)} »"
