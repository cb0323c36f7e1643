"""A query string becomes a state, and back; nothing that is typed breaks."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from maillage.directory.filters import parse
from maillage.directory.lib.criteria import FACETS, DirectoryFilters

pytestmark = pytest.mark.one_engine


def state(query):
    return parse(QueryDict(query)).filters


def complaints(query):
    return parse(QueryDict(query)).messages


def test_every_parameter_is_read():
    assert state(
        "q=vélo&secteur=a&secteur=b&famille=association&label=l&commune=93048&quartier=QN1"
        "&public=jeunes&taille=1-9&bbox=2.1,48.5,2.9,49.1&pres=2.4,48.86&tri=distance&page=3"
    ) == DirectoryFilters(
        q="vélo",
        secteur=("a", "b"),
        famille=("association",),
        label=("l",),
        commune=("93048",),
        quartier=("QN1",),
        public=("jeunes",),
        taille=("1-9",),
        bbox=(2.1, 48.5, 2.9, 49.1),
        near=(2.4, 48.86),
        sort="distance",
        page=3,
    )


def test_nothing_asked_is_the_default_state():
    assert parse(QueryDict("")) == (DirectoryFilters(), [])
    assert state("q=+&secteur=&page=&bbox=&pres=&tri=&inconnu=1") == DirectoryFilters()


@pytest.mark.parametrize("facet", FACETS)
def test_a_repeated_value_counts_once(facet):
    assert state(f"{facet}=a&{facet}=a&{facet}=b").values(facet) == ("a", "b")


@pytest.mark.parametrize(
    "query",
    [
        "bbox=1,2,3",
        "bbox=a,b,c,d",
        "bbox=nan,1,2,3",
        "bbox=inf,1,2,3",
        "bbox=3,2,1,4",
        "bbox=1,4,3,2",
        "pres=2.4",
        "pres=200,10",
        "pres=1,nan",
        "tri=hasard",
        "page=0",
        "page=-1",
        "page=deux",
        "page=1e3",
        "page=667525464305640960",
        "page=²",
    ],
)
def test_what_cannot_be_read_is_left_out_and_said(query):
    assert state(query) == DirectoryFilters()
    assert len(complaints(query)) == 1


def test_a_box_past_the_edges_of_the_world_is_cut():
    assert state("bbox=-500,-200,500,200").bbox == (-180, -90, 180, 90)


def test_a_long_search_is_cut_and_said():
    assert (len(state("q=" + "a" * 10_000).q), len(complaints("q=" + "a" * 10_000))) == (200, 1)


def test_a_search_keeps_no_control_character():
    assert state("q=v%C3%A9lo%00%0A%09%1B bois").q == "vélo bois"


def test_the_address_is_canonical():
    assert state("page=1&secteur=b&q=vélo&secteur=a&tri=nom").querystring() == (
        "q=v%C3%A9lo&secteur=a&secteur=b&tri=nom"
    )
    assert state("page=4&commune=93048").querystring() == "commune=93048&page=4"
    assert state("page=4&commune=93048").querystring(page=False) == "commune=93048"


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", "nom"),
        ("q=a", "pertinence"),
        ("pres=2,48", "distance"),
        ("q=a&pres=2,48", "distance"),
        ("q=a&tri=nom", "nom"),
        ("tri=pertinence", "nom"),
        ("tri=distance", "nom"),
        ("tri=recent", "recent"),
    ],
)
def test_a_sort_without_what_it_needs_falls_back(query, order):
    assert state(query).order == order


def test_toggling_a_value_adds_it_then_takes_it_away():
    start = state("secteur=a&page=3")
    assert start.toggled("secteur", "b").secteur == ("a", "b")
    assert start.toggled("secteur", "b").page == 1
    assert start.toggled("secteur", "a") == DirectoryFilters()


VALUES = st.lists(st.text(min_size=1, max_size=20), max_size=3)


@given(
    q=st.text(max_size=60),
    values=st.dictionaries(st.sampled_from(FACETS), VALUES),
    page=st.integers(min_value=1, max_value=9999),
)
def test_reading_back_an_address_gives_the_same_state(q, values, page):
    query = QueryDict(mutable=True)
    query["q"], query["page"] = q, str(page)
    for facet, chosen in values.items():
        query.setlist(facet, chosen)
    once = parse(query).filters
    again = parse(QueryDict(once.querystring())).filters
    assert again.querystring() == once.querystring()


@given(st.text(max_size=200))
def test_any_text_can_be_parsed(text):
    parsed = parse(QueryDict(text.encode("utf-8", "replace")))
    assert 1 <= parsed.filters.page <= 100_000
