"""Money and instants on the pages of a jury."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template

from maillage.calls.lib.words import in_euros, long_instant

register = template.Library()


@register.filter
def money(value: Decimal | None) -> str:
    """« 7 500 € »; empty for nothing."""
    return "" if value is None else in_euros(value)


@register.filter
def instant(value: datetime | None) -> str:
    """« 6 février 2026 à 23 h 59 (heure de Paris) »; empty for nothing."""
    return long_instant(value) if value else ""


@register.filter
def item(values: Mapping[Any, Any], key: Any) -> Any:
    """`values[key]`, or None."""
    return values.get(key)


@register.filter
def minutes(seconds: int | None) -> str:
    """« 7 min 05 s »; empty for nothing."""
    return "" if seconds is None else f"{seconds // 60} min {seconds % 60:02d} s"
