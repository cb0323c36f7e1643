"""What a search may find of a structure, and what it must not."""

import pytest
from django.core.management import call_command

from maillage.core import journal
from maillage.core.search import search
from maillage.structures.actions.indexing import KIND, reindex
from maillage.territories.models import Neighbourhood
from tests.factories import (
    make_establishment,
    make_label,
    make_siren,
    make_structure,
    make_term,
    tag,
)

pytestmark = pytest.mark.django_db


def found(query):
    return search(KIND, query).ids


@pytest.fixture
def structure():
    structure = make_structure(
        "Les Mains Vertes",
        acronym="LMV",
        description="Compostage collectif de quartier.",
        rna="W931234567",
        legal_category="9220",
        activity_nomenclature="NAFRev2",
        activity_code="94.99Z",
    )
    make_establishment(structure, name="La Serre", address="7 rue des Lilas blancs")
    tag(structure, make_term("sector", "sec-ree-06"))
    make_label(structure, make_term("label", "agrement-x", "Agrément imaginaire"))
    reindex([structure.id])
    return structure


@pytest.mark.parametrize(
    "query",
    [
        "mains vertes",
        "LMV",
        "compostage",
        "W931234567",
        "la serre",
        "7 rue des lilas blancs",
        "93100",
        "montreuil",
        "réemploi",
        "agrément imaginaire",
        "association déclarée",
        "mains vertes montreuil",
    ],
)
def test_a_structure_is_found_by_what_describes_it(structure, query):
    assert found(query) == [structure.id]


def test_a_structure_is_found_by_its_numbers(structure):
    siret = structure.establishments.get().siret
    assert found(structure.siren) == [structure.id]
    assert found(f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}") == [structure.id]


@pytest.mark.parametrize(
    ("of_structure", "of_place"),
    [({"disclosure": "P"}, {}), ({}, {"disclosure": "P"}), ({}, {"address_is_public": False})],
)
def test_an_address_kept_back_cannot_be_searched(of_structure, of_place):
    structure = make_structure("Discrète", **of_structure)
    place = make_establishment(structure, address="3 impasse Secrète", **of_place)
    quarter = Neighbourhood.objects.create(
        kind="qpv", code="QN1", name="Quartier Caché", geometry={}, source="test"
    )
    place.neighbourhoods.create(neighbourhood=quarter)
    reindex([structure.id])
    assert found("discrete") == found("montreuil") == [structure.id]
    assert found("secrete") == found("cache") == []


def test_a_neighbourhood_finds_its_structures(structure):
    quarter = Neighbourhood.objects.create(
        kind="qpv", code="QN1", name="Les Trois Tours", geometry={}, source="test"
    )
    structure.establishments.get().neighbourhoods.create(neighbourhood=quarter)
    reindex([structure.id])
    assert found("trois tours") == [structure.id]


def test_a_closed_place_is_forgotten(structure):
    structure.establishments.update(state="ceased")
    reindex([structure.id])
    assert (found("lilas blancs"), found("mains vertes")) == ([], [structure.id])


def test_a_merged_or_archived_structure_is_no_longer_found(structure):
    other = make_structure("Autre main verte")
    reindex([other.id])
    structure.merged_into = other
    structure.save()
    other.state = "archived"
    other.save()
    assert reindex([structure.id, other.id]) == 0
    assert found("main") == []


def test_the_command_builds_everything_again(structure, capsys):
    before = journal.now_at("structures")
    structure.name = "Nouveau nom"
    structure.save()
    make_structure("Deuxième", siren=make_siren())
    call_command("reindex")
    assert capsys.readouterr().out == "2 structures peuvent être trouvées par la recherche.\n"
    assert (found("nouveau"), found("mains")) == ([structure.id], [])
    assert journal.now_at("structures") > before


def test_the_number_of_queries_does_not_grow(django_assert_max_num_queries):
    structures = [make_structure(f"Atelier {number}") for number in range(1, 4)]
    for structure in structures:
        make_establishment(structure)
    ids = [structure.id for structure in structures]
    with django_assert_max_num_queries(21):
        reindex(ids[:1])
    with django_assert_max_num_queries(21):
        reindex(ids)
