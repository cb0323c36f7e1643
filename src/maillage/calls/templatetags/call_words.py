"""Small words of the room's pages that every other library of tags may meet."""

from datetime import date

from django import template

from maillage.calls.lib.words import long_date

register = template.Library()


@register.filter
def full_day(value: date | None) -> str:
    """« 1er avril 2026 », of an instant the day it is in Paris; empty for nothing."""
    return long_date(value) if value else ""


@register.filter
def lead_in(label: str) -> str:
    """A question before what is said of it: « Pour qui ? », « Titre : », with no colon after a sentence's own end."""
    said = label.rstrip(" .")
    return f"{said} " if said.endswith(("?", "!", "…")) else f"{said} : "
