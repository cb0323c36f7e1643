"""The list of structures says what the directory says: same count, same order, same values."""

import csv
import io
import re

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.api.middleware import MEMORY
from maillage.core import journal
from maillage.directory.filters import parse
from maillage.directory.queries.page import directory_page
from maillage.structures.actions.indexing import reindex
from maillage.structures.models import Establishment
from tests.api.test_gate import problem_of
from tests.factories import (
    NOW,
    Cast,
    make_establishment,
    make_label,
    make_structure,
    make_term,
    tag,
)

pytestmark = pytest.mark.django_db
STATES = (
    "",
    "q=atelier",
    "q=atelier+velo&tri=nom",
    "secteur=sec-essai",
    "secteur=sec-essai&secteur=sec-autre",
    "famille=cooperative",
    "label=lab-essai",
    "commune=93055",
    "commune=93048&famille=association",
    "public=pub-essai",
    "taille=1-9",
    "bbox=2.43,48.85,2.45,48.87",
    "bbox=illisible",
    "pres=2.40,48.89",
    "tri=recent",
    "tri=inconnu",
    "secteur=inconnu",
    "q=%00%ff",
)


@pytest.fixture
def space(cast: Cast):
    sector, other = make_term(code="sec-essai"), make_term(code="sec-autre")
    audience = make_term("audience", "pub-essai", "Essai")
    label = make_term("label", "lab-essai", "Label d'essai")
    for number in range(7):
        name = f"Atelier vélo {number}" if number % 2 else f"Épicerie {number}"
        one = make_structure(
            name,
            family="cooperative" if number == 3 else "association",
            size_band=["", "NN", "01", "11"][number % 4],
            description="Réparer, partager.",
            email=f"contact{number}@velo.example",
        )
        make_establishment(
            one,
            municipality_code="93055" if number > 4 else "93048",
            lon=2.44 + number / 100,
        )
        if number % 2:
            make_establishment(one, municipality_code="93048", lon=2.431, opening_hours="Mo 09:00")
        tag(one, sector if number % 3 else other, audience)
        if number == 2:
            make_label(one, label)
    make_structure("Ailleurs", in_space=cast.other_space)
    Establishment.objects.filter(structure__name="Ailleurs").update(municipality_code="93008")
    reindex()
    journal.tick("structures")
    return cast.space


def listed(client, space, state: str, **more):
    answer = client.get(f"/api/v1/spaces/{space.slug}/structures?{state}", more)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.parametrize("state", STATES)
def test_the_same_count_order_and_values_as_the_list_and_its_export(client, space, state: str):
    page = directory_page(space, parse(QueryDict(state)).filters, now=NOW)
    ours = listed(client, space, f"{state}&page_size=100")
    assert ours["count"] == page.total
    assert [one["id"] for one in ours["results"]] == [card.id for card in page.cards]
    said = parse(QueryDict(state)).messages
    assert ours["messages"] == page.messages + said or ours["messages"] == said + page.messages
    sheet = client.get(f"/{space.slug}/annuaire/export.csv?{state}")
    table = io.StringIO(b"".join(sheet.streaming_content).decode("utf-8-sig"))
    rows = list(csv.DictReader(table, delimiter=";"))
    assert len(rows) == len(ours["results"])
    for theirs, one in zip(rows, ours["results"], strict=True):
        main = one["establishments"][0]
        assert list(theirs.values())[:2] == [str(one["id"]), one["name"]]
        by_name = {re.sub(r"\W", "", name.lower()): value for name, value in theirs.items()}
        assert by_name["siren"] == one["siren"]
        assert by_name["siret"] == main["siret"]
        assert by_name["courriel"] == one["email"]
        assert by_name["adresse"] == main["address"]
    geojson = client.get(f"/api/v1/spaces/{space.slug}/structures.geojson?{state}").json()
    assert geojson["numberMatched"] == page.total
    assert [one["id"] for one in geojson["features"]] == [card.id for card in page.cards]


