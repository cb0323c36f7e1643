"""The dates of a call in one list, and as a calendar file (RFC 5545)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from icalendar import Alarm, Calendar, Event

from maillage.calls.lib.moments import clock_of, day_words, moment_words

if TYPE_CHECKING:
    from maillage.calls.models import Edition

_QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Dated:
    """`at` is an instant, or a day. `code` names it for good in calendars that follow it."""

    code: str
    label: str
    at: datetime | date
    is_deadline: bool = False

    @property
    def words(self) -> str:
        return moment_words(self.at) if isinstance(self.at, datetime) else day_words(self.at)

    @property
    def day(self) -> date:
        return clock_of(self.at).date() if isinstance(self.at, datetime) else self.at


def dates_of(edition: "Edition") -> list[Dated]:
    """In order. A row of `meetings` or `key_dates` that holds no date is left out."""
    first = "des pré-candidatures" if edition.two_stages else "des candidatures"
    fixed = [
        ("opens", f"Ouverture {first}", edition.opens_at, False),
        ("closes", f"Clôture {first}", edition.closes_at, True),
    ]
    if edition.two_stages:
        fixed.append(("full", "Clôture des dossiers complets", edition.full_closes_at, True))
    found = [Dated(code, label, at, last) for code, label, at, last in fixed if at is not None]
    for name in ("meetings", "key_dates"):
        for rank, row in enumerate(getattr(edition, name)):
            at = _read(row)
            if at is not None:
                found.append(Dated(f"{name}-{rank}", str(row.get("label", "")), at))
    return sorted(found, key=lambda one: (one.day, isinstance(one.at, datetime), one.code))


def _read(row: dict[str, Any]) -> datetime | date | None:
    said = str(row.get("on", ""))
    try:
        if "T" in said:
            moment = datetime.fromisoformat(said)
            return moment if moment.tzinfo else None
        return date.fromisoformat(said)
    except ValueError:
        return None


def calendar_of(edition: "Edition", *, url: str, now: datetime) -> bytes:
    """Every date, told again when it changes (`SEQUENCE`); a week before a closing, an alarm."""
    calendar = Calendar()
    calendar.add("prodid", "-//Maillage//Appels//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _line(edition.title))
    cancelled = edition.status == "cancelled"
    for one in dates_of(edition):
        event = Event()
        event.add("uid", f"appel-{edition.pk}-{one.code}@{url.split('/')[2]}")
        event.add("dtstamp", now)
        event.add("sequence", edition.version)
        event.add("summary", _line(f"{edition.title} : {one.label}"))
        event.add("url", url)
        event.add("transp", "TRANSPARENT")
        event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
        if isinstance(one.at, datetime):
            start = one.at.astimezone(UTC)
            # What ends at an instant is shown in the quarter of an hour that comes before it.
            event.add("dtstart", start - _QUARTER if one.is_deadline else start)
            event.add("dtend", start if one.is_deadline else start + timedelta(hours=1))
        else:
            event.add("dtstart", one.at)
        event.add("description", _line(one.words))
        if one.is_deadline and not cancelled:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", _line(f"{edition.title} : plus que sept jours"))
            alarm.add("trigger", timedelta(days=-7))
            event.add_component(alarm)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _line(text: str) -> str:
    """One line without controls: the library escapes the rest."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
