"""What columns say, guessed from their names and their content."""

import pytest

from maillage.sources.connectors.table.fields import BY_KEY, FIELDS
from maillage.sources.connectors.table.proposal import folded, header_key, propose

SIRETS = ["73282932000074", "35600000000048", "2,43E+13"]


def proposed(**columns):
    """Proposal for columns given as `header=[values]` (underscores stand in headers)."""
    height = max(map(len, columns.values()))
    sample = [
        {header: values[at] if at < len(values) else "" for header, values in columns.items()}
        for at in range(height)
    ]
    return {header: key for header, key in propose(list(columns), sample).items() if key}


def test_aliases_are_folded_and_clear():
    for field in FIELDS:
        assert [folded(alias) for alias in field.aliases] == list(field.aliases)
        assert len(set(field.aliases)) == len(field.aliases)


def test_headers_fold():
    assert folded("nomBeneficiaire") == folded("NOM_BENEFICIAIRE") == folded(" Nom bénéficiaire ")


def test_order_of_columns_does_not_change_the_fingerprint():
    assert header_key(["Nom", "Ville"]) == header_key(["ville", "NOM"])
    assert header_key(["Nom"]) != header_key(["Nom", "Ville"])


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
def test_every_field_is_found_by_its_first_alias(field):
    if field.key in {"longitude", "latitude"}:
        pytest.skip("a pair: see below")
    mapping = proposed(**{field.aliases[0]: []}, autre=[])
    assert mapping == {field.aliases[0]: "name" if field.key == "legal_name" else field.key}


def test_grants_file_of_the_national_schema():
    mapping = proposed(
        nomAttribuant=["Ville"] * 3,
        idAttribuant=SIRETS,
        dateConvention=["2017-09-08"] * 3,
        idBeneficiaire=SIRETS,
        nomBeneficiaire=["A", "B", "C"],
        objet=["x"] * 3,
        montant=["100"] * 3,
    )
    assert mapping == {"idBeneficiaire": "siret", "nomBeneficiaire": "name"}


def test_coordinates_even_misspelt_only_as_a_pair():
    assert proposed(nom=["A"], lattitude=["48.85"], longitude=["2.35"]) == {
        "nom": "name",
        "lattitude": "latitude",
        "longitude": "longitude",
    }
    assert proposed(nom=["A"], lattitude=["48.85"], geo_point_2d=["48.85, 2.35"]) == {
        "nom": "name",
        "geo_point_2d": "geo_point",
    }


def test_content_refuses_a_name():
    assert proposed(nom=["A"], site=["Rue haute", "Cour"], x=["12", "13"], y=["1", "2"]) == {
        "nom": "name",
        "site": "place_name",
    }
    assert proposed(nom=["A"], tel=["oui", "non"], siret=["oui", "non"]) == {"nom": "name"}


def test_content_tells_what_the_name_hides():
    mapping = proposed(
        colonne_1=["A", "B", "C"], colonne_2=["73282932000074"] * 3, c3=["a@b.fr"] * 3
    )
    assert mapping == {"colonne_2": "siret", "c3": "email"}


def test_a_field_is_given_once_unless_it_joins():
    mapping = proposed(
        nom=["A"], structure=["B"], adresse_1=["1"], adresse_2=["2"], telephone_fixe=["0123456789"]
    )
    assert mapping == {
        "nom": "name",
        "adresse_1": "address",
        "adresse_2": "address",
        "telephone_fixe": "phone",
    }


def test_headers_that_speak_of_others_are_left():
    assert proposed(nom_contact=["Zoé"], prenom=["Zoé"], id=["1"], uid=["1"]) == {}
    assert "first_name" not in BY_KEY
