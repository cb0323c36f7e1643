"""OGC API - Features: what the standard asks, and what GDAL makes of it."""

import json
import shutil
import subprocess

import pytest
from django.http import QueryDict

from maillage.core import journal
from maillage.directory.filters import parse
from maillage.directory.queries.matching import matching
from maillage.spaces.models import Space
from maillage.structures.actions.indexing import reindex
from maillage.structures.models import Establishment
from tests.api.test_gate import problem_of
from tests.factories import (
    NOW,
    Cast,
    make_establishment,
    make_space,
    make_structure,
    make_term,
    tag,
)

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/ogc"
needs_gdal = pytest.mark.skipif(
    not shutil.which("ogr2ogr"), reason="ogrinfo et ogr2ogr (gdal-bin) ne sont pas installés"
)


def fill(space: Space, size: int) -> None:
    """`size` structures in a row to the east; the last one has no point, for its commune has no centre."""
    food = make_term(code="sec-ogc")
    for number in range(size):
        one = make_structure(f"Structure n° {number:03}")
        make_establishment(one, lon=2.4 + number / 1000, lat=48.86)
        if number == 0:
            make_establishment(one, lon=2.9, lat=48.86)
        if number % 2:
            tag(one, food)
    reindex()
    journal.tick("structures")


@pytest.fixture
def space(cast: Cast) -> Space:
    fill(cast.space, 12)
    return cast.space


def get(client, path: str, status: int = 200):
    answer = client.get(f"{ROOT}/{path}")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_the_road_from_the_landing_page_to_the_objects(client, space, cast):
    make_space("fermee", is_public=False)
    links = {one["rel"]: one["href"] for one in get(client, "")["links"]}
    assert {"self", "service-desc", "service-doc", "conformance", "data"} <= set(links)
    for rel in ("self", "alternate", "service-desc", "conformance", "data"):
        assert client.get(links[rel]).status_code == 200, rel
    conforms = client.get(links["conformance"]).json()["conformsTo"]
    assert conforms == [
        f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}"
        for name in ("core", "geojson", "html")
    ]
    found = client.get(links["data"]).json()["collections"]
    assert {one["id"] for one in found} == {
        f"{kind}-{one.slug}"
        for kind in ("structures", "communes")
        for one in (space, cast.other_space)
    }
    for one in found:
        rels = {link["rel"]: link["href"] for link in one["links"] if "html" not in link["href"]}
        assert client.get(rels["self"]).json()["id"] == one["id"]
        items = client.get(rels["items"])
        assert items["Content-Type"].startswith("application/geo+json")
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert west < east
        assert south < north


def test_pages_give_each_object_once(client, space):
    url, seen, turns = f"{ROOT}/collections/structures-{space.slug}/items?limit=5", [], 0
    while url:
        data = client.get(url).json()
        assert (data["numberMatched"], data["numberReturned"]) == (12, len(data["features"]))
        seen += [one["id"] for one in data["features"]]
        url = next((one["href"] for one in data["links"] if one["rel"] == "next"), "")
        turns += 1
    assert turns == 3
    assert sorted(seen) == sorted(set(seen))
    assert len(seen) == 12


def test_a_box_keeps_what_stands_in_it(client, space):
    base = f"collections/structures-{space.slug}/items"
    boxed = get(client, f"{base}?bbox=2.4035,48.8,2.4075,48.9")
    assert [one["properties"]["nom"] for one in boxed["features"]] == [
        f"Structure n° {number:03}" for number in range(4, 8)
    ]
    # The first one has a place there, but its object stands elsewhere.
    assert get(client, f"{base}?bbox=2.85,48.8,2.95,48.9")["numberMatched"] == 0
    assert get(client, f"{base}?bbox=2.4035,48.8,0,2.4075,48.9,100")["numberMatched"] == 4
    assert get(client, f"{base}?bbox=170,48,2.4025,49")["numberMatched"] == 3  # antimeridian
    assert get(client, f"{base}?limit=100000")["numberReturned"] == 12
    assert get(client, f"{base}?datetime=2020-01-01T00:00:00Z/..")["numberMatched"] == 12
    assert get(client, f"{base}?offset=50")["features"] == []


@pytest.mark.parametrize(
    "query", ["", "secteur=sec-ogc", "commune=93048", "q=structure", "famille=cooperative"]
)
def test_as_many_objects_as_lines_in_the_list(client, space, query: str):
    total = len(matching(space, parse(QueryDict(query)).filters, now=NOW).selection)
    found = get(client, f"collections/structures-{space.slug}/items?{query}")
    assert (found["numberMatched"], found["numberReturned"]) == (total, total)


