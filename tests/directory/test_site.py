"""What search engines read."""

from xml.etree import ElementTree as ET

import pytest

from maillage.directory.queries import sitemap
from tests.factories import make_space, make_structure

pytestmark = pytest.mark.django_db
NS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(response):
    root = ET.fromstring(response.content)  # noqa: S314  (our own)
    return [node.text.removeprefix("http://127.0.0.1:8000") for node in root.iter(f"{NS}loc")]


def test_the_index_names_public_spaces_that_hold_real_structures(client, space, publish):
    make_space("demo", is_demo=True)
    make_space("ferme", is_public=False)
    publish()
    response = client.get("/sitemap.xml")
    assert response.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert locations(response) == ["/sitemap-est.xml"]
    for slug in ("demo", "ferme", "rien"):
        assert client.get(f"/sitemap-{slug}.xml").status_code == 404


def test_a_space_lists_its_pages_and_its_structures(client, space, publish):
    make_structure("Une", slug="une", in_space=space)
    make_structure("Inventée", slug="inventee", in_space=space, is_demo=True)
    make_structure("Cessée", slug="cessee", in_space=space, state="ceased")
    publish()
    found = locations(client.get("/sitemap-est.xml"))
    assert found == [
        "/est/annuaire/",
        "/est/carte/",
        "/est/annuaire/commune/93048/",
        "/est/structures/une/",
    ]
    for path in found:
        assert client.get(path).status_code == 200


def test_a_long_map_is_cut_into_pages(client, space, publish, monkeypatch):
    monkeypatch.setattr(sitemap, "PAGE_SIZE", 2)
    make_structure("Une", in_space=space)
    publish()
    files = locations(client.get("/sitemap.xml"))
    assert files == ["/sitemap-est.xml", "/sitemap-est.xml?p=2"]
    assert sum(len(locations(client.get(path))) for path in files) == 4
    for page in ("0", "3", "x", "-1", "9" * 30):
        assert client.get(f"/sitemap-est.xml?p={page}").status_code == 404


def test_robots(client, db):
    text = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text
    assert "Disallow: /*/gestion/" in text
