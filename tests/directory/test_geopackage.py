"""The list as a GeoPackage, read back by GDAL: the same rows as the CSV, points where they may be told."""

import shutil
import sqlite3
import subprocess

import pyogrio
import pytest
from pyogrio.raw import read

from maillage.core.tabular.geopackage import Layer, gpkg_file, point
from maillage.core.tabular.writing import Column
from tests.factories import make_establishment, make_structure, make_term, tag

pytestmark = pytest.mark.django_db


def download(reader, query=""):
    response = reader.get(f"annuaire/export.gpkg{query}")
    assert response.headers["Content-Type"] == "application/geopackage+sqlite3"
    assert response.headers["Content-Disposition"] == 'attachment; filename="annuaire-est.gpkg"'
    return b"".join(response.streaming_content)


@pytest.fixture
def saved(reader, tmp_path):
    """Download the list and give the file."""

    def save(query=""):
        file = tmp_path / "annuaire.gpkg"
        file.write_bytes(download(reader, query))
        return file

    return save


def rows_of(file, layer):
    described, _ids, shapes, columns = read(file, layer=layer)
    names = [str(name) for name in described["fields"]]
    return [
        dict(zip(names, values, strict=True)) | {"geom": shape}
        for shape, values in zip(shapes, zip(*columns, strict=True), strict=True)
    ]


@pytest.fixture
def listed(space, publish):
    near = make_structure("=Atelier « vélo »", description="Réparer.\nEnsemble.", size_year=2024)
    make_establishment(near, lon=2.4412345, lat=48.86)
    tag(near, make_term("sector", "sec-mob-01"))
    nowhere = make_structure("Zone blanche", created_on="2019-05-02")
    make_establishment(nowhere, lon=None, lat=None)
    publish()
    return near, nowhere


def test_rows_columns_and_points_are_those_of_the_list(listed, reader, saved):
    file = saved()
    assert sorted(str(name) for name, _kind in pyogrio.list_layers(file)) == [
        "annuaire",
        "perimetre",
    ]
    about = pyogrio.read_info(file, layer="annuaire")
    features = {feature["id"]: feature for feature in reader.geojson()}
    names = list(next(iter(features.values()))["properties"])
    assert (about["crs"], about["geometry_type"], about["features"]) == ("EPSG:4326", "Point", 2)
    assert [str(name) for name in about["fields"]] == names
    for row in rows_of(file, "annuaire"):
        feature = features[row["id"]]
        assert row["geom"] == point(*feature["geometry"]["coordinates"])
        assert row["nom"] == feature["properties"]["nom"]
        assert row["url"] == feature["properties"]["url"]
        assert str(row["date_creation"]).replace("NaT", "None") == str(
            feature["properties"]["date_creation"]
        )


def test_the_perimeter_is_its_own_layer(listed, saved):
    drawn = rows_of(saved(), "perimetre")
    assert {row["code_insee"]: row["nom"] for row in drawn} == {
        "93048": "Montreuil",
        "93055": "Pantin",
    }
    assert {row["geom"][1:5] for row in drawn} == {b"\x06\x00\x00\x00"}  # MultiPolygon


def test_filters_narrow_it_and_an_empty_list_keeps_its_columns(listed, saved):
    near, _nowhere = listed
    assert [row["id"] for row in rows_of(saved("?secteur=sec-mob-01"), "annuaire")] == [near.pk]
    about = pyogrio.read_info(saved("?q=introuvable"), layer="annuaire")
    assert (about["features"], len(about["fields"])) == (0, 33)


def test_the_same_list_gives_the_same_bytes(listed, reader):
    assert download(reader) == download(reader)


def test_the_page_offers_it(listed, reader):
    (link,) = [
        one
        for one in reader.get("annuaire/?q=velo").context["page"].export_urls
        if one.format == "gpkg"
    ]
    assert link.url == "/est/annuaire/export.gpkg?q=velo"


def test_gdal_itself_reads_it(listed, saved):
    if not shutil.which("ogrinfo"):
        pytest.skip("ogrinfo n'est pas sur cette machine")
    told = subprocess.run(
        ["ogrinfo", "-so", "-al", saved()], capture_output=True, text=True, check=True
    ).stdout
    assert told.count("Feature Count: 2") == 2
    assert 'ID["EPSG",4326]' in told


@pytest.mark.one_engine
def test_a_null_is_a_null_and_rows_beyond_a_block_follow(monkeypatch):
    monkeypatch.setattr("maillage.core.tabular.geopackage._BLOCK", 2)
    columns = [
        Column("id", "N", kind="integer"),
        Column("yes", "Oui", kind="boolean"),
        Column("t", "T"),
    ]
    rows = [
        {"id": n, "yes": n > 1 or None, "t": "a\x00b" if n else "", "lon": n or None, "lat": 4}
        for n in range(5)
    ]
    with gpkg_file(
        [Layer("l", columns, iter(rows), lambda row: point(row["lon"], row["lat"]))]
    ) as file:
        content = file.read()
    base = sqlite3.connect(":memory:")
    base.deserialize(content)
    assert base.execute("SELECT id, yes, t, geom IS NULL FROM l ORDER BY id").fetchall() == [
        (0, None, None, 1),
        (1, None, "ab", 0),
        (2, 1, "ab", 0),
        (3, 1, "ab", 0),
        (4, 1, "ab", 0),
    ]
    assert base.execute("SELECT DISTINCT last_change FROM gpkg_contents").fetchall() == [
        ("2000-01-01T00:00:00.000Z",)
    ]


@pytest.mark.one_engine
def test_a_disk_that_refuses_says_so(tmp_path):
    from maillage.core.tabular.geopackage import write_gpkg

    with pytest.raises(OSError, match="GeoPackage"):
        write_gpkg(
            tmp_path / "absent" / "x.gpkg",
            [Layer("l", [Column("id", "N", kind="integer")], [{"id": 1}], lambda _row: None)],
        )
