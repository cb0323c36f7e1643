"""Opening hours: what a week can hold, what is said of it, and that nothing readable is misread."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.core.hours.reading import PARIS, hours_at, is_open_at, openings, problem_with
from maillage.core.hours.week import CLOSED, Closure, Day, Span, Week, read_week, write_week

SHOP = "Mo-Fr 09:00-12:00,14:00-18:00; Sa 10:00-13:00; PH off"
SUNDAY = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)  # 10 h 30 in Paris
NBSP = "\u00a0"


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


def said(text: str, now: datetime) -> str:
    found = hours_at(text, now)
    assert found is not None
    return found.sentence.replace(NBSP, " ")


def spans() -> st.SearchStrategy[tuple[Span, ...]]:
    minutes = st.integers(0, 1439)
    one = st.tuples(minutes, st.integers(1, 1440)).filter(lambda pair: pair[0] < pair[1])
    several = st.lists(one.map(lambda pair: Span(*pair)), max_size=3)
    apart = several.filter(
        lambda found: all(
            a.end < b.start for a, b in zip(sorted(found), sorted(found)[1:], strict=False)
        )
    )
    return apart.map(lambda found: tuple(sorted(found)))


WEEKS = st.builds(
    Week,
    days=st.tuples(*[st.builds(Day, spans=spans(), by_appointment=st.booleans())] * 7),
    closed_on_holidays=st.booleans(),
    closures=st.sampled_from([(), (Closure((8, 1), (8, 21)),), (Closure((12, 24), (1, 2)),)]),
    note=st.sampled_from(["", "Fermé en cas de neige", "Été : 8 h 30"]),
)


@given(WEEKS)
@settings(max_examples=200, deadline=None)
def test_a_week_is_read_back_as_it_was_written(week):
    text = write_week(week)
    if text:
        assert read_week(text) == week
        assert problem_with(text) == "" or len(text) > 500


@given(
    WEEKS.filter(lambda week: not week.closed_on_holidays and not week.closures),
    st.integers(0, 6),
    st.integers(0, 1439),
)
@settings(max_examples=300, deadline=None)
def test_the_library_opens_when_the_week_does(week, number, minute):
    """Monday 23 November 2026 and the six days after are no holiday."""
    day = week.days[number]
    moment = datetime(2026, 11, 23 + number, minute // 60, minute % 60, tzinfo=PARIS)
    expected = any(span.start <= minute < span.end for span in day.spans)
    expected = expected or (day.by_appointment and not day.spans)
    assert is_open_at(write_week(week), moment) == expected


def test_openings_of_nights_and_days():
    monday = date(2026, 11, 23)
    assert openings("Mo,We 22:00-02:00", monday, 7) == [
        (at(23, 22), at(24, 2)),
        (at(25, 22), at(26, 2)),
    ]
    assert openings('Mo 09:00-12:00; Tu "sur rendez-vous"', monday, 2) == [(at(23, 9), at(23, 12))]
    assert openings("Su 22:00-02:00", monday, 3) == []


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Mo-Fr 9:00-12:00", "Mo-Fr 09:00-12:00"),
        ("Mo,We,Fr 14:00-19:00", "Mo,We,Fr 14:00-19:00"),
        ("24/7", "Mo-Su 00:00-24:00"),
        ("Sa-Mo 10:00-18:00", "Mo,Sa-Su 10:00-18:00"),
        ("Mo-Su 10:00-18:00; We off", "Mo-Tu,Th-Su 10:00-18:00"),
        ("10:00-12:00", "Mo-Su 10:00-12:00"),
        ('Mo "sur rendez-vous"', 'Mo "sur rendez-vous"'),
        ("Mo 22:00-02:00", "Mo 22:00-02:00"),
        ("Mo 10:00-12:00; Aug 01-21 off", "Mo 10:00-12:00; Aug 01-Aug 21 off"),
    ],
)
def test_usual_ways_of_writing_are_read(text, written):
    week = read_week(text)
    assert week is not None
    assert write_week(week) == written


@pytest.mark.parametrize(
    "text",
    [
        "Mo[1] 10:00-12:00",
        "sunrise-sunset",
        "Jun-Sep Mo 10:00-12:00",
        "Mo 10:00-12:00, Tu 10:00-12:00",
        'Mo 10:00-12:00 "autre chose"',
        "Mo 08:00-09:00,10:00-11:00,12:00-13:00,14:00-15:00",
        "Mo",
        "Mo 10:00-12:00; Feb 31-Mar 2 off",
        "Mo 12:75-13:00",
        "lundi de 9 h à 12 h",
    ],
)
def test_what_a_week_cannot_hold_is_not_forced_into_it(text):
    assert read_week(text) is None


def test_nothing_is_written_as_nothing_and_closed_as_closed():
    assert write_week(Week()) == ""
    assert write_week(Week(note="Fermé jusqu'au printemps")) == 'off || "Fermé jusqu\'au printemps"'
    assert read_week("off") == Week()


def test_quotes_and_lines_do_not_leave_the_note():
    hostile = 'Fermé"; Mo 00:00-24:00 || "oui\nencore'
    week = Week((Day((Span(540, 720),)), *[CLOSED] * 6), note=hostile)
    read = read_week(write_week(week))
    assert read is not None
    assert read.days == week.days
    assert read.note == "Fermé'; Mo 00:00-24:00 || 'oui encore"


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (at(23, 10), "Ouvert aujourd'hui de 9 h à 12 h et de 14 h à 18 h"),
        (at(23, 12, 30), "Fermé, ouvre aujourd'hui à 14 h"),
        (at(23, 19), "Fermé, ouvre demain à 9 h"),
        (SUNDAY, "Fermé, ouvre demain à 9 h"),
        (at(28, 14), "Fermé, ouvre lundi 30 novembre 2026 à 9 h"),
        (at(11, 10), "Fermé, ouvre demain à 9 h"),  # 11 November: holiday
        (at(25, 10, month=12), "Fermé, ouvre demain à 10 h"),  # Christmas: a Friday
    ],
)
def test_a_moment_in_words(now, sentence):
    assert said(SHOP, now) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("24/7", "Ouvert jour et nuit"),
        ("off", "Fermé"),
        ('Su "sur rendez-vous"', "Aujourd'hui, sur rendez-vous"),
        ('Mo "sur rendez-vous"', "Fermé, reçoit sur rendez-vous demain"),
        ("Su 09:30-24:00", "Ouvert aujourd'hui de 9 h 30 à minuit"),
        ('Su 09:00-18:00 || "Fermé en août"', "Ouvert aujourd'hui de 9 h à 18 h"),
        ("Sa 22:00-11:00", "Ouvert aujourd'hui de minuit à 11 h"),
    ],
)
def test_other_kinds_of_hours_in_words(text, sentence):
    assert said(text, SUNDAY) == sentence


def test_paris_changes_its_clocks():
    """At 8 h UTC it is 10 h in Paris in summer, 9 h in winter."""
    text = "Mo-Su 09:30-12:00"
    assert said(text, datetime(2026, 7, 1, 8, tzinfo=UTC)).startswith("Ouvert")
    assert said(text, datetime(2026, 12, 1, 8, tzinfo=UTC)) == "Fermé, ouvre aujourd'hui à 9 h 30"


def test_a_usual_week_is_a_table_of_seven_days():
    found = hours_at(f'{SHOP}; Aug 01-Aug 21 off || "Ouvert le dimanche avant Noël"', SUNDAY)
    assert found is not None
    assert found.usual
    assert [(line.day, line.hours.replace(NBSP, " "), line.today) for line in found.lines] == [
        *((day, "de 9 h à 12 h et de 14 h à 18 h", False) for day in ("lundi", "mardi", "mercredi", "jeudi", "vendredi")),
        ("samedi", "de 10 h à 13 h", False),
        ("dimanche", "fermé", True),
    ]  # fmt: skip
    assert found.remarks == (
        "Fermé les jours fériés.",
        "Fermé chaque année du 1er août au 21 août.",
        "Ouvert le dimanche avant Noël",
    )


def test_other_rules_are_told_as_the_coming_days():
    found = hours_at("Mo[-1] 10:00-12:00", SUNDAY)
    assert found is not None
    assert not found.usual
    assert [line.hours.replace(NBSP, " ") for line in found.lines] == ["fermé"] * 7
    later = hours_at("Mo[-1] 10:00-12:00", at(28, 9))
    assert later is not None
    assert [(line.on, line.hours.replace(NBSP, " ")) for line in later.lines][2] == (
        date(2026, 11, 30),
        "de 10 h à 12 h",
    )


def test_what_nobody_can_read_is_shown_as_it_is():
    found = hours_at("du lundi au vendredi, sauf exception", SUNDAY)
    assert found is not None
    assert (found.text, found.lines, found.sentence) == (
        "du lundi au vendredi, sauf exception",
        (),
        "",
    )
    assert hours_at("  ", SUNDAY) is None


def test_what_is_refused_says_how_to_write_it():
    assert "Exemple : Mo-Fr 09:00-12:00" in problem_with("lundi 9h")
    assert "trop longs" in problem_with("Mo 09:00-10:00" + " " * 500)
    assert problem_with("") == problem_with(SHOP) == ""


@given(st.text(max_size=120))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_the_page(text):
    hours_at(text, SUNDAY)
    openings(text, SUNDAY.date(), 3)
