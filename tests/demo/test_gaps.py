"""People of the demonstration: invented, said to be so, and true to the population of each commune."""

from collections import defaultdict

import pytest

from maillage.demo.actions.gaps import CELLS, COUNTS, forget_people
from maillage.observatory.models import GapMeasure, MeasureState
from maillage.spaces.models import Space
from maillage.territories.models import Municipality, PopulationCell, PopulationCount

pytestmark = pytest.mark.django_db


def test_squares_hold_the_people_of_their_commune_and_say_they_are_invented(demo):
    held: dict[str, float] = defaultdict(float)
    for cell in PopulationCell.objects.all():
        held[cell.municipality_code] += cell.population
        assert cell.source == CELLS
        assert 0 < cell.groups["under_25"] < cell.population
    people = dict(Municipality.objects.filter(code__in=held).values_list("code", "population"))
    assert len(held) > 40
    for code, total in held.items():
        assert total == pytest.approx(people[code], rel=0.02), code
    assert set(PopulationCount.objects.values_list("source", flat=True)) == {COUNTS}


def test_every_space_is_measured_and_its_targets_are_counted(demo):
    assert MeasureState.objects.count() == Space.objects.count() == 4
    found = GapMeasure.objects.filter(snapshot=None)
    assert set(found.filter(need_code="creche").values_list("target", flat=True)) == {"under_3"}
    assert found.filter(probability__gte=0.8).exists()
    assert not found.filter(accessibility=None).exists()


def test_what_was_imported_stays_when_the_invented_is_forgotten(demo):
    PopulationCell.objects.create(
        code="insee", municipality_code="93048", lon=2.4, lat=48.8, population=3, year=2021, source="Insee"
    )  # fmt: skip
    forget_people()
    assert [cell.code for cell in PopulationCell.objects.all()] == ["insee"]
    assert not PopulationCount.objects.exists()
