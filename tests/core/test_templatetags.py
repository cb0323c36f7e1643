"""Words for ages, distances and pages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from maillage.core.templatetags.house import ago, distance, months_since, plural, web
from maillage.core.templatetags.paging import page_window


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-2, "aujourd'hui"),
        (0, "aujourd'hui"),
        (1, "hier"),
        (3, "il y a 3 jours"),
        (44, "il y a 44 jours"),
        (61, "il y a 2 mois"),
        (400, "il y a 13 mois"),
        (800, "il y a 2 ans"),
    ],
)
def test_ages(days, words):
    assert ago(timezone.localdate() - timedelta(days=days)) == words


def test_an_unknown_age_is_silent():
    assert (ago(None), months_since(None)) == ("", 0)


def test_a_moment_counts_in_local_days():
    """23:30 UTC is already tomorrow in Paris."""
    late = datetime.combine(timezone.localdate() - timedelta(days=1), datetime.min.time(), UTC)
    late = late.replace(hour=23, minute=30)

    assert ago(late) == "aujourd'hui"


def test_months():
    assert months_since(timezone.localdate() - timedelta(days=430)) == 14


@pytest.mark.parametrize(
    ("metres", "words"),
    [(None, ""), (3, "10 m"), (346, "350 m"), (949, "950 m"), (1240, "1,2 km"), (14_300, "14 km")],
)
def test_distances(metres, words):
    assert distance(metres) == words


@pytest.mark.parametrize(
    ("page", "count", "window"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, None, 9]),
        (4, 9, [1, 2, 3, 4, 5, None, 9]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (9, 9, [1, None, 8, 9]),
        (3, 5, [1, 2, 3, 4, 5]),
    ],
)
def test_page_windows(page, count, window):
    assert page_window(page, count) == window


@pytest.mark.parametrize(
    ("count", "endings", "expected"),
    [
        (0, "s", ""),
        (1, "s", ""),
        (2, "s", "s"),
        (None, "s", ""),
        (1, "t,ent", "t"),
        (3, "t,ent", "ent"),
    ],
)
def test_zero_is_singular_in_french(count, endings, expected):
    assert plural(count, endings) == expected


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://pantin.example", "https://pantin.example"),
        (" HTTP://pantin.example", "HTTP://pantin.example"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//pantin.example", ""),
        (None, ""),
    ],
)
def test_only_addresses_of_the_web_are_followed(address, shown):
    assert web(address) == shown
