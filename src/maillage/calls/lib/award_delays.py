"""Delays of an award's life, counted in days and months of the calendar."""

import calendar
from datetime import date

# Days before (negative) and after the day a report is due, when its beneficiary is reminded.
REMINDERS = (-60, -15, 1, 30)
# An agreement above the threshold is published within three months of its signature (décret 2017-779).
PUBLICATION_MONTHS = 3


def months_after(day: date, months: int) -> date:
    """The same day `months` later, or the last day of that month; the last day of a month gives a last day.

    An accounting year that ends on 31 December gives 30 June after six months.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    last = calendar.monthrange(year, month)[1]
    is_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month, last if is_last else min(day.day, last))
