"""The editor of opening hours: plain fields in, OSM syntax out, and clear refusals."""

import pytest

from maillage.portal.forms.hours import HoursForm
from maillage.structures.models import Establishment

pytestmark = pytest.mark.one_engine

NINE = {"d0_1_from": "09:00", "d0_1_to": "12:00"}


def form(typed: dict[str, str] | None = None, stored: str = "") -> HoursForm:
    return HoursForm(typed, place=Establishment(opening_hours=stored))


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ({}, ""),
        (NINE, "Mo 09:00-12:00"),
        (NINE | {"d0_2_from": "14:00", "d0_2_to": "18:00"}, "Mo 09:00-12:00,14:00-18:00"),
        # Ranges are put in order, and days that say the same are gathered.
        ({"d0_1_from": "14:00", "d0_1_to": "18:00", "d0_3_from": "09:00", "d0_3_to": "12:00"}, "Mo 09:00-12:00,14:00-18:00"),
        (NINE | {"d1_1_from": "9:00", "d1_1_to": "12:00"}, "Mo-Tu 09:00-12:00"),
        ({"d6_1_from": "20:00", "d6_1_to": "00:00"}, "Su 20:00-24:00"),
        ({"d4_1_from": "22:00", "d4_1_to": "02:00"}, "Fr 22:00-02:00"),
        ({"d2_appointment": "on"}, 'We "sur rendez-vous"'),
        (NINE | {"holidays": "on"}, "Mo 09:00-12:00; PH off"),
        (NINE | {"c1_from_day": "1", "c1_from_month": "8", "c1_to_day": "21", "c1_to_month": "8"}, "Mo 09:00-12:00; Aug 01-Aug 21 off"),
        (NINE | {"note": "Été : 8 h"}, 'Mo 09:00-12:00 || "Été : 8 h"'),
        (NINE | {"advanced": "  Mo-Fr\n 10:00-12:00 "}, "Mo-Fr 10:00-12:00"),
    ],
)  # fmt: skip
def test_what_is_typed_becomes_the_syntax_and_comes_back(typed, written):
    filled = form(typed)
    assert filled.is_valid(), filled.errors
    assert filled.cleaned_data["opening_hours"] == written
    again = form(stored=written)
    kept = {name: str(value) for name, value in again.initial.items() if value and name != "seen"}
    flags = {name: "on" for name, value in again.initial.items() if value is True}
    assert form(kept | flags).is_valid()
    second = form(kept | flags)
    second.is_valid()
    assert second.cleaned_data["opening_hours"] == written


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"d0_1_from": "09:00"}, "d0_1_to", "un début et une fin"),
        ({"d0_1_to": "09:00"}, "d0_1_from", "un début et une fin"),
        ({"d0_1_from": "neuf", "d0_1_to": "12:00"}, "d0_1_from", "Une heure s'écrit"),
        ({"d0_1_from": "09:00", "d0_1_to": "09:00"}, "d0_1_to", "la même heure"),
        (NINE | {"d0_2_from": "11:00", "d0_2_to": "13:00"}, "d0_2_from", "recouvre"),
        (NINE | {"c1_from_day": "31", "c1_from_month": "2", "c1_to_day": "1", "c1_to_month": "3"}, "c1_from_day", "qui existent"),
        (NINE | {"c1_from_day": "3"}, "c1_from_day", "qui existent"),
        (NINE | {"advanced": "lundi matin"}, "advanced", "syntaxe d'OpenStreetMap"),
        (NINE | {"note": "x" * 151}, "note", "150"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(typed, field, said):
    refused = form(typed)
    assert not refused.is_valid()
    assert said in " ".join(refused.errors[field])
    assert refused[field].value() == typed.get(field)


def test_hours_that_are_no_week_are_offered_in_the_syntax_alone():
    unusual = form(stored="Mo[-1] 10:00-12:00")
    assert not unusual.is_week
    assert unusual.initial["advanced"] == "Mo[-1] 10:00-12:00"
    assert form(stored="Mo 10:00-12:00").initial["advanced"] == ""


def test_the_same_week_written_otherwise_is_left_as_it_was():
    """« 9:00 » and « 09:00 » say the same: nothing is changed for that."""
    same = form(NINE | {"seen": '{"opening_hours": "Mo 9:00-12:00"}'}, stored="Mo 9:00-12:00")
    assert same.is_valid()
    assert same.changes() == {}


def test_a_page_reads_seven_days_of_three_ranges_and_two_closures():
    blank = form()
    days = list(blank.days())
    assert [name for name, _, _ in days][0::6] == ["lundi", "dimanche"]
    assert {len(ranges) for _, ranges, _ in days} == {3}
    assert len(blank.closures()) == 2
