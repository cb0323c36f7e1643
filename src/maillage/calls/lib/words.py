"""Dates, instants and euros as a French sentence says them."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_NARROW = "\N{NO-BREAK SPACE}"


def long_date(day: date) -> str:
    """« 22 novembre 2026 », « 1er mars 2027 »; an instant is told by its day in Paris."""
    if isinstance(day, datetime):
        day = day.astimezone(PARIS).date()
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[day.month - 1]} {day.year}"


def long_instant(at: datetime) -> str:
    """« 6 février 2026 à 23 h 59 (heure de Paris) »."""
    local = at.astimezone(PARIS)
    return f"{long_date(local.date())} à {local.hour} h {local.minute:02d} (heure de Paris)"


def in_euros(amount: Decimal) -> str:
    """« 7 500 € », « 1 250,50 € »: cents only when there are some; spaces that do not break."""
    cents = amount == amount.to_integral_value()
    shown = f"{amount:,.0f}" if cents else f"{amount:,.2f}"
    return shown.replace(",", _NARROW).replace(".", ",") + f"{_NARROW}€"


def in_percent(part: Decimal | float | str) -> str:
    """« 70 % », « 12,5 % »."""
    shown = f"{Decimal(str(part)):.2f}".rstrip("0").rstrip(".").replace(".", ",")
    return f"{shown}\N{NO-BREAK SPACE}%"
