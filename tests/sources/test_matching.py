"""Whose row is it: identifiers first, then names that a person would recognise, with reasons."""

import pytest

from maillage.sources.actions.matching import DOUBTFUL, SURE, Found, Matcher, fingerprint, identity
from maillage.sources.lib import address_key, name_key, name_similarity, website_key
from maillage.sources.models import Match
from maillage.structures.models import Structure
from tests.factories import make_establishment, make_space, make_structure
from tests.sources.pipeline import place, record

CODES = {"93048", "93055"}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Association La Recyclerie", "RECYCLERIE (LA)"),
        ("L'Épicerie des Lilas", "epicerie lilas"),
        ("SCOP Les Œuvriers", "Les oeuvriers"),
        ("Café  associatif — Le Pas Si Loin", "cafe associatif pas si loin"),
    ],
)
def test_name_key_forgets_what_registers_write_differently(left: str, right: str) -> None:
    assert name_similarity(name_key(left), name_key(right)) >= 0.99


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Crèche parentale Les Lutins", "Crèche parentale Les Loupiots"),
        ("Football club de Montreuil", "Rugby club de Montreuil"),
        ("Les Jardins de Bobigny", "Les Ateliers de Bondy"),
    ],
)
def test_different_structures_stay_under_the_sure_threshold(left: str, right: str) -> None:
    assert 0.8 * name_similarity(name_key(left), name_key(right)) + 0.14 < SURE


def test_a_name_made_of_articles_only_keeps_its_words() -> None:
    assert name_key("Les Unes et l'Un") == "unes"
    assert name_key("La Coop") == "la coop"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("12 AV. Jean-Jaurès", "12 avenue jean jaures"),
        ("12, avenue Jean Jaurès", "12 avenue jean jaures"),
        ("3bis BD St Michel", "3bis boulevard saint michel"),
        ("", ""),
    ],
)
def test_address_key(written: str, key: str) -> None:
    assert address_key(written) == key


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Exemple.org/", "exemple.org"),
        ("exemple.org/asso/", "exemple.org/asso"),
        ("http://exemple.org?x=1", "exemple.org"),
        ("", ""),
    ],
)
def test_website_key(url: str, key: str) -> None:
    assert website_key(url) == key


def test_identity_does_not_depend_on_how_the_name_is_written() -> None:
    assert identity(record("La Recyclerie")) == identity(record("RECYCLERIE"))
    assert identity(record("La Recyclerie", siren="732829320")) == "732829320"
    assert fingerprint(record("A"), 1) != fingerprint(record("A"), 2)


@pytest.fixture
def known(db: None) -> Structure:
    make_space()
    structure = make_structure(
        "Les Paniers du Canal", siren=None, rna="W931000001", website="https://paniers.example"
    )
    make_establishment(structure, municipality_code="93048", address="4 rue du Canal")
    return structure


def find(**said: object) -> Found:
    return Matcher(CODES).find(record(**said))


def test_identifiers_are_sure_whatever_the_name(known: Structure) -> None:
    other = make_structure("Autre", siren="732829320")
    assert find(name="Nom tout autre", siren="732829320").structure_id == other.pk
    assert find(name="Nom tout autre", rna="W931000001").structure_id == known.pk


def test_a_merged_siren_leads_to_the_page_that_was_kept(known: Structure) -> None:
    make_structure("Doublon", siren="732829320", merged_into=known, state="archived")
    assert find(name="Doublon", siren="732829320").structure_id == known.pk


def test_same_name_and_address_is_sure(known: Structure) -> None:
    assert (
        find(name="PANIERS DU CANAL", places=(place(address="4 R. du Canal"),)).structure_id
        == known.pk
    )


def test_same_name_elsewhere_in_the_commune_is_a_doubt_with_reasons(known: Structure) -> None:
    doubt = find(name="Les Paniers du Canal", places=(place(address="80 rue de Paris"),)).doubt
    assert doubt.structure_id == known.pk
    assert DOUBTFUL <= doubt.score < SURE
    assert doubt.reasons == ("nom ressemblant à 100 %", "même commune", "adresse différente")


def test_the_same_website_settles_it(known: Structure) -> None:
    said = {"website": "http://www.paniers.example/"}
    found = find(name="Paniers du canal", places=(place(address="80 rue de Paris"),), fields=said)
    assert found.doubt is None or found.doubt.score > 0.85
    assert found.structure_id == known.pk or "même site web" in found.doubt.reasons


def test_another_commune_is_another_structure(known: Structure) -> None:
    assert find(name="Les Paniers du Canal", places=(place(code="93055"),)) == Found()


def test_two_sirens_are_two_legal_persons_whatever_their_names(known: Structure) -> None:
    Structure.objects.filter(pk=known.pk).update(siren="552100554")
    row = {"name": "Les Paniers du Canal", "places": (place(address="4 rue du Canal"),)}
    assert find(siren="732829320", **row) == Found()


def test_a_person_said_different_and_is_believed(known: Structure) -> None:
    row = record("Les Paniers du Canal", places=(place(address="4 rue du Canal"),))
    Match.objects.create(
        fingerprint=fingerprint(row, known.pk), space=make_space(), structure=known, record={}, score=1,
        decision=Match.Decision.DIFFERENT,
    )  # fmt: skip
    assert Matcher(CODES).find(row) == Found()
