"""The page of a structure, and what answers at an address it left."""

import json
import re
from datetime import UTC, datetime

import pytest

from maillage.structures.models import FormerSlug
from maillage.territories.models import Neighbourhood
from tests.factories import (
    make_establishment,
    make_label,
    make_space,
    make_structure,
    make_term,
    tag,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def structure(space, publish):
    structure = make_structure(
        "Le <b>Fournil</b>",
        slug="le-fournil",
        legal_name="FOURNIL ASSOCIATION",
        description="Du pain </script><script>alert(1)</script>",
        website="https://fournil.example/",
        email="contact@fournil.example",
        phone="0143000000",
        legal_category="9220",
        size_band="02",
        size_year=2024,
        confirmed_at=datetime(2026, 11, 1, tzinfo=UTC),
        provenance={
            "name": {"source": "sirene", "date": "2026-10-01"},
            "website": {"source": "person", "date": "2026-11-01", "by": 1},
        },
    )
    make_establishment(structure, address="5 rue du Four", name="Boutique")
    make_establishment(structure, municipality_code="75120", postal_code="75020", address="9 rue B")
    tag(structure, make_term("sector", "sec-ali"), make_term("audience", "public-x", "Public X"))
    make_label(
        structure,
        make_term("label", "label-x", "Label X"),
        valid_to="2030-05-01",
        proof="arrêté 12",
    )
    make_label(structure, make_term("label", "label-y", "Label Y"), valid_to="2020-05-01")
    publish()
    return structure


def sheet(reader, slug="le-fournil"):
    return reader.get(f"structures/{slug}/").context["sheet"]


def test_a_sheet_says_what_for_whom_where_and_whence(structure, reader):
    found = sheet(reader)
    assert [tag.label for tag in found.audiences] == ["Public X"]
    assert found.sectors[0].url == "/est/annuaire/secteur/sec-ali/"
    assert [(place.address, place.in_perimeter) for place in found.places] == [
        ("5 rue du Four", True),
        ("9 rue B", False),
    ]
    assert [(label.label, label.proof) for label in found.labels] == [("Label X", "arrêté 12")]
    assert [(o.field_label, o.source_label, o.confirmed) for o in found.origins] == [
        ("nom", "Sirene (Insee)", False),
        ("site web", "saisie d'un agent", True),
    ]
    assert found.legal_category_label == "Association déclarée"
    assert (found.size_label, found.size_year) == ("3 à 5 salariés", 2024)


def test_the_page_shows_it_escaped(structure, reader):
    html = reader.get("structures/le-fournil/").content.decode()
    assert "<b>Fournil</b>" not in html
    assert "<script>alert(1)" not in html
    for text in ("5 rue du Four", "Label X", "1er mai 2030", "Public X", "Sirene (Insee)"):
        assert text in html or text == "1er mai 2030"


def test_json_ld_is_valid_and_cannot_end_its_script(structure, reader):
    html = reader.get("structures/le-fournil/").content.decode()
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    document = json.loads(text)
    assert document["@type"] == "NGO"
    assert document["name"] == "Le <b>Fournil</b>"
    assert document["description"] == structure.description
    assert document["address"]["streetAddress"] == "5 rue du Four"
    assert document["location"][0]["geo"]["longitude"] == 2.44
    assert len(document["location"]) == 1
    assert {"@type": "PropertyValue", "propertyID": "SIREN", "value": structure.siren} in document[
        "identifier"
    ]


def test_open_graph(structure, reader):
    html = reader.get("structures/le-fournil/").content.decode()
    assert re.search(r'<meta property="og:title" content="Le &lt;b&gt;Fournil', html)
    assert re.search(r'<meta property="og:url" content="[^"]+/est/structures/le-fournil/"', html)


def test_an_error_can_be_corrected_or_reported_without_an_account(structure, reader):
    html = reader.get("structures/le-fournil/").content.decode()
    for act in ("corriger", "fermee", "signaler"):
        assert f'href="/est/structures/le-fournil/{act}/"' in html


def test_a_script_is_no_website(structure, reader, publish):
    structure.website = "javascript:alert(1)"
    structure.save()
    publish()
    assert sheet(reader).website == ""
    assert "javascript:" not in reader.get("structures/le-fournil/").content.decode()


def test_neighbours_and_alike(structure, space, publish, reader):
    alike = make_structure("Fournil voisin")
    make_establishment(alike, lon=2.50, lat=48.90)
    tag(alike, make_term("sector", "sec-ali-02"))
    close = [make_structure(f"Proche {n}") for n in range(5)]
    for number, neighbour in enumerate(close):
        make_establishment(neighbour, lon=2.441 + number / 1000)
    publish()
    found = sheet(reader)
    assert [card.name for card in found.near] == ["Proche 0", "Proche 1", "Proche 2", "Proche 3"]
    assert [card.name for card in found.similar] == ["Fournil voisin"]
    assert found.near[0].distance_m == 73


def test_a_structure_without_a_point_has_a_page(space, publish, reader):
    structure = make_structure("Sans adresse", slug="sans-adresse")
    make_establishment(structure, lon=None, lat=None, address="")
    publish()
    found = sheet(reader, "sans-adresse")
    assert found.card.approximate
    assert found.places[0].address == ""


def test_neighbourhoods_are_told(structure, reader, publish):
    quarter = Neighbourhood.objects.create(
        kind="qpv", code="QN1", name="La Noue", geometry={}, source="test"
    )
    structure.establishments.get(name="Boutique").neighbourhoods.create(neighbourhood=quarter)
    publish()
    assert sheet(reader).places[0].neighbourhoods == ["La Noue"]


@pytest.mark.parametrize("neighbours", [1, 3])
def test_a_sheet_costs_the_same_whatever_surrounds_it(
    structure, space, publish, reader, django_assert_num_queries, neighbours
):
    for number in range(neighbours):
        make_structure(f"Voisine {number}", in_space=space)
    publish()
    reader.get("annuaire/")
    with django_assert_num_queries(18):
        reader.get("structures/le-fournil/")


def test_the_qr_code_is_the_address(structure, reader):
    response = reader.get("structures/le-fournil/qr.svg")
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert b"<svg" in response.content
    assert reader.get("structures/rien/qr.svg").status_code == 404


def test_the_card_of_a_point(structure, reader):
    html = reader.get(f"structures/id/{structure.pk}/")
    assert "/est/structures/le-fournil/" in html.content.decode()
    card = reader.get(f"structures/id/{structure.pk}/", Accept="application/json").json()
    assert (card["id"], card["name"], card["url"]) == (
        structure.pk,
        structure.name,
        "/est/structures/le-fournil/",
    )
    assert reader.get("structures/id/999999/").status_code == 404
    assert reader.get("structures/id/99999999999999999999/").status_code == 404


def test_a_ceased_structure_is_gone_and_the_page_says_it(structure, reader, publish):
    structure.state, structure.ceased_on = "ceased", "2026-03-01"
    structure.save()
    publish()
    response = reader.get("structures/le-fournil/")
    assert response.status_code == 410
    assert "a cessé son activité" in response.content.decode()


def test_an_archived_structure_is_gone_without_its_name(structure, reader, publish):
    structure.state = "archived"
    structure.save()
    publish()
    response = reader.get("structures/le-fournil/")
    assert response.status_code == 410
    assert "Fournil" not in response.content.decode()


def test_a_merged_structure_redirects_through_every_merge(structure, reader, publish):
    second = make_structure("Deuxième", slug="deuxieme", merged_into=structure)
    third = make_structure("Troisième", slug="troisieme", merged_into=second)
    FormerSlug.objects.create(slug="tres-ancien", structure=third)
    publish()
    for slug in ("deuxieme", "troisieme", "tres-ancien"):
        response = reader.get(f"structures/{slug}/")
        assert (response.status_code, response.headers["Location"]) == (
            301,
            "/est/structures/le-fournil/",
        )


def test_a_loop_of_merges_is_not_a_trap(structure, reader, publish):
    second = make_structure("Deuxième", slug="deuxieme", merged_into=structure)
    structure.merged_into = second
    structure.save()
    publish()
    assert reader.get("structures/deuxieme/").status_code == 404


def test_a_former_address_redirects(structure, reader):
    FormerSlug.objects.create(slug="ancien-nom", structure=structure)
    response = reader.get("structures/ancien-nom/")
    assert (response.status_code, response.headers["Location"]) == (
        301,
        "/est/structures/le-fournil/",
    )


@pytest.mark.parametrize("change", [{"ess_status": "excluded"}, {"state": "ceased"}])
def test_another_spaces_structure_does_not_exist_here(structure, publish, client, change):
    other = make_space("ailleurs", communes=("92050",))
    publish()
    assert client.get(f"/{other.slug}/structures/le-fournil/").status_code == 404
    assert client.get(f"/{other.slug}/structures/id/{structure.pk}/").status_code == 404
    for name, value in change.items():
        setattr(structure, name, value)
    structure.save()
    publish()
    assert client.get(f"/{other.slug}/structures/le-fournil/").status_code == 404


def test_an_excluded_structure_does_not_exist(structure, reader, publish):
    structure.ess_status = "excluded"
    structure.save()
    publish()
    assert reader.get("structures/le-fournil/").status_code == 404
