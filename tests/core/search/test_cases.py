"""The same queries find the same documents on every database: the cases are data."""

import csv
from pathlib import Path

import pytest

from maillage.core.search import Document, index, remove, search

DATA = Path(__file__).parents[2] / "data"
SYNONYMS = (
    ("ressourcerie", "recyclerie"),
    ("AMAP", "association pour le maintien d'une agriculture paysanne"),
    ("tiers-lieu", "espace partagé"),
)


def rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter=";", quoting=csv.QUOTE_NONE)


CASES = [
    pytest.param(
        row["query"], {int(part) for part in row["ids"].split()}, row["corrected"], id=row["why"]
    )
    for row in rows("search_cases.csv")
]


@pytest.fixture
def documents(db):
    remove("places", None)
    index(
        "places",
        (
            Document(int(row["id"]), row["title"], row["key"], row["body"])
            for row in rows("search_documents.csv")
        ),
    )


def test_there_are_enough_cases():
    assert len(CASES) >= 60


@pytest.mark.parametrize(("query", "ids", "corrected"), CASES)
def test_case(documents, query, ids, corrected):
    hits = search("places", query, SYNONYMS)
    assert (set(hits.ids), hits.corrected) == (ids, corrected)


@pytest.mark.parametrize("query", ["", "   ", "de la", "🌻", '"', "-- ; '", "\0", "’"])
def test_a_query_without_a_word_says_so(documents, query):
    hits = search("places", query, SYNONYMS)
    assert (hits.usable, hits.ids) == (False, [])


def test_ten_thousand_characters_are_read_up_to_the_limit(documents):
    assert search("places", "pantin " + " " * 10_000 + "zzzz").ids != []
    assert search("places", "x" * 10_000).ids == []
    assert search("places", "pantin " * 2_000).ids != []


def test_a_title_weighs_more_than_a_text(documents):
    index("places", [Document(100, "Autre", "", "Un mot sur la ressourcerie et le canal")])
    assert search("places", "ressourcerie canal").ids == [1, 100]


def test_the_limit_keeps_the_best(documents):
    every = search("places", "association").ids
    assert len(every) > 3
    assert search("places", "association", limit=3).ids == every[:3]


def test_synonyms_used_are_told(documents):
    hits = search("places", "recyclerie pantin", SYNONYMS)
    assert hits.expanded == {"recyclerie": ("ressourcerie",)}


def test_synonyms_are_the_callers(documents):
    assert set(search("places", "recyclerie", ()).ids) == {2}


def test_an_expression_never_spans_two_fields(documents):
    index("places", [Document(200, "Grand tiers", "lieu unique", "")])
    assert 200 not in search("places", "espace partagé", SYNONYMS).ids
