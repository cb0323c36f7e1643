"""From what files say of a commune to its code."""

import pytest

from maillage.territories.lib.names import fold_name
from maillage.territories.models import Municipality
from maillage.territories.queries import (
    expand_whole,
    find_municipality,
    municipalities,
    names_by_code,
    resolve_code,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("93048", "93048"),
        ("93059", "93066"),  # Pierrefitte-sur-Seine joined Saint-Denis on 1 January 2025
        ("75056", "75056"),
        ("75120", "75120"),
        (" 2a004 ", "2A004"),
        ("93999", None),
        ("75020", None),
        ("", None),
    ],
)
def test_resolve_code(code, expected):
    assert resolve_code(code) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ST-OUEN S/ SEINE", "Saint-Ouen-sur-Seine"),
        ("LE PRE ST GERVAIS", "Le Pré-Saint-Gervais"),
        ("LILAS (LES)", "Les Lilas"),
        ("L’ÎLE-SAINT-DENIS", "L'Ile Saint Denis"),
        ("Montreuil CEDEX 01", "Montreuil"),
        ("PARIS 20", "Paris 20e Arrondissement"),
        ("Paris 01", "Paris 1er Arrondissement"),
        ("Lyon 3ème", "Lyon 3e Arrondissement"),
        ("Paris-20-Cedex 20", "Paris 20"),
        ("Paris XIème", "Paris 11e Arrondissement"),
        ("PARIS Ier", "Paris 1er Arrondissement"),
        ("Paris XIVe arrondissement", "Paris 14"),
        ("Paris XX", "Paris 20"),
        ("Lyon VIIIème", "Lyon 8"),
        ("Marseille IX", "Marseille 9e"),
        ("STE-GENEVIÈVE-DES-BOIS", "Sainte-Geneviève-des-Bois"),
        ("Plœren", "PLOEREN"),
    ],
)
def test_names_written_in_two_ways_fold_to_one(one, other):
    assert fold_name(one) == fold_name(other)


@pytest.mark.parametrize("name", ["", "   ", "CEDEX", "!!!"])
def test_a_name_that_says_nothing_folds_to_nothing(name):
    assert fold_name(name) == ""


def test_folding_keeps_the_communes_of_a_department_apart():
    """Inside a department no two communes may share a key, or their postal code alone would decide."""
    seen: dict[tuple[str, str], list[str]] = {}
    rows = Municipality.objects.values_list("code", "name", "department_code")
    for code, name, department in rows:
        seen.setdefault((department, fold_name(name)), []).append(code)
    twins = {key: codes for key, codes in seen.items() if len(codes) > 1}
    official = Municipality.objects.values_list("department_code", "name")
    names = [(department, name.lower()) for department, name in official]
    assert all(
        names.count((key[0], names_by_code()[codes[0]].lower())) > 1 for key, codes in twins.items()
    ), twins


@pytest.mark.parametrize(
    ("name", "postal_code", "expected"),
    [
        ("Montreuil", "93100", "93048"),
        ("MONTREUIL CEDEX", "93105", "93048"),  # a CEDEX code tells the department
        ("Montreuil", "", None),  # there are several in France
        ("Saint Denis", "93200", "93066"),
        ("Saint-Denis", "97400", "97411"),
        ("Pierrefitte-sur-Seine", "93380", "93066"),
        ("Paris 20e Arrondissement", "", "75120"),
        ("PARIS 20", "", "75120"),
        ("Paris", "75020", "75120"),
        ("Paris", "75116", "75116"),
        ("Paris Cedex 20", "75980", "75056"),
        ("Paris", "", "75056"),
        ("MARSEILLE", "13001", "13201"),
        ("Lyon 03", "69003", "69383"),
        ("", "75020", "75120"),
        ("Quartier de la Croix Rouge", "93450", "93039"),  # one commune has this postal code
        ("Quartier de la Croix Rouge", "01400", None),  # several have
        ("Pantin", "75019", None),  # name and postal code disagree
        ("Ajaccio", "20000", "2A004"),
        ("Les Lilas", "n/c", "93045"),
        ("", "", None),
    ],
)
def test_find_municipality(name, postal_code, expected):
    assert find_municipality(name, postal_code) == expected


def test_expand_whole_gives_what_perimeters_hold():
    assert expand_whole(["93059", "93048", "nowhere"]) == {"93066", "93048"}
    assert expand_whole(["75056"]) == {f"751{rank:02}" for rank in range(1, 21)}


def test_municipalities_are_in_use_and_in_order():
    rows = municipalities(["93055", "93059", "93048", "99999"])
    assert [(row.code, row.name) for row in rows] == [
        ("93048", "Montreuil"),
        ("93055", "Pantin"),
        ("93066", "Saint-Denis"),
    ]
    assert municipalities([]) == []


def test_names_cost_no_query_once_known(django_assert_num_queries):
    names_by_code()
    with django_assert_num_queries(0):
        assert names_by_code()["93048"] == "Montreuil"
        assert len(names_by_code()) == 35_014
        assert find_municipality("Pantin", "93500") == "93055"
        assert resolve_code("93059") == "93066"
