"""Instants of Paris, checks before publication, calendar and words of a call: without a page."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from icalendar import Calendar

from maillage.calls.lib import checks, profile
from maillage.calls.lib.calendar import calendar_of, dates_of
from maillage.calls.lib.checks import FormState, Prepared, Scale
from maillage.calls.lib.closing import at_the_closing
from maillage.calls.lib.form import form_of
from maillage.calls.lib.form_check import check_definition
from maillage.calls.lib.moments import (
    NoSuchMomentError,
    in_paris,
    left_words,
    moment_words,
    year_later,
)
from maillage.calls.lib.profile_form import cerfa_form
from maillage.calls.lib.window import window_of
from maillage.calls.models import Edition

pytestmark = pytest.mark.one_engine
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ANCHORS = ("a", "b", "c", "d", "e")


def clock(*parts: int) -> datetime:
    """The instant at which a clock of Paris shows it."""
    return in_paris(datetime(*parts))  # type: ignore[arg-type]  # noqa: DTZ001


READY = Prepared(
    title="Progr'ESS",
    summary="Une phrase",
    description="Un texte",
    contact="ess@dep.test",
    themes=("Vie quotidienne",),
    envelope=Decimal(100_000),
    left=Decimal(100_000),
    envelope_year=2027,
    amount_max=Decimal(15_000),
    instalments=({"kind": "single", "percent": 100},),
    opens_at=NOW,
    closes_at=clock(2027, 2, 5, 23, 59),
    nature={"initiated": True, "defined": True, "service": False},
    legal_basis="Solidarité",
    state_aid="none",
    deliberation_ref="CP-1",
    deliberation_on=date(2026, 10, 1),
    criteria=(Scale("Besoin", Decimal(100), 4, ANCHORS),),
    rules=1,
    examples=1,
    forms=(FormState("dossier"),),
    reviews_wanted=2,
    authorities=1,
    secretaries=1,
)


@pytest.fixture(params=["UTC", "America/New_York", "Pacific/Auckland"])
def elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The clock of the server is set to another zone, and Django's too."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    with timezone.override(request.param):
        yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ((2027, 2, 6, 23, 59), datetime(2027, 2, 6, 22, 59, tzinfo=UTC)),
        ((2027, 7, 6, 23, 59), datetime(2027, 7, 6, 21, 59, tzinfo=UTC)),
        # The night of March: one second before the jump, and the first instant after.
        ((2027, 3, 28, 1, 59, 59), datetime(2027, 3, 28, 0, 59, 59, tzinfo=UTC)),
        ((2027, 3, 28, 3, 0), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        # In October 2 h 30 comes twice: the second, so that nobody loses an hour.
        ((2027, 10, 31, 2, 30), datetime(2027, 10, 31, 1, 30, tzinfo=UTC)),
    ],
)
def test_an_instant_is_typed_on_a_clock_of_paris(
    typed: tuple[int, ...], instant: datetime, elsewhere: None
) -> None:
    assert clock(*typed) == instant


def test_an_hour_that_never_comes_is_refused() -> None:
    with pytest.raises(NoSuchMomentError) as refused:
        clock(2027, 3, 28, 2, 30)
    assert (
        str(refused.value)
        == "Le dimanche 28 mars 2027, cette heure n'existe pas : à 2 heures il est 3 heures."
    )


def test_an_instant_is_told_with_its_zone(elsewhere: None) -> None:
    closes = datetime(2027, 2, 6, 22, 59, tzinfo=UTC)
    assert moment_words(closes) == "samedi 6 février 2027 à 23 h 59 (heure de Paris)"
    noon = datetime(2027, 6, 1, 10, 0, tzinfo=UTC)
    assert moment_words(noon) == "mardi 1er juin 2027 à 12 h (heure de Paris)"


@pytest.mark.parametrize(
    ("moment", "after"),
    [
        (datetime(2027, 2, 6, 22, 59, tzinfo=UTC), datetime(2028, 2, 6, 22, 59, tzinfo=UTC)),
        # In summer time one year, in winter time the next: the clock says the same hour.
        (datetime(2026, 3, 29, 10, 0, tzinfo=UTC), datetime(2027, 3, 29, 10, 0, tzinfo=UTC)),
        (datetime(2026, 10, 30, 11, 0, tzinfo=UTC), datetime(2027, 10, 30, 10, 0, tzinfo=UTC)),
        (datetime(2028, 2, 29, 11, 0, tzinfo=UTC), datetime(2029, 2, 28, 11, 0, tzinfo=UTC)),
        # 2 h 30 on 28 March 2027 does not exist: an hour later.
        (datetime(2026, 3, 28, 1, 30, tzinfo=UTC), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_year_later_is_the_same_hour_of_the_clock(moment: datetime, after: datetime) -> None:
    assert year_later(moment) == after


@pytest.mark.parametrize(
    "closes",
    [
        (2027, 3, 28, 3, 0),
        (2027, 10, 31, 2, 59, 59),
        (2027, 2, 6, 23, 59),
    ],
)
def test_the_last_second_counts_and_the_instant_does_not(
    closes: tuple[int, ...], elsewhere: None
) -> None:
    instant, across = clock(*closes), timedelta(seconds=1)
    edition = Edition(status="open", opens_at=instant - timedelta(days=9), closes_at=instant)
    window = window_of(edition)
    assert [window.is_open(instant + one) for one in (-across, timedelta(0), across)] == [
        True,
        False,
        False,
    ]
    edition.grace_minutes = 15
    window = window_of(edition)
    end = instant + timedelta(minutes=15)
    assert [window.is_open(one) for one in (instant, end - across, end)] == [True, True, False]


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(days=12, hours=3), "12 jours"),
        (timedelta(days=1, hours=6), "30 heures"),
        (timedelta(minutes=61), "61 minutes"),
        (timedelta(seconds=30), "une minute au plus"),
        (timedelta(days=-2), "une minute au plus"),
    ],
)
def test_what_is_left_in_words(before: timedelta, words: str) -> None:
    assert left_words(NOW + before, NOW) == words


def codes(prepared: Prepared) -> list[tuple[str, bool]]:
    return [(one.code, one.blocking) for one in checks.remarks(prepared, NOW)]


def changed(**fields: Any) -> Prepared:
    return replace(READY, **fields)


def test_a_call_that_is_ready_has_no_remark() -> None:
    assert codes(READY) == []


def test_an_empty_call_says_all_that_is_missing() -> None:
    assert codes(Prepared(forms=(FormState("dossier", exists=False),))) == [
        ("summary", True),
        ("description", True),
        ("contact", True),
        ("themes", False),
        ("envelope", True),
        ("cap", True),
        ("instalments", True),
        ("opens", True),
        ("closes", True),
        ("nature", True),
        ("legal_basis", True),
        ("state_aid", True),
        ("deliberation", False),
        ("reviews", False),
        ("rules", True),
        ("criteria", True),
        ("form", True),
        ("authority", False),
        ("secretary", False),
    ]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"left": Decimal("14999.99")}, [("envelope_small", True)]),
        ({"left": Decimal("15000.00")}, []),
        ({"amount_min": Decimal(20_000)}, [("minimum", True)]),
        ({"envelope_year": 2026}, [("envelope_year", False)]),
        ({"instalments": ({"percent": 70}, {"percent": 29})}, [("instalments", True)]),
        ({"instalments": ({"percent": 70}, {"percent": 30})}, [("commitments", False)]),
        ({"instalments": ({"percent": 33.3}, {"percent": 66.7})}, [("commitments", False)]),
        ({"closes_at": NOW}, [("past", True), ("order", True)]),
        ({"closes_at": NOW + timedelta(days=12)}, [("short", False)]),
        ({"closes_at": clock(2027, 2, 5)}, [("midnight", False)]),
        ({"closes_at": clock(2027, 2, 6, 23, 59)}, [("weekend", False)]),
        ({"two_stages": True}, [("full", True)]),
        ({"two_stages": True, "full_closes_at": NOW}, [("full_order", True)]),
        ({"nature": {"initiated": True, "defined": True}}, [("nature", True)]),
        ({"nature": {"initiated": True, "defined": True, "service": True}}, [("purchase", True)]),
        ({"nature": {"initiated": False, "defined": True, "service": False}}, [("purchase", True)]),
        ({"nature": {}, "is_grant": False}, []),
        ({"state_aid": "de_minimis"}, [("ceiling", True)]),
        ({"deliberation_on": None}, [("deliberation_on", False)]),
        ({"is_department": True, "takes_companies": True}, [("department", False)]),
        ({"is_department": True}, []),
        ({"quorum": 4, "jurors": 3}, [("quorum", True)]),
        ({"quorum": 4, "jurors": 0}, []),
        ({"minima": ({"count": 3}, {"count": 2}), "awards_max": 4}, [("minima", True)]),
        ({"examples": 0}, [("examples", False)]),
        ({"wrong_examples": ("Faux.",)}, [("example", True)]),
        ({"criteria": (Scale("A", Decimal("99.9"), 4, ANCHORS),)}, [("weights", True)]),
        (
            {
                "criteria": (
                    Scale("A", Decimal(100), 4, ANCHORS),
                    Scale("B", Decimal(50), 4, ANCHORS, independent=True),
                )
            },
            [],
        ),
        ({"criteria": (Scale("A", Decimal(100), 4, ANCHORS[:4]),)}, [("anchors", True)]),
        ({"criteria": (Scale("A", Decimal(100), 4, (*ANCHORS[:4], " ")),)}, [("anchors", True)]),
        ({"criteria": (Scale("A", Decimal(100), 4, ANCHORS, floor=5),)}, [("floor", True)]),
        ({"forms": (FormState("dossier", problems=("Vide.",)),)}, [("form_wrong", True)]),
    ],
)
def test_each_check(fields: dict[str, Any], found: list[tuple[str, bool]]) -> None:
    assert codes(changed(**fields)) == found


def test_sentences_carry_their_figures() -> None:
    prepared = changed(left=Decimal(9000), instalments=({"percent": 70}, {"percent": 30}))
    money = [one.text.replace("\N{NO-BREAK SPACE}", " ") for one in checks.remarks(prepared, NOW)]
    assert money == [
        "Il reste 9 000 € dans l'enveloppe, moins que le plafond d'un seul projet (15 000 €).",
        (
            "Après le premier versement, 30 % de l'aide (30 000 € au plus) sera payé plus tard, souvent en 2028 : prévoyez "
            "ces crédits de paiement."
        ),
    ]


def test_the_ready_made_call_stands_by_itself() -> None:
    definition = cerfa_form(profile.EDITION["themes"], profile.CAP)
    assert check_definition(definition, to_publish=True) == []
    form = form_of(definition)
    assert {one.cerfa for one in form.fields} >= {1, 2, 3, 4, 5, 6, 7}
    assert sum(one["weight"] for one in profile.CRITERIA) == 100
    assert {len(one["anchors"]) for one in profile.CRITERIA} == {5}
    assert sum(one["percent"] for one in profile.EDITION["instalments"]) == 100
    codes_of_rules = {one["code"] for one in profile.RULES}
    for example in profile.EXAMPLES:
        assert set(example["expected"]) <= codes_of_rules


def test_themes_and_cap_go_into_the_form_and_the_data_stay_whole() -> None:
    form = form_of(cerfa_form([{"code": "climat", "label": "Climat"}], "9000.00"))
    assert form.meaning("theme").choices == (("climat", "Climat"),)
    assert form.meaning("requested").maximum == "9000.00"
    again = form_of(cerfa_form(profile.EDITION["themes"], profile.CAP))
    assert again.meaning("theme").choices == (("quotidien", "Vie quotidienne"),)
    assert again.meaning("requested").maximum == "15000.00"


def edition(**fields: Any) -> Edition:
    known: dict[str, Any] = {
        "pk": 7,
        "title": "Progr'ESS 2027",
        "status": "open",
        "version": 3,
        "opens_at": clock(2026, 12, 1, 9),
        "closes_at": clock(2027, 2, 6, 23, 59),
        "meetings": [{"on": "2026-12-10T17:00:00+00:00", "label": "Réunion, Nanterre"}],
        "key_dates": [{"on": "2027-04-15", "label": "Jury"}, {"on": "bientôt", "label": "?"}],
    }
    return Edition(**known | fields)


def test_dates_are_told_in_order_without_those_that_are_none() -> None:
    assert [(one.label, one.words) for one in dates_of(edition())] == [
        ("Ouverture des candidatures", "mardi 1er décembre 2026 à 9 h (heure de Paris)"),
        ("Réunion, Nanterre", "jeudi 10 décembre 2026 à 18 h (heure de Paris)"),
        ("Clôture des candidatures", "samedi 6 février 2027 à 23 h 59 (heure de Paris)"),
        ("Jury", "jeudi 15 avril 2027"),
    ]


def test_the_calendar_file_keeps_instants_and_follows_changes() -> None:
    def events(**fields: Any) -> dict[str, Any]:
        raw = calendar_of(edition(**fields), url="https://ess.test/92/appels/x/", now=NOW)
        return {str(one["uid"]): one for one in Calendar.from_ical(raw).walk("VEVENT")}

    found = events()
    assert list(found) == [
        "appel-7-opens@ess.test",
        "appel-7-meetings-0@ess.test",
        "appel-7-closes@ess.test",
        "appel-7-key_dates-0@ess.test",
    ]
    closing = found["appel-7-closes@ess.test"]
    assert closing["dtend"].dt == datetime(2027, 2, 6, 22, 59, tzinfo=UTC)
    assert found["appel-7-key_dates-0@ess.test"]["dtstart"].dt == date(2027, 4, 15)
    assert len(closing.walk("VALARM")) == 1
    later = events(version=4, closes_at=clock(2027, 2, 12, 23, 59))
    moved = later["appel-7-closes@ess.test"]
    assert (moved["sequence"], moved["dtend"].dt.day) == (4, 12)
    dropped = events(status="cancelled")["appel-7-closes@ess.test"]
    assert (str(dropped["status"]), dropped.walk("VALARM")) == ("CANCELLED", [])


def test_what_happens_at_the_closing_is_said_to_the_minute() -> None:
    lines = at_the_closing(
        edition(grace_minutes=15, is_sealed=True, closing_message="Merci."), drafts=2, deposited=1
    )
    assert lines[1].startswith("Samedi 6 février 2027 à 23 h 59 (heure de Paris) : l'appel ferme.")
    assert "avant 0 h 14 est accepté" in lines[2]
    assert lines[3].startswith("2 brouillons à ce jour : plus modifiables ni déposables")
    assert lines[4] == "1 dossier déposé à ce jour, figé dans la dernière version déposée."
    assert lines[5].startswith("Les plis restent fermés")
    assert lines[6] == "La page publique dit : « Merci. »"
    assert at_the_closing(edition(closes_at=None), drafts=0, deposited=0) == []