def test_a_structure_without_a_point_is_an_object_without_a_shape(client, space):
    from maillage.territories.models import Municipality

    Municipality.objects.filter(code="93055").update(lon=None, lat=None)
    lost = make_structure("Sans point")
    make_establishment(lost, municipality_code="93055", lon=None, lat=None)
    journal.tick("structures")
    base = f"collections/structures-{space.slug}/items"
    assert get(client, f"{base}/{lost.pk}")["geometry"] is None
    assert get(client, base)["numberMatched"] == 13
    assert get(client, f"{base}?bbox=-180,-90,180,90")["numberMatched"] == 12


def test_one_object(client, space):
    one = Establishment.objects.order_by("structure_id").first()
    found = get(client, f"collections/structures-{space.slug}/items/{one.structure_id}")
    assert found["id"] == one.structure_id
    assert found["geometry"] == {"type": "Point", "coordinates": [2.4, 48.86]}
    assert {link["rel"] for link in found["links"]} == {"self", "collection"}
    commune = get(client, f"collections/communes-{space.slug}/items/93048")
    assert commune["properties"]["name"] == "Montreuil"


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("collections/nulle-part", 404),
        ("collections/structures-nulle-part/items", 404),
        ("collections/structures-val-de-bievre/items/0", 404),
        ("collections/structures-val-de-bievre/items/99999999999999999999", 404),
        ("collections/structures-val-de-bievre/items/é", 404),
        ("collections/communes-val-de-bievre/items/75101", 404),
        ("collections/structures-val-de-bievre/items?limit=0", 400),
        ("collections/structures-val-de-bievre/items?limit=dix", 400),
        ("collections/structures-val-de-bievre/items?limit=²", 400),
        ("collections/structures-val-de-bievre/items?offset=-1", 400),
        ("collections/structures-val-de-bievre/items?bbox=1,2,3", 400),
        ("collections/structures-val-de-bievre/items?bbox=nan,1,2,3", 400),
        ("collections/structures-val-de-bievre/items?bbox=1,50,2,40", 400),
        ("collections/structures-val-de-bievre/items?datetime=hier", 400),
        ("collections/structures-val-de-bievre/items?inconnu=1", 400),
        ("collections/communes-val-de-bievre/items?secteur=x", 400),
        ("?f=xml", 400),
        ("conformance?limit=1", 400),
    ],
)
def test_the_standard_is_read_strictly(client, cast, path: str, status: int):
    problem_of(client.get(f"{ROOT}/{path}"), status)


@pytest.mark.one_engine
def test_everything_has_a_page_to_read(client, space):
    pk = Establishment.objects.first().structure_id
    base = f"collections/structures-{space.slug}"
    for path in ("", "conformance", "collections", base, f"{base}/items", f"{base}/items/{pk}"):
        answer = client.get(f"{ROOT}/{path}?f=html")
        assert answer.status_code == 200, path
        assert answer["Content-Type"].startswith("text/html")
        assert answer.content.count(b"<h1") == 1


@needs_gdal
@pytest.mark.one_engine
class TestGdal:
    @pytest.fixture
    def served(self, transactional_db, live_server, settings):
        settings.BASE_URL = live_server.url
        space = make_space("territoire")
        fill(space, 23)
        return space, f"OAPIF:{live_server.url}{ROOT}/"

    def test_a_space_is_copied_whole(self, served, tmp_path):
        space, source = served
        target = tmp_path / "copie.geojson"
        layer = f"structures-{space.slug}"
        options = ["-oo", "PAGE_SIZE=10"]
        listed = subprocess.run(
            ["ogrinfo", "-ro", source], capture_output=True, text=True, check=True, timeout=60
        )
        assert layer in listed.stdout
        subprocess.run(
            ["ogr2ogr", "-f", "GeoJSON", str(target), source, layer, *options],
            check=True,
            timeout=60,
            capture_output=True,
        )
        copied = json.loads(target.read_text())["features"]
        expected = matching(space, parse(QueryDict()).filters, now=NOW).selection
        assert len(copied) == len(expected) == 23
        assert {one["properties"]["nom"] for one in copied} == {
            f"Structure n° {number:03}" for number in range(23)
        }
        assert min(one["geometry"]["coordinates"][0] for one in copied) == 2.4

    def test_a_box_of_gdal_is_a_box_of_ours(self, served):
        space, source = served
        box = ["-spat", "2.4035", "48.8", "2.4075", "48.9"]
        told = subprocess.run(
            ["ogrinfo", "-ro", "-al", "-so", *box, source, f"structures-{space.slug}"],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert "Feature Count: 4" in told.stdout
