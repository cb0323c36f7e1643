"""Delays that the law counts in months."""

import calendar
from datetime import date


def one_month_after(day: date) -> date:
    """Same day of the next month, or its last day (règlement n° 1182/71, article 3-2-c)."""
    year, month = divmod(day.year * 12 + day.month, 12)
    month += 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
