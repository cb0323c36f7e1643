"""Dates and money of the calls, as they are said everywhere in the room."""

from datetime import date, datetime
from decimal import Decimal

from django import template

from maillage.calls.lib import moments
from maillage.calls.lib.euros import euros as euros_words

register = template.Library()


@register.filter
def moment(value: datetime | None) -> str:
    """« samedi 6 février 2027 à 23 h 59 (heure de Paris) »; empty for nothing."""
    return moments.moment_words(value) if value else ""


@register.filter
def day(value: date | datetime | None) -> str:
    """« samedi 6 février 2027 »; of an instant, the day it is in Paris."""
    if value is None:
        return ""
    return moments.day_words(
        moments.clock_of(value).date() if isinstance(value, datetime) else value
    )


@register.filter
def euros(value: Decimal | str | None) -> str:
    """« 15 000 € », « 1 250,50 € »."""
    return euros_words(value)
