"""Dates and money of the calls, as they are said everywhere in the room."""

from datetime import date, datetime
from decimal import Decimal

from django import template

from maillage.calls.lib import moments
from maillage.calls.lib.acts import ACTS
from maillage.calls.lib.words import in_euros, in_percent

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
def euros(value: Decimal | None) -> str:
    """« 15 000 € », « 1 250,50 € »; empty for nothing."""
    return "" if value is None else in_euros(value)


@register.filter
def percent(value: Decimal | float | None) -> str:
    """« 70 % »; empty for nothing."""
    return "" if value is None else in_percent(value)


@register.filter
def add_words(before: str, value: datetime | None) -> str:
    """« Ferme le » and the instant: one text for an attribute."""
    return f"{before}{moment(value)}"


@register.filter
def left(until: datetime, now: datetime) -> str:
    """What is left before `until`: « 12 jours »."""
    return moments.left_words(until, now)


@register.filter
def call_act(action: str) -> str:
    """An act of the journal about a call, in French."""
    return ACTS.get(action, "Modification")
