"""The age of a page: whole months in the installation's time zone, whatever the calendar does."""

from datetime import UTC, date, datetime, timedelta

import pytest

from maillage.structures.enums import Stage
from maillage.structures.queries.completeness import (
    Facts,
    completeness,
    description_score,
    in_words,
    missing,
)
from maillage.structures.queries.freshness import (
    Age,
    add_months,
    age,
    latest_day,
    months_old,
    stage_of,
    step_of,
)

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("on", "stage", "step"),
    [
        (date(2026, 11, 22), Stage.FRESH, 0),
        (date(2026, 5, 23), Stage.FRESH, 0),
        (date(2026, 5, 22), Stage.TO_CONFIRM, 6),
        (date(2026, 5, 21), Stage.TO_CONFIRM, 6),
        (date(2026, 2, 23), Stage.TO_CONFIRM, 6),
        (date(2026, 2, 22), Stage.TO_CHECK, 9),
        (date(2026, 2, 21), Stage.TO_CHECK, 9),
        (date(2025, 11, 23), Stage.TO_CHECK, 9),
        (date(2025, 11, 22), Stage.OLD, 12),
        (date(2025, 11, 21), Stage.OLD, 12),
        (date(2009, 1, 1), Stage.OLD, 12),
        (date(2026, 12, 25), Stage.FRESH, 0),
    ],
)
def test_each_threshold_and_the_days_around_it(on: date, stage: Stage, step: int) -> None:
    assert (stage_of(on, TODAY), step_of(on, TODAY)) == (stage, step)


@pytest.mark.parametrize(
    ("on", "months", "day"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 12, 31), 9, date(2027, 9, 30)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_months_end_on_the_last_day_that_exists(on: date, months: int, day: date) -> None:
    assert add_months(on, months) == day
    if months > 0:
        assert months_old(on, day) == months
        assert months_old(on, day - timedelta(days=1)) == months - 1


def test_the_database_cuts_on_the_same_day_for_five_years() -> None:
    """Every day of five years, leap ones with them: `latest_day` is the last that is old enough."""
    for offset in range(5 * 366):
        today = date(2024, 1, 1) + timedelta(days=offset)
        for months in (6, 9, 12):
            day = latest_day(months, today)
            assert months_old(day, today) >= months, today
            assert months_old(day + timedelta(days=1), today) < months, today


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        # Paris is at UTC+2 until 25 October 2026, one in the morning UTC, then at UTC+1.
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 22, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), date(2026, 10, 26)),
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 30, tzinfo=UTC), date(2026, 3, 30)),
    ],
)
def test_a_confirmation_late_at_night_counts_from_its_local_day(moment: datetime, day: date):
    assert age(moment, {}) == Age(day, vouched=True)
    edited = {"phone": {"source": "agent", "by": 7, "at": moment.isoformat(), "date": "2020-01-01"}}
    assert age(None, edited) == Age(day, vouched=True, by=7)


def test_a_person_comes_before_a_newer_source() -> None:
    provenance = {
        "name": {"source": "sirene", "date": "2026-11-01", "at": "2026-11-02T03:00:00+00:00"},
        "phone": {"source": "agent", "by": 3, "at": "2026-04-01T10:00:00+00:00"},
    }
    assert age(None, provenance) == Age(date(2026, 4, 1), vouched=True, by=3)
    confirmed = datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert age(confirmed, provenance, confirmed_by=9) == Age(date(2026, 5, 1), vouched=True, by=9)
    earlier = datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert age(earlier, provenance, confirmed_by=9) == Age(date(2026, 4, 1), vouched=True, by=3)


def test_without_anybody_the_newest_source_counts() -> None:
    provenance = {
        "name": {"source": "sirene", "date": "2026-09-01"},
        "rna": {"source": "rna", "date": "2026-10-01"},
        "email": {"source": "table"},
        "odd": "a text",
        "worse": {"source": "table", "date": "au printemps"},
    }
    assert age(None, provenance) == Age(date(2026, 10, 1), vouched=False)
    assert age(None, {}) is None
    assert age(None, None) is None


@pytest.mark.parametrize(
    ("length", "score"), [(0, 0), (50, 0.25), (200, 1), (2000, 1), (2001, 0.5)]
)
def test_a_description_is_best_neither_short_nor_endless(length: int, score: float) -> None:
    assert description_score("a" * length) == score


def test_completeness_is_a_share_and_says_what_is_missing() -> None:
    nothing = Facts("", *[False] * 6)
    assert (completeness(nothing), len(missing(nothing))) == (0, 7)
    everything = Facts("a" * 300, *[True] * 6)
    assert (completeness(everything), missing(everything)) == (100, [])
    some = everything._replace(phone=False, description="a" * 100)
    assert (completeness(some), missing(some)) == (79, ["phone"])
    assert in_words([*missing(some), "gone"]) == ["un téléphone"]
