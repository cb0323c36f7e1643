"""What is not public is in no answer of the API, whoever asks and whatever the address."""

import pytest
from django.db import connection
from django.urls import reverse

from maillage.core import journal
from maillage.directory.lib import snapshot
from maillage.directory.queries import memory
from maillage.structures.actions.indexing import reindex
from maillage.structures.models import Structure
from tests.factories import Cast, make_establishment, make_structure
from tests.portal.test_matrix import ADDRESSES, AUDIENCE, POST_ONLY, PUBLIC

pytestmark = pytest.mark.django_db
STREET, LON, LAT = "13 impasse du Secret", 2.44321, 48.86789
SECRETS = ("impasse du Secret", "2.44321", "48.86789", "0102030405", "prive.example", "Fantôme")
READ = sorted(
    name
    for name, who in AUDIENCE.items()
    if name.startswith("api_root:") and who == PUBLIC and name not in POST_ONLY
)


@pytest.fixture(params=["structure", "establishment", "address"])
def discreet(request, cast: Cast):
    contacts = {"phone": "0102030405", "email": "x@prive.example"}
    hidden = {"phone": "agents", "email": "members"}
    of_structure = {"disclosure": "P"} if request.param == "structure" else {}
    of_place = {
        "structure": {},
        "establishment": {"disclosure": "P"},
        "address": {"address_is_public": False},
    }[request.param]
    one = make_structure(
        "Discrète", slug="discrete", contact_visibility=hidden, **contacts, **of_structure
    )
    make_establishment(one, address=STREET, lon=LON, lat=LAT, **of_place)
    for fields in (
        {"state": "archived"},
        {"ess_status": "excluded"},
        {"state": "ceased"},
        {"merged_into": one},
    ):
        make_structure("Fantôme", in_space=cast.space, **fields)
    closed = make_structure("Fantôme lieu", in_space=None)
    make_establishment(closed, state="ceased")
    reindex()
    journal.tick("structures")
    return one


def arguments(name: str, cast: Cast, structure) -> dict[str, object]:
    known = {
        "slug": cast.space.slug,
        "structure_id": structure.pk,
        "collection": f"structures-{cast.space.slug}",
        "feature_id": structure.pk,
    }
    return {key: known[key] for key in ADDRESSES[name] if key in known}


@pytest.mark.parametrize("person", ["", "aicha"])
def test_no_answer_tells_what_is_kept_back(person: str, discreet, cast: Cast):
    client, told = cast.client(person), 0
    for name in READ:
        given = arguments(name, cast, discreet)
        if set(given) != ADDRESSES[name]:
            continue
        url = reverse(name, kwargs=given)
        for query in ("", "?q=discrète", "?f=html", "?page_size=100", "?limit=100", "?siren=123"):
            answer = client.get(url + query)
            assert answer.status_code in {200, 400, 404, 422}, (url, query)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            text = body.decode("utf-8", "replace")
            told += "Discrète" in text
            for secret in SECRETS:
                assert secret not in text, (url, query, secret)
    assert told >= 10


def test_neither_a_box_nor_a_word_betrays_the_place(discreet, cast: Cast, client):
    base = f"/api/v1/spaces/{cast.space.slug}/structures"
    box = f"{LON - 0.0005},{LAT - 0.0005},{LON + 0.0005},{LAT + 0.0005}"
    assert client.get(base, {"bbox": box}).json()["count"] == 0
    assert client.get(base, {"q": "impasse du secret"}).json()["count"] == 0
    place = client.get(f"{base}/{discreet.pk}").json()["establishments"][0]
    assert place["address_shown"] is False
    assert (place["address"], place["approximate"]) == ("", True)
    assert (round(place["lon"], 1), round(place["lat"], 1)) == (2.4, 48.9)


@pytest.mark.one_engine
def test_reading_asks_nobody_who_they_are(cast: Cast, client):
    with connection.execute_wrapper(_no_session):
        assert client.get(f"/api/v1/spaces/{cast.space.slug}/structures").status_code == 200


def _no_session(execute, sql, params, many, context):
    assert "django_session" not in sql
    assert "accounts_user" not in sql
    return execute(sql, params, many, context)


def test_a_large_directory_tells_nothing_of_what_was_withdrawn_since_it_was_read(
    cast: Cast, monkeypatch
):
    """Its memory may be behind the database: no door opens on what is public no more, and no answer outlives it."""
    monkeypatch.setattr(snapshot, "LARGE", 1)
    slug = cast.space.slug
    gone = make_structure("Fantôme", slug="fantome", in_space=cast.space)
    make_structure("Visible", in_space=cast.space)
    reindex()
    journal.tick("structures")
    client, api = cast.client(), f"/api/v1/spaces/{slug}/structures"
    doors = (
        f"/{slug}/annuaire/", f"/{slug}/annuaire/export.csv", f"/{slug}/annuaire/export.geojson",
        f"/{slug}/nouveautes.atom", f"/{slug}/integrer/liste/", api, f"{api}.geojson",
        f"/api/v1/ogc/collections/structures-{slug}/items",
    )  # fmt: skip
    pages = (
        f"/{slug}/structures/fantome/", f"/{slug}/integrer/structure/fantome/", f"{api}/{gone.pk}",
        f"/api/v1/ogc/collections/structures-{slug}/items/{gone.pk}",
    )  # fmt: skip
    for url in (*doors, *pages):
        assert "Fantôme" in read(client, url), url
    monkeypatch.setattr(memory, "_may_wait", lambda *_: True)
    Structure.objects.filter(pk=gone.pk).update(state="archived")
    journal.tick("structures")
    for url in doors:
        text = read(client, url)
        assert "Fantôme" not in text, url
        assert "Visible" in text, url
    for url in pages[1:]:
        assert client.get(url).status_code == 404, url
    assert client.get(pages[0]).status_code == 410
    assert client.get(api).json()["count"] == 2
    monkeypatch.undo()
    memory.forget()
    assert client.get(api).json()["count"] == 1


def read(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
