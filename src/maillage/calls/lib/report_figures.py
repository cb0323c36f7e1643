"""Figures of a report: planned and actual, by account, with the gap in percent. Amounts are strings of euros, as in answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

SIDES = (("charges", "Charges"), ("produits", "Produits"))
MOST_ROWS = 60
_MOST = Decimal("9999999999.99")


@dataclass(frozen=True)
class Line:
    """`percent` is the gap in percent of what was planned; None when nothing was planned, or nothing is told yet."""

    side: str
    account: str
    label: str
    planned: Decimal
    actual: Decimal | None

    @property
    def gap(self) -> Decimal | None:
        return None if self.actual is None else self.actual - self.planned

    @property
    def percent(self) -> Decimal | None:
        if self.actual is None or not self.planned:
            return None
        return ((self.actual - self.planned) * 100 / self.planned).quantize(Decimal("0.1"))


@dataclass(frozen=True)
class Table:
    side: str
    label: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> Line:
        told = [one.actual for one in self.lines if one.actual is not None]
        return Line(
            self.side,
            "",
            "Total",
            sum((one.planned for one in self.lines), Decimal(0)),
            sum(told, Decimal(0)) if told else None,
        )


def tables(rows: Sequence[Mapping[str, Any]]) -> list[Table]:
    """Both sides, in the order of the rows."""
    lines = [_line(one) for one in rows]
    return [
        Table(side, label, tuple(one for one in lines if one.side == side)) for side, label in SIDES
    ]


def from_budget(budgets: Iterable[Any]) -> list[dict[str, str]]:
    """Rows of the report from the budget tables of the application, nothing actual yet."""
    rows = []
    for budget in budgets:
        if not isinstance(budget, Mapping):
            continue
        for side, _label in SIDES:
            for line in budget.get(side) or []:
                amount = amount_of(line.get("amount", ""))
                if amount is None:
                    continue
                rows.append(
                    {
                        "side": side,
                        "account": str(line.get("account", ""))[:10],
                        "label": str(line.get("label", ""))[:200],
                        "planned": str(amount),
                        "actual": "",
                    }
                )
    return rows[:MOST_ROWS]


def from_indicators(answers: Iterable[Any]) -> list[dict[str, str]]:
    """Indicators of the application, their targets kept, nothing actual yet."""
    return [
        {
            "label": str(line.get("label", ""))[:200],
            "unit": str(line.get("unit", ""))[:60],
            "target": str(line.get("target", ""))[:60],
            "actual": "",
            "comment": "",
        }
        for answer in answers
        if isinstance(answer, list)
        for line in answer
        if isinstance(line, Mapping) and line.get("label")
    ][:MOST_ROWS]


def amount_of(typed: object) -> Decimal | None:
    """Euros from what was typed (« 12 500,50 »); None when it is no amount from 0."""
    text = "".join(str(typed).split()).replace("€", "").replace(",", ".")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    if not amount.is_finite() or amount < 0 or amount > _MOST:
        return None
    return amount.quantize(Decimal("0.01"))


def problems(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What keeps the table from being handed in: one French sentence each."""
    wrong = [
        f"« {row.get('label') or row.get('account')} » : indiquez le montant réalisé, 0 s'il est nul."
        for row in rows
        if amount_of(row.get("actual", "")) is None
    ]
    if wrong or not rows:
        return wrong
    totals = {table.side: table.total.actual or Decimal(0) for table in tables(rows)}
    if totals["charges"] != totals["produits"]:
        return ["Le total des charges réalisées doit être égal à celui des produits réalisés."]
    return []


def _line(row: Mapping[str, Any]) -> Line:
    return Line(
        side=str(row.get("side", "charges")),
        account=str(row.get("account", "")),
        label=str(row.get("label", "")),
        planned=amount_of(row.get("planned", "")) or Decimal(0),
        actual=amount_of(row.get("actual", "")),
    )
