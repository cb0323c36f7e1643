"""Opening hours as a calendar (RFC 5545)."""

from datetime import date, datetime, time, timedelta
from typing import Any

from icalendar import Calendar, Event

from maillage.core.hours.reading import PARIS, is_open_at, openings
from maillage.core.hours.week import Span, read_week
from maillage.directory.lib.pages import SheetPlace, StructureSheet

_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_YEAR = 366  # days over which holidays and closures are told
_SOON = 28  # days told one by one when the hours are no usual week
_MIDNIGHT = 24 * 60


def hours_calendar(sheet: StructureSheet, now: datetime) -> bytes:
    """Every opening of the places: weekly events, or the four weeks to come when no week says them."""
    calendar = Calendar()
    calendar.add("prodid", "-//Maillage//Horaires//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _line(f"Horaires de {sheet.card.name}"))
    for place in sheet.places:
        if place.hours is None:
            continue
        for event in _events(sheet, place, now):
            calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _events(sheet: StructureSheet, place: SheetPlace, now: datetime) -> list[Event]:
    text = place.hours.text if place.hours else ""
    today = now.astimezone(PARIS).date()
    week = read_week(text)
    if week is None:
        return [
            _event(sheet, place, now, start, end) for start, end in openings(text, today, _SOON)
        ]
    spans: dict[Span, list[int]] = {}
    for number, day in enumerate(week.days):
        for span in day.spans:
            spans.setdefault(span, []).append(number)
    return [_weekly(sheet, place, now, span, days) for span, days in spans.items()]


def _weekly(
    sheet: StructureSheet,
    place: SheetPlace,
    now: datetime,
    span: Span,
    days: list[int],
) -> Event:
    """Holidays and closures of the year to come are told as exceptions."""
    text = place.hours.text if place.hours else ""
    today = now.astimezone(PARIS).date()
    coming = [today + timedelta(days=number) for number in range(_YEAR)]
    moments = [_at(day, span.start) for day in coming if day.weekday() in days]
    over_night = span.end < span.start
    first = moments[0]
    end = _at(first.date() + timedelta(days=1 if over_night else 0), span.end)
    event: Event = _event(sheet, place, now, first, end)
    event.add("rrule", {"freq": "weekly", "byday": [_BYDAY[number] for number in days]})
    closed = [moment for moment in moments if not is_open_at(text, moment)]
    if closed:
        event.add("exdate", closed)
    return event


def _event(
    sheet: StructureSheet, place: SheetPlace, now: datetime, start: datetime, end: datetime
) -> Any:
    event = Event()
    event.add("uid", f"{place.id}-{start:%Y%m%dT%H%M}-{end:%H%M}@{sheet.url.split('/')[2]}")
    event.add("dtstamp", now)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", _line(f"{sheet.card.name} : ouvert"))
    where = f"{place.address} {place.postal_code} {place.municipality_name}"
    event.add("location", _line(where))
    event.add("url", sheet.url)
    event.add("transp", "TRANSPARENT")
    return event


def _at(day: date, minutes: int) -> datetime:
    """Midnight that ends a day is the beginning of the next."""
    whole, rest = divmod(minutes, _MIDNIGHT)
    return datetime.combine(day + timedelta(days=whole), time(rest // 60, rest % 60), PARIS)


def _line(text: str) -> str:
    """One line without controls: the library escapes the rest."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
