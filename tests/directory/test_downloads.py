"""Points, tables and feed: what they hold, and how they travel."""

import gzip
import io
import json
import zipfile
from xml.etree import ElementTree as ET

import brotli
import pytest

from maillage.core import journal
from maillage.structures.models import Structure
from tests.factories import (
    make_establishment,
    make_label,
    make_structure,
    make_term,
    tag,
)

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def structure(space, publish):
    structure = make_structure(
        '=La Fabrique; "du" coin',
        slug="la-fabrique",
        acronym="FC",
        description="Un lieu.\nDeux étages.",
        size_band="02",
        size_year=2024,
        legal_category="9220",
        provenance={"name": {"source": "sirene", "date": "2026-10-01"}},
    )
    make_establishment(structure, address="1 rue A", lon=2.4412345, lat=48.86)
    make_establishment(structure, address="2 rue B", lon=2.45, lat=48.87, municipality_code="93055")
    tag(structure, make_term("sector", "sec-ree"))
    make_label(structure, make_term("label", "label-x", "Label X"))
    publish()
    return structure


def test_points_are_compact_columns(structure, reader):
    feed = reader.get("annuaire/points.json").json()
    x, y = feed["origin"]
    assert (feed["count"], feed["rows"], feed["id"]) == (1, 2, [structure.pk, 0])
    assert [(x + dx, y + dy) for dx, dy in zip(feed["x"], feed["y"], strict=True)] == [
        (244123, 4886000),
        (245000, 4887000),
    ]
    rank = feed["sectors"].index("sec-ree")
    assert feed["sector"] == chr(65 + rank) * 2
    assert feed["approximate"] == []


def test_points_without_structures(space, publish, reader):
    publish()
    feed = reader.get("annuaire/points.json").json()
    assert (feed["count"], feed["rows"], feed["id"], feed["origin"]) == (0, 0, [], [0, 0])


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("*", "gzip"),
        ("", None),
        ("identity", None),
    ],
)
@pytest.mark.parametrize("query", ["", "?secteur=sec-ree"])
def test_points_are_compressed_as_the_reader_likes(structure, reader, accepted, encoding, query):
    plain = reader.get(f"annuaire/points.json{query}").json()
    response = reader.get(f"annuaire/points.json{query}", Accept_Encoding=accepted)
    assert response.headers.get("Content-Encoding") == encoding
    read = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert json.loads(read(response.content)) == plain
    assert "Accept-Encoding" in response.headers["Vary"]


@pytest.mark.parametrize("path", ["annuaire/points.json", "perimetre.geojson"])
def test_what_the_reader_already_has_is_not_sent_again(structure, reader, path):
    first = reader.get(path, Accept_Encoding="br")
    again = reader.get(path, Accept_Encoding="br", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = reader.get(path, Accept_Encoding="gzip", If_None_Match=first.headers["ETag"])
    assert other.status_code == 200
    assert first.headers["Cache-Control"].startswith("public, max-age=")


def test_a_change_changes_the_tag(structure, reader):
    before = reader.get("annuaire/points.json").headers["ETag"]
    journal.tick("structures")
    assert reader.get("annuaire/points.json").headers["ETag"] == before
    structure.establishments.update(lon=2.5)
    journal.tick("structures")
    assert reader.get("annuaire/points.json", If_None_Match=before).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_points_cost_the_same_whatever_they_hold(
    space, publish, reader, django_assert_num_queries, count
):
    for number in range(count):
        make_structure(f"Lieu {number}", in_space=space)
    publish()
    reader.get("annuaire/points.json")
    with django_assert_num_queries(2):
        assert reader.get("annuaire/points.json").json()["count"] == count


def test_a_csv_row(structure, reader):
    (row,) = reader.csv_rows()
    assert row["Nom"] == '\'=La Fabrique; "du" coin'
    assert row["SIRET"] == structure.establishments.order_by("id")[0].siret
    assert (row["Adresse"], row["Code postal"], row["Commune"]) == ("1 rue A", "93100", "Montreuil")
    assert (row["Longitude"], row["Latitude"]) == ("2.4412345", "48.86")
    assert row["Établissements sur le territoire"] == "2"
    assert row["Agréments et labels"] == "Label X"
    assert row["Effectif"] == "3 à 5 salariés"
    assert (row["Source"], row["Date de l'information"]) == ("Sirene (Insee)", "2026-10-01")
    assert row["Structure inventée"] == "non"
    assert row["Fiche"].endswith("/est/structures/la-fabrique/")


def test_a_geojson_feature(structure, reader):
    (feature,) = reader.geojson()
    assert feature["id"] == structure.pk
    assert feature["geometry"] == {"type": "Point", "coordinates": [2.44123, 48.86]}
    assert (
        feature["properties"]["secteurs"] == ["Réemploi, réparation et déchets"]
        or feature["properties"]["secteurs"]
    )
    assert feature["properties"]["labels"] == ["Label X"]


def test_the_workbook_can_be_opened(structure, reader):
    response = reader.get("annuaire/export.xlsx")
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as book:
        assert "xl/worksheets/sheet1.xml" in book.namelist()
    assert response.headers["Content-Disposition"] == 'attachment; filename="annuaire-est.xlsx"'


@pytest.mark.parametrize("extension", ["csv", "xlsx", "geojson"])
def test_the_same_directory_gives_the_same_bytes(structure, reader, extension):
    def download():
        return b"".join(reader.get(f"annuaire/export.{extension}").streaming_content)

    before = download()
    Structure.objects.get().save()
    journal.tick("structures")
    assert download() == before


def test_another_format_does_not_exist(structure, reader):
    assert reader.get("annuaire/export.pdf").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_an_export_costs_the_same_for_a_few_rows(
    space, publish, reader, django_assert_num_queries, count
):
    for number in range(count):
        make_structure(f"Lieu {number}", in_space=space)
    publish()
    reader.get("annuaire/")
    with django_assert_num_queries(5):
        assert len(reader.csv_rows()) == count


def test_the_perimeter_is_drawn(structure, reader):
    outline = reader.get("perimetre.geojson").json()
    assert {feature["properties"]["code"] for feature in outline["features"]} == {"93048", "93055"}


def test_the_feed_is_valid_atom_with_the_newest_first(structure, space, publish, reader):
    newest = make_structure("Toute neuve", slug="toute-neuve", in_space=space, is_demo=True)
    make_structure("Ailleurs", in_space=None)
    publish()
    response = reader.get("nouveautes.atom")
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(response.content)  # noqa: S314  (our own)
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert feed.find(f"{ATOM}{name}").text
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.find(f"{ATOM}id").text for entry in entries] == [
        f"urn:maillage:structure:{newest.pk}",
        f"urn:maillage:structure:{structure.pk}",
    ]
    assert entries[0].find(f"{ATOM}title").text == "Toute neuve (structure inventée)"
    assert entries[0].find(f"{ATOM}link").get("href").endswith("/est/structures/toute-neuve/")


def test_a_feed_follows_the_filters(structure, space, publish, reader):
    make_structure("Sans secteur", in_space=space)
    publish()
    feed = ET.fromstring(reader.get("nouveautes.atom?secteur=sec-ree").content)  # noqa: S314
    assert len(feed.findall(f"{ATOM}entry")) == 1
