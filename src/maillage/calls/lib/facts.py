"""What is known of an applicant on the day that counts: each fact with where it comes from and of what date.

A register that is silent or down makes a fact to check, never a « no ».
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from maillage.calls.enums import FactSource


@dataclass(frozen=True)
class Fact:
    """`value` None: nobody said. `silent`: a register should know and did not answer.

    `partial`: what is listed is true, and there may be more (no label in a list that is not whole proves nothing).
    """

    value: Any = None
    source: str = FactSource.DECLARED
    register: str = ""
    on: date | None = None
    silent: bool = False
    partial: bool = False

    @property
    def known(self) -> bool:
        return self.value is not None


UNKNOWN = Fact()


@dataclass(frozen=True)
class Held:
    """A label or an approval, by the code of its term; None when that end of its life is not known."""

    code: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Aid:
    """A de minimis aid, in euros, and the day it was granted (None: some day)."""

    amount: Decimal
    on: date | None = None


@dataclass(frozen=True)
class Terms:
    """What the call itself says, for the rules that don't repeat it. `names` are communes by INSEE code."""

    amount_min: Decimal | None = None
    amount_max: Decimal | None = None
    max_rate: Decimal | None = None
    ceiling: Decimal | None = None
    perimeter: frozenset[str] = frozenset()
    territory: str = "le territoire de la collectivité"
    themes: tuple[tuple[str, str], ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """All that the rules may read.

    Shapes of the values: `family` a `Family`; `legal_category` 4 digits; `labels` a tuple of `Held`; `head_office`
    an INSEE code; `places` a tuple of them; `created_on` a date; `headcount` `(low, high or None)`; `budget`,
    `requested`, `total_cost` Decimal euros; `zones` a tuple of kinds (`qpv`) and codes; `theme` a code;
    `commitment` bool; `overdue` a tuple of purposes; `siret_state` `active` or `ceased`; `aids` a tuple of `Aid`;
    `answers` facts by code of rule. `at` is the day that counts: the closing.
    """

    at: date
    family: Fact = UNKNOWN
    legal_category: Fact = UNKNOWN
    labels: Fact = UNKNOWN
    head_office: Fact = UNKNOWN
    places: Fact = UNKNOWN
    created_on: Fact = UNKNOWN
    headcount: Fact = UNKNOWN
    budget: Fact = UNKNOWN
    zones: Fact = UNKNOWN
    theme: Fact = UNKNOWN
    requested: Fact = UNKNOWN
    total_cost: Fact = UNKNOWN
    commitment: Fact = UNKNOWN
    overdue: Fact = UNKNOWN
    siret_state: Fact = UNKNOWN
    aids: Fact = UNKNOWN
    answers: Mapping[str, Fact] = field(default_factory=dict)
    terms: Terms = field(default_factory=Terms)


MONEY = frozenset({"budget", "requested", "total_cost"})
NAMES = tuple(
    one.name for one in fields(Facts) if one.name not in {"at", "answers", "terms"}
)  # what a person or a register may say


def declared(value: Any) -> Fact:
    """A fact that the person told; None stays unknown."""
    return Fact(value) if value is not None else UNKNOWN


def facts_from(raw: Mapping[str, Any], *, at: date, terms: Terms) -> Facts:
    """Read the JSON of an example: `{"family": "association", "labels": [{"code", "to": ISO}], "answers": {…}}`.

    A key left out is unknown; `{"silent": ["siret_state"]}` names registers that don't answer.
    Raises ValueError for a value that is none.
    """
    silent = frozenset(raw.get("silent", ()))
    known = {
        name: Fact(read_value(name, raw[name])) for name in NAMES if raw.get(name) not in (None, "")
    }
    known |= {name: Fact(source=FactSource.REGISTER, silent=True) for name in silent & set(NAMES)}
    answers = {code: declared(value) for code, value in raw.get("answers", {}).items()}
    return Facts(at=at, terms=terms, answers=answers, **known)


def facts_to(facts: Facts) -> dict[str, Any]:
    """The JSON that `facts_from` reads: only what is known, and the registers that are silent."""
    told = {name: getattr(facts, name) for name in NAMES}
    made: dict[str, Any] = {name: _write(fact.value) for name, fact in told.items() if fact.known}
    silent = [name for name, fact in told.items() if fact.silent]
    answers = {code: fact.value for code, fact in facts.answers.items() if fact.known}
    return made | ({"silent": silent} if silent else {}) | ({"answers": answers} if answers else {})


def _write(value: Any) -> Any:
    if isinstance(value, Held):
        return {"code": value.code, "from": _write(value.valid_from), "to": _write(value.valid_to)}
    if isinstance(value, Aid):
        return {"amount": str(value.amount), "on": _write(value.on)}
    if isinstance(value, tuple):
        return [_write(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def read_value(name: str, raw: Any) -> Any:
    """JSON to the shape that `Facts` says. Raises ValueError."""
    return _READERS.get(name, str)(raw)


def amount(raw: Any) -> Decimal:
    """Euros. Raises ValueError for what is no number."""
    try:
        return Decimal(str(raw))
    except InvalidOperation as error:
        raise ValueError(raw) from error


def _day(raw: str | None) -> date | None:
    return date.fromisoformat(raw) if raw else None


def codes(raw: object) -> tuple[str, ...]:
    """A list of codes in the value of a rule; empty for anything else."""
    return tuple(str(one) for one in raw) if isinstance(raw, (list, tuple)) else ()


def _labels(raw: Any) -> tuple[Held, ...]:
    return tuple(Held(one["code"], _day(one.get("from")), _day(one.get("to"))) for one in raw)


def _aids(raw: Any) -> tuple[Aid, ...]:
    return tuple(Aid(amount(one["amount"]), _day(one.get("on"))) for one in raw)


def _range(raw: Any) -> tuple[int, int | None]:
    return (int(raw[0]), None if raw[1] is None else int(raw[1]))


_READERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(MONEY, amount),
    "created_on": date.fromisoformat,
    "labels": _labels,
    "aids": _aids,
    "headcount": _range,
    "places": codes,
    "zones": codes,
    "overdue": codes,
    "commitment": bool,
}
