"""Delays and hours of an instant of Paris, whatever the clock zone of the server."""

from calendar import monthrange
from datetime import date, datetime

from maillage.core.hours.reading import PARIS

LAST_MONTH = 12


def silence_ends_on(received_at: datetime) -> date:
    """The day from which silence is a rejection: two months after the demand was received.

    The same day of the second month, or its last one. Source: code des relations entre le public et l'administration,
    article L231-4, 3°.
    """
    day = received_at.astimezone(PARIS).date()
    year, month = divmod(day.month - 1 + 2, LAST_MONTH)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def hour_words(at: datetime) -> str:
    """« 14 h 02 », in Paris."""
    local = at.astimezone(PARIS)
    return f"{local.hour} h {local.minute:02d}"
