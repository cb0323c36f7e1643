"""The shipped Code officiel géographique, against figures that INSEE publishes (population 2023)."""

import pytest

from maillage.territories.actions import LoadSummary, load_territories
from maillage.territories.models import Contour, FormerCode, Grouping, Municipality

pytestmark = pytest.mark.django_db

NOTHING = LoadSummary(municipalities=0, former_codes=0, groupings=0, memberships=0, contours=0)


def population(rows) -> int:
    return sum(rows.values_list("population", flat=True))


def counted_by_kind() -> dict[str, int]:
    kinds = list(Municipality.objects.values_list("kind", flat=True))
    return {kind: kinds.count(kind) for kind in set(kinds)}


def test_a_fresh_database_knows_every_commune():
    assert counted_by_kind() == {"commune": 34_966, "arrondissement": 45, "whole": 3}
    assert Municipality.objects.filter(region_code="11").count() == 1_286


def test_one_commune_is_told_whole():
    row = Municipality.objects.filter(code="93048").values().get()
    assert row == {
        "code": "93048",
        "name": "Montreuil",
        "kind": "commune",
        "department_code": "93",
        "region_code": "11",
        "parent_code": "",
        "siren": "219300480",
        "postal_codes": "93100",
        "population": 111_934,
        "lon": pytest.approx(2.448, abs=0.01),
        "lat": pytest.approx(48.862, abs=0.01),
    }


@pytest.mark.parametrize(
    ("kind", "code", "name", "members", "people"),
    [
        ("ept", "200057875", "Est Ensemble", 9, 447_969),
        ("ept", "200058097", "Paris Terres d'Envol", 8, 382_343),
        # 130 communes, Paris being held as its 20 arrondissements.
        ("epci", "200054781", "Métropole du Grand Paris", 149, 7_142_540),
        ("epci", "200046977", "Métropole de Lyon", 66, None),
    ],
)
def test_groupings_have_their_members(kind, code, name, members, people):
    grouping = Grouping.objects.get(kind=kind, code=code)
    assert (grouping.name, grouping.members.count()) == (name, members)
    if people:
        assert population(grouping.members) == people


def test_every_grouping_has_members_and_no_whole_commune_is_one():
    empty = Grouping.objects.filter(kind__in=["epci", "ept"], members__isnull=True)
    assert list(empty) == []
    assert list(Municipality.objects.filter(kind="whole", groupings__isnull=False)) == []


def test_departments_and_regions_are_told_by_the_communes():
    towns = Municipality.objects.filter(department_code="92")
    assert (towns.count(), population(towns)) == (36, 1_654_712)
    codes = set(Municipality.objects.values_list("department_code", flat=True))
    assert codes == set(Grouping.objects.filter(kind="department").values_list("code", flat=True))
    codes = set(Municipality.objects.values_list("region_code", flat=True))
    assert codes == set(Grouping.objects.filter(kind="region").values_list("code", flat=True))


@pytest.mark.parametrize(
    ("whole", "count"),
    [("75056", 20), ("13055", 16), ("69123", 9)],
    ids=["Paris", "Marseille", "Lyon"],
)
def test_arrondissements_add_up_to_their_commune(whole, count):
    parts = Municipality.objects.filter(parent_code=whole)
    assert (parts.count(), population(parts)) == (
        count,
        Municipality.objects.get(code=whole).population,
    )


def test_a_paris_arrondissement():
    twentieth = Municipality.objects.get(code="75120")
    assert (twentieth.name, twentieth.population) == ("Paris 20e Arrondissement", 185_140)
    assert twentieth.postal_codes == "75020"


def test_former_codes_lead_to_communes_in_use():
    assert FormerCode.objects.get(code="93059").municipality_id == "93066"
    assert FormerCode.objects.get(code="93059").name == "Pierrefitte-sur-Seine"
    in_use = Municipality.objects.values("code")
    assert FormerCode.objects.filter(code__in=in_use).count() == 0
    assert FormerCode.objects.exclude(municipality_id__in=in_use).count() == 0


def test_no_former_code_looks_like_a_paris_postal_code():
    """75020 was Châtillon until 1968: a postal code in a code column must not lead there."""
    assert FormerCode.objects.filter(code__startswith="75").count() == 0


def test_centres_are_known_but_for_these():
    without = set(Municipality.objects.filter(lon=None).values_list("code", flat=True))
    overseas = {code for code in without if code[:3] in ("975", "977", "978") or code[:2] == "98"}
    assert sorted(without - overseas) == [
        *("12218", "14581", "15031", "15035", "15047", "15171", "49126", "69114"),
    ]


def test_contours_cover_ile_de_france():
    region = Municipality.objects.filter(region_code="11").values_list("code", flat=True)
    assert set(Contour.objects.values_list("municipality_id", flat=True)) == set(region)


def test_loading_again_changes_nothing():
    assert load_territories() == NOTHING


def test_loading_mends_what_differs_and_removes_what_is_gone():
    Municipality.objects.filter(code="93048").update(name="Montreuil-sous-Bois", population=1)
    Municipality.objects.create(
        code="93999", name="Disparue", department_code="93", region_code="11"
    )
    FormerCode.objects.filter(code="93059").update(municipality_id="93048")
    old = Grouping.objects.create(kind="epci", code="000000000", name="Ancien EPCI")
    old.members.add("93048")
    Grouping.objects.get(code="200057875").members.remove("93055")
    Contour.objects.filter(municipality_id="93048").delete()
    # One changed, one deleted: both are rows written, as is the grouping that goes with its member.
    assert load_territories() == LoadSummary(
        municipalities=1, former_codes=1, groupings=1, memberships=1, contours=1
    )
    assert Municipality.objects.get(code="93048").name == "Montreuil"
    assert not Municipality.objects.filter(code="93999").exists()
    assert not Grouping.objects.filter(code="000000000").exists()
    assert FormerCode.objects.get(code="93059").municipality_id == "93066"
    assert Grouping.objects.get(code="200057875").members.count() == 9
    assert load_territories() == NOTHING


def test_a_contour_that_came_from_elsewhere_is_left_alone():
    square = {"type": "Polygon", "coordinates": [[[2, 48], [3, 48], [3, 49], [2, 48]]]}
    Contour.objects.filter(municipality_id="93048").update(geometry=square, source="Cadastre")
    Contour.objects.filter(municipality_id="93055").update(geometry=square)
    assert load_territories().contours == 1
    assert Contour.objects.get(municipality_id="93048").geometry == square
    assert Contour.objects.get(municipality_id="93055").geometry != square
