"""What a form asks of those who fill it: questions, documents, minutes, against the money they may get.

Minutes are our own estimate, by type, for somebody who knows their project and has their papers at hand; a question
whose answer is already known (`reuse`) is only read again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from maillage.calls.lib.form import Field, FieldType, Form

_MINUTES = {
    FieldType.INTEGER: 2.0,
    FieldType.MONEY: 2.0,
    FieldType.CHOICE: 0.5,
    FieldType.CHOICES: 1.0,
    FieldType.YES_NO: 0.5,
    FieldType.CERTIFY: 0.5,
    FieldType.COMMUNES: 1.5,
    FieldType.BUDGET: 30.0,
    FieldType.PARTNERS: 20.0,
    FieldType.INDICATORS: 15.0,
    FieldType.FILE: 6.0,
    FieldType.NOTE: 0.5,
}
_USUAL = 1.0
_KNOWN = 0.3
# Characters written in a minute by somebody who chooses their words.
_PACE = 100
# Our rule of thumb: two hours for 5 000 €, in proportion, never under one hour.
_HOURS_FOR = (Decimal(5000), Decimal(2))
_LEAST_HOURS = Decimal(1)


@dataclass(frozen=True)
class Burden:
    """`advised` is what we would not exceed for the `amount`, in minutes; None when the call names no amount."""

    questions: int
    required: int
    documents: int
    minutes: int
    amount: Decimal | None
    advised: int | None

    @property
    def hours(self) -> str:
        """« 2 h 15 »."""
        whole, rest = divmod(self.minutes, 60)
        return f"{whole} h {rest:02d}" if whole else f"{rest} min"

    @property
    def euros_an_hour(self) -> int | None:
        if self.amount is None or not self.minutes:
            return None
        return int(self.amount * 60 / self.minutes)

    @property
    def is_heavy(self) -> bool:
        return self.advised is not None and self.minutes > self.advised


def burden_of(form: Form, amount: Decimal | None = None) -> Burden:
    """`amount` is the most that one file may get."""
    asked = [one for one in form.fields if one.type != FieldType.NOTE]
    minutes = sum(_minutes(one) for one in form.fields)
    advised = None
    if amount:
        reference, hours = _HOURS_FOR
        advised = int(max(_LEAST_HOURS, amount * hours / reference) * 60)
    return Burden(
        questions=sum(1 for _ in _each(asked)),
        required=sum(1 for one in _each(asked) if one.required),
        documents=sum(1 for one in asked if one.type == FieldType.FILE),
        minutes=max(1, round(minutes)) if asked else 0,
        amount=amount,
        advised=advised,
    )


def _each(fields: list[Field]) -> Iterator[Field]:
    for one in fields:
        yield one
        yield from one.fields


def _minutes(one: Field) -> float:
    if one.reuse:
        return _KNOWN
    if one.type == FieldType.LONG_TEXT:
        # People fill about half of the room they are given.
        return max(3.0, (one.max_length or 2000) / 2 / _PACE)
    if one.type == FieldType.REPEATED:
        return 2 * sum(_minutes(inner) for inner in one.fields)
    return _MINUTES.get(one.type, _USUAL)