def test_the_contract_of_a_row(client, space):
    row = listed(client, space, "q=%C3%A9picerie+2")["results"][0]
    assert {"id", "name", "siren", "establishments"} <= set(row)
    assert row["labels"][0]["code"] == "lab-essai"
    place = row["establishments"][0]
    assert (place["commune_code"], place["commune"]) == ("93048", "Montreuil")
    assert (place["lon"], place["lat"], place["approximate"]) == (2.46, 48.86, False)
    one = client.get(f"/api/v1/spaces/{space.slug}/structures/{row['id']}")
    assert one.json() == row
    assert Client().get(row["url"]).status_code == 200


def test_pages_follow_one_another_to_the_end(client, space):
    url, seen, turns = f"/api/v1/spaces/{space.slug}/structures?page_size=3&tri=nom", [], 0
    while url:
        answer = client.get(url)
        data = answer.json()
        seen += [one["id"] for one in data["results"]]
        assert (data["count"], data["pages"]) == (7, 3)
        assert (f'<{data["next"]}>; rel="next"' in answer.get("Link", "")) is bool(data["next"])
        url, turns = data["next"], turns + 1
        assert url is None or url.startswith("http://127.0.0.1:8000/api/v1/spaces/")
    assert turns == 3
    assert len(seen) == len(set(seen)) == 7
    assert listed(client, space, "page=2&page_size=3&tri=nom")["previous"].endswith(
        "?tri=nom&page=1&page_size=3"
    )


def test_sparse_fields(client, space):
    row = listed(client, space, "fields=name,id,sectors")["results"][0]
    assert list(row) == ["name", "id", "sectors"]
    said = problem_of(client.get(f"/api/v1/spaces/{space.slug}/structures?fields=id,key_hash"), 422)
    assert said["errors"][0]["field"] == "fields"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("page=0", 422),
        ("page=-1", 422),
        ("page=667525464305640960", 422),
        ("page=99999", 404),
        ("page=deux", 422),
        ("page=1%00", 422),
        ("page_size=101", 422),
        ("page_size=0", 422),
        ("fields=%00", 422),
        ("fields=%ff", 422),
    ],
)
def test_what_cannot_be_read_is_said(client, space, query: str, status: int):
    for part in ("structures", "establishments"):
        if part == "establishments" and query.startswith("fields"):
            continue
        problem_of(client.get(f"/api/v1/spaces/{space.slug}/{part}?{query}"), status)


@pytest.mark.one_engine
@pytest.mark.parametrize("number", ["0", "999999999", "667525464305640960", "9" * 40])
def test_a_structure_that_is_not_here(client, space, number: str):
    problem_of(client.get(f"/api/v1/spaces/{space.slug}/structures/{number}"), 404)


def test_establishments(client, space):
    base = f"/api/v1/spaces/{space.slug}/establishments"
    data = client.get(base).json()
    assert data["count"] == len(data["results"]) == 10
    assert {row["structure_name"] for row in data["results"]} >= {"Atelier vélo 1", "Épicerie 0"}
    here = client.get(f"{base}?commune=93055&page_size=1").json()
    assert (here["count"], here["pages"], len(here["results"])) == (2, 2, 1)
    assert client.get(here["next"]).json()["page"] == 2
    assert client.get(f"{base}?commune=75101").json()["count"] == 0
    one = data["results"][0]
    found = client.get(f"{base}?siren={one['siren']}").json()["results"]
    assert {row["siren"] for row in found} == {one["siren"]}
    problem_of(client.get(f"{base}?siren=abc"), 422)


def test_questions_to_the_database_do_not_grow(client, space):
    def asked(query: str) -> int:
        MEMORY.forget()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/api/v1/spaces/{space.slug}/{query}").status_code == 200
        return len(captured)

    for part in ("structures", "structures.geojson", "establishments"):
        asked(part)
        assert asked(f"{part}?page_size=1") == asked(f"{part}?page_size=7") <= 12
