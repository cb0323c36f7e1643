"""What any text of the OSM syntax says of a moment and of the coming days, in French."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from opening_hours import (  # type: ignore[attr-defined]  # its stubs lack the error
    OpeningHours,
    ParserError,
    State,
)

from maillage.core.hours.week import APPOINTMENT, Day, Span, Week, read_week, split_note

PARIS = ZoneInfo("Europe/Paris")
DAY_NAMES = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
LONGEST = 500
_FAR = 40  # changes looked at to find the next opening
_NBSP = "\u00a0"
_MIDNIGHT = 24 * 60


@dataclass(frozen=True, slots=True)
class Line:
    """One day of a table. `on` is None in a usual week; `today` marks the present day."""

    day: str
    hours: str
    on: date | None = None
    today: bool = False


@dataclass(frozen=True, slots=True)
class Hours:
    """What a page shows. Without lines `text` is shown as it is: nobody can read it."""

    text: str
    sentence: str = ""
    open_now: bool = False
    lines: tuple[Line, ...] = ()
    remarks: tuple[str, ...] = ()
    usual: bool = False


def problem_with(text: str) -> str:
    """Why `text` cannot be kept as opening hours, in French; empty when it can."""
    if len(text) > LONGEST:
        return f"Ces horaires sont trop longs : {LONGEST} caractères au plus."
    if text and _parsed(text) is None:
        return (
            "Ces horaires ne suivent pas la syntaxe d'OpenStreetMap. "
            "Exemple : Mo-Fr 09:00-12:00,14:00-18:00; PH off."
        )
    return ""


def hours_at(text: str, now: datetime) -> Hours | None:
    """Everything to show of `text` at the moment `now` (aware); None when there is nothing to show."""
    text = text.strip()
    if not text:
        return None
    known = _parsed(text)
    if known is None:
        return Hours(text)
    local = now.astimezone(PARIS)
    open_now, sentence = _sentence(known, local)
    week = read_week(text)
    if week is None:
        note = split_note(text)[1]
        lines = tuple(_line_of(known, day, local.date()) for day in _days(local.date(), 7))
        return Hours(text, sentence, open_now, lines, (note,) if note else ())
    lines = tuple(
        Line(name, day_words(day), today=local.weekday() == number)
        for number, (name, day) in enumerate(zip(DAY_NAMES, week.days, strict=True))
    )
    return Hours(text, sentence, open_now, lines, remarks(week), usual=True)


def openings(text: str, first: date, count: int) -> list[tuple[datetime, datetime]]:
    """Openings that begin within `count` days from `first`, in Paris time; none for an unreadable text."""
    known = _parsed(text)
    if known is None:
        return []
    begin = datetime.combine(first, time(), PARIS)
    last = begin + timedelta(days=count)
    found = []
    # From the eve, not to take the end of a night for an opening.
    for start, end, state, comment in known.intervals(begin - timedelta(days=1), last):
        opens = state != State.CLOSED and begin <= start < last
        if opens and not _all_day_appointment(start, end or last, comment):
            found.append((start, end or last))
    return found


def is_open_at(text: str, moment: datetime) -> bool:
    known = _parsed(text)
    return known is not None and known.state(moment.astimezone(PARIS))[0] != State.CLOSED


def day_words(day: Day) -> str:
    """« de 9 h à 12 h et de 14 h à 18 h », « fermé », « sur rendez-vous »."""
    if not day.spans:
        return APPOINTMENT if day.by_appointment else "fermé"
    words = _spans_words([(span.start, span.end) for span in day.spans])
    return f"{words}, {APPOINTMENT}" if day.by_appointment else words


def remarks(week: Week) -> tuple[str, ...]:
    found = ["Fermé les jours fériés."] if week.closed_on_holidays else []
    for closure in week.closures:
        first, last = (_day_of_year(month, day) for month, day in (closure.first, closure.last))
        found.append(f"Fermé chaque année du {first} au {last}.")
    return (*found, week.note) if week.note else tuple(found)


def time_words(minutes: int) -> str:
    """« 9 h », « 9 h 30 », « minuit »."""
    hours, rest = divmod(minutes, 60)
    if minutes in {0, _MIDNIGHT}:
        return "minuit"
    return f"{hours}{_NBSP}h{_NBSP}{rest:02d}" if rest else f"{hours}{_NBSP}h"


def _parsed(text: str) -> OpeningHours | None:
    """The note is left out: the library takes it for a rule that hides the openings to come."""
    rules = split_note(text)[0]
    try:
        return OpeningHours(rules, timezone=PARIS, country="FR") if rules else None
    except ParserError:
        return None


def _days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]


def _intervals(known: OpeningHours, start: datetime) -> Iterator[tuple[datetime, datetime, str]]:
    """Openings from `start` on: beginning, end (the library's far future when there is none), comment."""
    for begin, end, state, comment in islice(known.intervals(start), _FAR):
        if state != State.CLOSED:
            yield begin, end or begin + timedelta(days=3650), comment


def _openings_of(known: OpeningHours, day: date) -> list[tuple[datetime, datetime, str]]:
    start = datetime.combine(day, time(), PARIS)
    after = datetime.combine(day + timedelta(days=1), time(), PARIS)
    found = []
    for begin, end, state, comment in known.intervals(start, after):
        if state != State.CLOSED and begin < after:
            found.append((begin, end or after, comment))
    return found


def _all_day_appointment(start: datetime, end: datetime, comment: str) -> bool:
    return bool(comment) and (start.hour, start.minute, end.hour, end.minute) == (0, 0, 0, 0)


def _line_of(known: OpeningHours, day: date, today: date) -> Line:
    words = _day_hours(known, day) or "fermé"
    return Line(DAY_NAMES[day.weekday()], words, on=day, today=day == today)


def _day_hours(known: OpeningHours, day: date) -> str:
    spans, comments = [], []
    for start, end, comment in _openings_of(known, day):
        if comment:
            comments.append(comment)
        if not _all_day_appointment(start, end, comment):
            last = _MIDNIGHT if end.date() > day else end.hour * 60 + end.minute
            spans.append((start.hour * 60 + start.minute, last))
    words = [_spans_words(spans)] if spans else []
    return ", ".join([*words, *dict.fromkeys(comments)])


def _spans_words(spans: list[tuple[int, int]]) -> str:
    parts = [
        "jour et nuit"
        if (start, end) == (0, _MIDNIGHT)
        else f"de {time_words(start)} à {time_words(end)}"
        for start, end in spans
    ]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} et {parts[-1]}"


