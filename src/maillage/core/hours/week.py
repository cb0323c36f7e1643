"""A usual week, read from the OSM syntax when it is no more than that, and written back."""

import re
from calendar import monthrange
from dataclasses import dataclass, field

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
APPOINTMENT = "sur rendez-vous"
MOST_SPANS = 3
MOST_CLOSURES = 2
_DAY = 24 * 60
_TIME = r"\d{1,2}:\d{2}"
_NOTE = re.compile(r'^(?P<rules>.*?)\s*\|\|\s*(?:24/7\s*)?"(?P<note>[^"]*)"\s*$', re.DOTALL)
_DAYS_PART = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:-(?:Mo|Tu|We|Th|Fr|Sa|Su))?"
_RULE = re.compile(
    rf"(?P<days>{_DAYS_PART}(?:\s*,\s*{_DAYS_PART})*)?\s*"
    rf"(?P<times>{_TIME}\s*-\s*{_TIME}(?:\s*,\s*{_TIME}\s*-\s*{_TIME})*)?\s*"
    rf'(?P<closed>off|closed)?\s*(?:"(?P<comment>[^"]*)")?'
)
_CLOSURE = re.compile(
    rf"(?P<from>{'|'.join(MONTHS)}) (?P<first>\d{{1,2}})\s*-\s*(?:(?P<to>{'|'.join(MONTHS)}) )?(?P<last>\d{{1,2}})"
    r"\s+(?:off|closed)"
)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Minutes since midnight. `end` is 1440 for midnight, and below `start` when it ends the next day."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Day:
    """Closed without spans nor appointment."""

    spans: tuple[Span, ...] = ()
    by_appointment: bool = False


@dataclass(frozen=True, slots=True)
class Closure:
    """Every year from `first` to `last`, both (month, day) and included."""

    first: tuple[int, int]
    last: tuple[int, int]


CLOSED = Day()
_CLOSED_WEEK = (CLOSED,) * 7


@dataclass(frozen=True, slots=True)
class Week:
    """`days` from Monday. `note` is free text about seasons; it changes nothing to what is computed."""

    days: tuple[Day, ...] = _CLOSED_WEEK
    closed_on_holidays: bool = False
    closures: tuple[Closure, ...] = field(default=())
    note: str = ""

    @property
    def is_blank(self) -> bool:
        return self == Week()


def read_week(text: str) -> Week | None:
    """The week that `text` says, None when it says something that a week cannot hold."""
    text, note = split_note(text.strip())
    days, holidays, closures = list(_CLOSED_WEEK), False, []
    for rule in filter(None, (part.strip() for part in text.split(";"))):
        if re.fullmatch(r"PH\s+(?:off|closed)", rule):
            holidays = True
        elif found := _CLOSURE.fullmatch(rule):
            closure = _closure(found)
            if closure is None:
                return None
            closures.append(closure)
        elif rule == "24/7":
            days = [Day((Span(0, _DAY),))] * 7
        else:
            told = _told(rule)
            if told is None:
                return None
            for number in told[0]:
                days[number] = told[1]
    if len(closures) > MOST_CLOSURES:
        return None
    return Week(tuple(days), holidays, tuple(closures), note)


def split_note(text: str) -> tuple[str, str]:
    """Rules, and the comment that ends them as a fallback (`… || "Fermé en cas de neige"`)."""
    found = _NOTE.match(text)
    return (found["rules"], found["note"].strip()) if found else (text, "")


def write_week(week: Week) -> str:
    """The OSM syntax of `week`; empty when it says nothing at all."""
    if week.is_blank:
        return ""
    kinds: dict[Day, list[int]] = {}
    for number, day in enumerate(week.days):
        if day != CLOSED:
            kinds.setdefault(day, []).append(number)
    rules = [f"{_days_text(numbers)} {_day_text(day)}" for day, numbers in kinds.items()] or ["off"]
    if week.closed_on_holidays:
        rules.append("PH off")
    rules += [f"{_month_day(one.first)}-{_month_day(one.last)} off" for one in week.closures]
    note = " ".join(week.note.replace('"', "'").split())
    return "; ".join(rules) + (f' || "{note}"' if note else "")


def _closure(found: re.Match[str]) -> Closure | None:
    first = MONTHS.index(found["from"]) + 1
    last = MONTHS.index(found["to"]) + 1 if found["to"] else first
    closure = Closure((first, int(found["first"])), (last, int(found["last"])))
    return closure if is_day(*closure.first) and is_day(*closure.last) else None


def is_day(month: int, day: int) -> bool:
    """Whether a leap year has this day."""
    return 1 <= month <= 12 and 1 <= day <= monthrange(2024, month)[1]


def _told(rule: str) -> tuple[list[int], Day] | None:
    """Numbers of the days a rule is about, and what it says of them."""
    found = _RULE.fullmatch(rule)
    if not found or not (found["days"] or found["times"] or found["closed"]):
        return None
    days = _day_numbers(found["days"]) if found["days"] else list(range(7))
    if found["closed"]:
        return None if found["times"] or found["comment"] else (days, CLOSED)
    by_appointment = found["comment"] == APPOINTMENT
    if found["comment"] and not by_appointment:
        return None
    spans = _spans(found["times"] or "")
    if spans is None or not (spans or by_appointment):
        return None
    return days, Day(spans, by_appointment)


def _day_numbers(text: str) -> list[int]:
    numbers: list[int] = []
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        start, end = DAYS.index(first), DAYS.index(last or first)
        numbers += [at % 7 for at in range(start, end + 1 if end >= start else end + 8)]
    return numbers


def _spans(text: str) -> tuple[Span, ...] | None:
    spans = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        start, end = (_minutes(time.strip()) for time in part.split("-"))
        if start is None or end is None or start in {_DAY, end}:
            return None
        spans.append(Span(start, _DAY if end == 0 else end))
    return tuple(sorted(spans)) if len(spans) <= MOST_SPANS else None


def _minutes(text: str) -> int | None:
    hours, minutes = (int(part) for part in text.split(":"))
    total = hours * 60 + minutes
    return total if minutes < 60 and total <= _DAY else None


def _days_text(numbers: list[int]) -> str:
    parts: list[str] = []
    for number in numbers:
        if parts and number - 1 in numbers:
            parts[-1] = f"{parts[-1].split('-')[0]}-{DAYS[number]}"
        else:
            parts.append(DAYS[number])
    return ",".join(parts)


def _day_text(day: Day) -> str:
    times = ",".join(f"{clock(span.start)}-{clock(span.end)}" for span in day.spans)
    comment = f'"{APPOINTMENT}"' if day.by_appointment else ""
    return " ".join(part for part in (times, comment) if part)


def clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _month_day(day: tuple[int, int]) -> str:
    return f"{MONTHS[day[0] - 1]} {day[1]:02d}"
