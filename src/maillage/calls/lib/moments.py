"""Instants of a call: always told and typed in Paris time, whatever the clock zone of the server."""

from datetime import UTC, date, datetime, timedelta

from maillage.calls.lib.words import PARIS, long_date

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


class NoSuchMomentError(ValueError):
    """An hour that the change of time skips. The message is for the person who typed it."""


def in_paris(local: datetime) -> datetime:
    """The instant that a clock of Paris shows as `local` (naive).

    An hour that comes twice, in October, is the second: nobody loses an hour. Raises `NoSuchMomentError` for one that
    never comes, in March.
    """
    moment = local.replace(tzinfo=PARIS, fold=1).astimezone(UTC)
    if moment.astimezone(PARIS).replace(tzinfo=None) != local:
        raise NoSuchMomentError(
            f"Le {day_words(local.date())}, cette heure n'existe pas : à 2 heures il est 3 heures."
        )
    return moment


def clock_of(moment: datetime) -> datetime:
    """What a clock of Paris shows, naive."""
    return moment.astimezone(PARIS).replace(tzinfo=None)


def day_words(day: date) -> str:
    """« samedi 6 février 2027 », « mardi 1er juin 2027 »."""
    return f"{DAYS[day.weekday()]} {long_date(day)}"


def hour_words(moment: datetime) -> str:
    """« 23 h 59 », « 12 h »."""
    local = clock_of(moment)
    return f"{local.hour} h {local.minute:02d}" if local.minute else f"{local.hour} h"


def moment_words(moment: datetime) -> str:
    """« samedi 6 février 2027 à 23 h 59 (heure de Paris) »."""
    return f"{day_words(clock_of(moment).date())} à {hour_words(moment)} (heure de Paris)"


def year_later(moment: datetime, years: int = 1) -> datetime:
    """The same date and the same hour of the clock of Paris, `years` later; 29 February becomes 28."""
    local = clock_of(moment)
    wanted = day_later(local.date(), years)
    shifted = local.replace(year=wanted.year, month=wanted.month, day=wanted.day)
    try:
        return in_paris(shifted)
    except NoSuchMomentError:
        return in_paris(shifted + timedelta(hours=1))


def day_later(day: date, years: int = 1) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def left_words(until: datetime, now: datetime) -> str:
    """What is left before `until`: « 12 jours », then « 30 heures », then « 5 minutes »."""
    minutes = max(int((until - now).total_seconds()) // 60, 0)
    days, hours = minutes // 1440, minutes // 60
    if days >= 2:
        return f"{days} jours"
    if hours >= 2:
        return f"{hours} heures"
    return f"{minutes} minutes" if minutes > 1 else "une minute au plus"
