"""Whether a question is asked, from what was answered before it (shape: `lib/form.py`)."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

OPERATORS = ("eq", "ne", "lt", "le", "gt", "ge", "in", "contains", "filled")
# Deeper than anybody writes, and far under Python's own limit.
DEEPEST = 8
_NUMBER = re.compile(r"^[+-]?\d{1,15}(\.\d{1,6})?$")


def holds(condition: Any, answers: Mapping[str, Any]) -> bool:
    """True for `{}`. An answer that is missing satisfies `ne` alone.

    Numbers compare as numbers, dates (ISO) as days, the rest as text. Never raises: what is not a condition,
    or is nested more than `DEEPEST` times, hides nothing.
    """
    return _holds(condition, answers, 0)


def _holds(condition: Any, answers: Mapping[str, Any], depth: int) -> bool:
    if not isinstance(condition, Mapping) or not condition or depth > DEEPEST:
        return True
    if "all" in condition:
        return all(_holds(one, answers, depth + 1) for one in _listed(condition["all"]))
    if "any" in condition:
        parts = _listed(condition["any"])
        return not parts or any(_holds(one, answers, depth + 1) for one in parts)
    if "not" in condition:
        return not _holds(condition["not"], answers, depth + 1)
    return _compare(
        str(condition.get("op", "eq")),
        answers.get(str(condition.get("field", ""))),
        condition.get("value"),
    )


def fields_of(condition: Any) -> Iterator[str]:
    """Codes that the condition names, in order, as often as it does; stops at `DEEPEST`."""
    for one in leaves(condition):
        yield str(one.get("field", ""))


def leaves(condition: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """The comparisons of a condition, in order, without what joins them."""
    if not isinstance(condition, Mapping) or not condition or depth > DEEPEST:
        return
    joined = [one for key in ("all", "any") for one in _listed(condition.get(key))]
    if "not" in condition:
        joined.append(condition["not"])
    if not joined and not {"all", "any", "not"} & set(condition):
        yield condition
    for one in joined:
        yield from leaves(one, depth + 1)


def depth_of(condition: Any, depth: int = 0) -> int:
    """How many `all`, `any` and `not` are inside one another (counted up to `DEEPEST` + 1)."""
    if not isinstance(condition, Mapping) or depth > DEEPEST:
        return depth
    inside = [one for key in ("all", "any") for one in _listed(condition.get(key))]
    if "not" in condition:
        inside.append(condition["not"])
    return max((depth_of(one, depth + 1) for one in inside), default=depth)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def is_empty(value: Any) -> bool:
    """Nothing was answered. `False` and 0 are answers; a table without a filled cell is not."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, Mapping):
        return all(is_empty(one) or one is False for one in value.values())
    if isinstance(value, list | tuple):
        return all(is_empty(one) for one in value)
    return False


def _compare(operator: str, held: Any, wanted: Any) -> bool:
    if operator == "filled":
        is_filled = not is_empty(held) and held is not False
        return is_filled if wanted in (None, "", True) else not is_filled
    if operator == "ne":
        return not _same(held, wanted)
    if is_empty(held):
        return False
    if operator in {"lt", "le", "gt", "ge"}:
        return _ordered(operator, held, wanted)
    return {
        "in": lambda: any(_same(held, one) for one in _listed(wanted)),
        "contains": lambda: _contains(held, wanted),
    }.get(operator, lambda: _same(held, wanted))()


def _contains(held: Any, wanted: Any) -> bool:
    if isinstance(held, list):
        return any(_same(one, wanted) for one in held)
    return isinstance(held, str) and str(wanted).casefold() in held.casefold()


def _same(held: Any, wanted: Any) -> bool:
    if isinstance(held, bool) or isinstance(wanted, bool):
        return held is wanted
    if isinstance(held, list | dict) or isinstance(wanted, list | dict):
        return bool(held == wanted)
    first, second = number_of(held), number_of(wanted)
    if first is not None and second is not None:
        return first == second
    return str("" if held is None else held) == str("" if wanted is None else wanted)


def _ordered(operator: str, held: Any, wanted: Any) -> bool:
    first: Any
    second: Any
    first, second = number_of(held), number_of(wanted)
    if first is None or second is None:
        if not (isinstance(held, str) and isinstance(wanted, str)):
            return False
        first, second = held, wanted
    return bool(
        {
            "lt": first < second,
            "le": first <= second,
            "gt": first > second,
            "ge": first >= second,
        }.get(operator, True)
    )


def number_of(value: Any) -> Decimal | None:
    """A number or its canonical writing (`"1250.00"`); None for anything else, true and false included."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    shown = str(value)
    return Decimal(shown) if _NUMBER.match(shown) else None
