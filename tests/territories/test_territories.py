"""A territory said in a few characters."""

import pytest

from maillage.territories.queries import find_territory, territory_members

pytestmark = pytest.mark.django_db

EST_ENSEMBLE = {
    *("93006", "93008", "93010", "93045", "93048", "93053", "93055", "93061", "93063"),
}


def test_a_grouping_by_its_siren():
    territory = find_territory("200057875")
    assert territory is not None
    assert (territory.name, territory.siren) == ("Est Ensemble", "200057875")
    assert territory.codes == EST_ENSEMBLE


@pytest.mark.parametrize(
    ("text", "name", "siren", "count"),
    [
        ("92", "Hauts-de-Seine", "", 36),
        ("75", "Paris", "", 20),
        ("2a", "Corse-du-Sud", "", 124),
        ("974", "La Réunion", "", 24),
        ("region:11", "Île-de-France", "", 1_285),
        ("Region:93", "Provence-Alpes-Côte d'Azur", "", 961),
        ("departement:93", "Seine-Saint-Denis", "", 39),
        ("75120", "Paris 20e Arrondissement", "", 1),
        ("75056", "Paris", "217500016", 20),
        ("217500016", "Paris", "217500016", 20),
        ("siren:219300480", "Montreuil", "219300480", 1),
        ("93059", "Saint-Denis", "929939411", 1),
        ("93048,93055", "2 communes", "", 2),
        ("93048 ; 93055 93048", "2 communes", "", 2),
        ("93048,93100", "Montreuil", "219300480", 1),
        ("75020", "Code postal 75020", "", 1),
        ("postal:93100", "Code postal 93100", "", 1),
    ],
)
def test_what_a_text_designates(text, name, siren, count):
    territory = find_territory(text)
    assert territory is not None
    assert (territory.name, territory.siren, len(territory.codes)) == (name, siren, count)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " , ",
        "99999",
        "11a",
        "000000000",
        "93048,99999",
        "region:99",
        "planète:3",
        "commune:93",
        "93 048 0",
    ],
)
def test_what_designates_nothing(text):
    assert find_territory(text) is None
    assert territory_members(text) == frozenset()


def test_the_postal_code_of_the_twentieth_is_the_twentieth():
    assert territory_members("75020") == {"75120"}


def test_the_metropolis_holds_paris():
    assert territory_members("200054781") > territory_members("75")
