"""A session of a jury for a calendar (RFC 5545)."""

from datetime import datetime, timedelta

from icalendar import Calendar, Event

_LASTS = timedelta(hours=4)


def session_calendar(
    *, uid: str, title: str, starts_at: datetime, place: str, url: str, now: datetime, rank: int
) -> bytes:
    """One event of four hours. `rank` grows at each change, so that calendars take the newest."""
    calendar = Calendar()
    calendar.add("prodid", "-//Maillage//Jury//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now)
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + _LASTS)
    event.add("summary", " ".join(title.split()))
    event.add("location", " ".join(place.split()))
    event.add("url", url)
    event.add("sequence", rank)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
