"""The catalogue of needs: what is shipped is sound, and a space replaces, hides and adds."""

import pytest

from maillage.observatory.lib.catalogue import shipped
from maillage.observatory.models import Need
from maillage.observatory.queries.needs import catalogue, need_of, needs_of
from maillage.structures.lib.reference import read_reference
from maillage.territories.models import PopulationGroup
from tests.factories import make_space

pytestmark = pytest.mark.django_db


def make_need(space, code: str, **fields) -> Need:
    fields = {"theme": "Solidarités", "label": code, "question": f"Où est {code} ?"} | fields
    return Need.objects.create(space=space, code=code, **fields)


@pytest.mark.one_engine
def test_shipped_needs_name_terms_and_activities_that_exist():
    reference = read_reference()
    terms = {row["code"] for row in reference.terms}
    for sheet in shipped():
        assert set(sheet.terms) <= terms, sheet.code
        assert sheet.terms or sheet.activities, sheet.code
        assert sheet.target in {"", *PopulationGroup.values}
        assert 100 <= sheet.reach <= 50_000
        assert sheet.question.endswith(" ?")
        Need(space=None, **_fields(sheet)).clean_fields(exclude=["space"])


def _fields(sheet):
    names = "code theme label question description target reach"
    values = {name: getattr(sheet, name) for name in names.split()}
    return values | {"terms": list(sheet.terms), "activities": list(sheet.activities)}


@pytest.mark.one_engine
def test_shipped_codes_are_unique_and_themes_stand_together():
    codes = [sheet.code for sheet in shipped()]
    assert len(codes) == len(set(codes)) >= 25
    themes = [sheet.theme for sheet in shipped()]
    assert themes == sorted(themes, key=list(dict.fromkeys(themes)).index)


def test_a_space_follows_what_is_shipped(django_assert_num_queries):
    space = make_space()
    with django_assert_num_queries(1):
        found = needs_of(space)
    assert found == shipped()


def test_a_row_with_a_shipped_code_takes_its_place_there_and_nowhere_else():
    space, other = make_space(), make_space()
    make_need(space, "creche", theme="Enfance et jeunesse", label="Nounous", terms=["sec-soc-01"])
    codes = [sheet.code for sheet in needs_of(space)]
    assert codes == [sheet.code for sheet in shipped()]
    mine = need_of(space, "creche")
    assert (mine.label, mine.is_own, mine.is_shipped) == ("Nounous", True, True)
    assert need_of(other, "creche").label == "Accueil des tout-petits"


def test_a_need_put_aside_is_not_followed_and_stays_in_the_catalogue():
    space = make_space()
    make_need(space, "sport", theme="Culture et sport", is_active=False)
    assert need_of(space, "sport") is None
    assert len(needs_of(space)) == len(shipped()) - 1
    assert [sheet.code for sheet in catalogue(space) if not sheet.is_active] == ["sport"]


def test_an_own_need_follows_those_of_its_theme():
    space = make_space()
    make_need(space, "bains-douches", theme="Solidarités")
    make_need(space, "ludotheque", theme="Jeux")
    codes = [sheet.code for sheet in needs_of(space)]
    assert codes[-1] == "ludotheque"
    assert codes[codes.index("lieu-de-quartier") + 1] == "bains-douches"
    assert need_of(space, "bains-douches").is_shipped is False