def _sentence(known: OpeningHours, local: datetime) -> tuple[bool, str]:
    state, comment = known.state(local)
    if state != State.CLOSED:
        if known.next_change(local) is None:
            return True, "Ouvert jour et nuit"
        today = _day_hours(known, local.date())
        if today == comment:
            return False, f"Aujourd'hui, {comment}"
        return True, f"Ouvert aujourd'hui {today}"
    for start, end, comment in _intervals(known, local):
        day = _from_today(start.date(), local.date())
        if _all_day_appointment(start, end, comment):
            return False, f"Fermé, reçoit {comment} {day}"
        return False, f"Fermé, ouvre {day} à {time_words(start.hour * 60 + start.minute)}"
    return False, "Fermé"


def _from_today(day: date, today: date) -> str:
    away = (day - today).days
    if away in {0, 1}:
        return ("aujourd'hui", "demain")[away]
    return f"{DAY_NAMES[day.weekday()]} {date_format(day, 'j F Y')}"


def _day_of_year(month: int, day: int) -> str:
    named = date_format(date(2024, month, day), "j F")  # a leap year: 29 February exists
    return named.replace("1 ", "1er ", 1) if day == 1 else named


__all__ = ["Hours", "Line", "Span", "hours_at", "openings", "problem_with", "time_words"]
