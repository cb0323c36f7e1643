"""The list and the map over HTTP."""

import re
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.directory.lib.criteria import PAGE_SIZE
from tests.factories import (
    make_establishment,
    make_label,
    make_space,
    make_structure,
    make_term,
    tag,
)

pytestmark = pytest.mark.django_db


def fill(space, count):
    sector, label = make_term("sector", "sec-ree"), make_term("label", "label-x")
    for number in range(count):
        structure = make_structure(f"Atelier {number:02}", in_space=space, description="Réemploi.")
        make_establishment(structure, municipality_code="93055", lon=2.40 + number / 1000)
        tag(structure, sector)
        make_label(structure, label)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("query", "queries"), [("", 3), ("q=atelier&secteur=sec-ree&commune=93055&pres=2.4,48.8", 4)]
)
def test_a_page_costs_the_same_whatever_it_shows(
    reader, space, publish, django_assert_num_queries, count, query, queries
):
    fill(space, count)
    publish()
    reader.get("annuaire/")
    with django_assert_num_queries(queries):
        response = reader.get(f"annuaire/?{query}")
    assert response.context["page"].total == count


def test_list_and_map_are_two_faces_of_one_page(reader, space, publish):
    fill(space, 3)
    publish()
    listed, mapped = reader.get("annuaire/?q=atelier"), reader.get("carte/?q=atelier")
    assert [card.id for card in listed.context["page"].cards] == [
        card.id for card in mapped.context["page"].cards
    ]
    assert listed.context["page"].map_url == "/est/carte/?q=atelier"
    assert mapped.context["page"].list_url == "/est/annuaire/?q=atelier"
    assert all(chip.remove_url.startswith("/est/carte/") for chip in mapped.context["page"].chips)


def test_everything_works_without_javascript(reader, space, publish, client):
    fill(space, PAGE_SIZE + 1)
    publish()
    html = reader.get("annuaire/").content.decode()
    form = re.search(r"<form\b[^>]*role=\"search\".*?</form>", html, re.DOTALL)[0]
    assert not re.search(r"method=[\"']?post", form, re.IGNORECASE)
    assert 'name="q"' in form
    assert 'type="submit"' in html
    # Facets may stand outside of the form as long as they name it.
    box = re.search(r"<input\b[^>]*name=\"secteur\"[^>]*>", html)[0]
    assert box in form or 'form="search"' in box
    assert 'href="/est/annuaire/?page=2"' in html
    for path in re.findall(r'href="(/est/structures/[^"]+)"', html)[:2]:
        assert client.get(path).status_code == 200


def test_a_fragment_is_a_part_of_the_page(reader, space, publish):
    fill(space, 2)
    publish()
    whole = reader.get("annuaire/?q=atelier")
    part = reader.get("annuaire/?q=atelier", HX_Request="true")
    squeeze = lambda response: re.sub(r"\s+", " ", response.content.decode()).strip()  # noqa: E731
    assert squeeze(part) in squeeze(whole)
    assert "<html" not in squeeze(part)
    assert "HX-Request" in whole.headers["Vary"]


def test_pages_follow_each_other(reader, space, publish):
    fill(space, 2 * PAGE_SIZE + 1)
    publish()
    page = reader.get("annuaire/?page=2&tri=nom").context["page"]
    assert (page.page, page.page_count, len(page.cards)) == (2, 3, PAGE_SIZE)
    assert page.previous_url == "/est/annuaire/?tri=nom"
    assert page.next_url == "/est/annuaire/?tri=nom&page=3"
    assert [link.number for link in page.pages] == [1, 2, 3]
    assert reader.get("annuaire/?page=999").context["page"].page == 3
    assert len(reader.listed()) == len(set(reader.listed())) == 2 * PAGE_SIZE + 1


def test_an_empty_space_says_so(reader, space, publish):
    publish()
    page = reader.get("annuaire/").context["page"]
    assert (page.total, page.cards, page.page_count, page.facets) == (0, [], 1, [])


def test_a_filtered_page_is_not_for_search_engines(reader, space, publish):
    publish()
    assert "noindex" not in reader.get("annuaire/").content.decode()
    assert "noindex" in reader.get("annuaire/?famille=association&q=x").content.decode()


def test_a_space_that_is_not_open_is_for_its_agents(cast, publish):
    cast.space.is_public = False
    cast.space.save()
    publish()
    paths = (
        "annuaire/",
        "carte/",
        "annuaire/points.json",
        "annuaire/export.csv",
        "nouveautes.atom",
    )
    for path in paths:
        url = f"/{cast.space.slug}/{path}"
        assert cast.client().get(url).status_code == 404
        assert cast.client("bruno").get(url).status_code == 404
        assert cast.client("chloe").get(url).status_code == 200
    feed = cast.client("chloe").get(f"/{cast.space.slug}/annuaire/points.json")
    assert feed.headers["Cache-Control"].startswith("private")
    assert "Cookie" in feed.headers["Vary"]


def test_writing_methods_are_refused(client, space, publish):
    publish()
    for path in ("annuaire/", "carte/", "annuaire/points.json", "annuaire/export.csv"):
        assert client.post(f"/{space.slug}/{path}").status_code in {403, 405}


NAMES = st.sampled_from(
    ["q", "secteur", "famille", "label", "commune", "quartier", "public", "taille", "bbox", "pres", "tri", "page"]
)  # fmt: skip
NASTY = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["'", '"', "0,0,0,0", "nan,nan", "1e999,2", "-1", "9" * 40, "\0", "*", "a OR b", "%00", "<script>", "sec-ree", "93048"]
    ),
)  # fmt: skip


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(pairs=st.lists(st.tuples(NAMES, NASTY), max_size=6))
def test_no_address_breaks_a_page(reader, space, pairs):
    query = urlencode(pairs, errors="surrogatepass")
    for path in (
        "annuaire/",
        "carte/",
        "annuaire/points.json",
        "annuaire/export.geojson",
        "nouveautes.atom",
    ):
        assert reader.get(f"{path}?{query}").status_code == 200


def test_landing_pages(reader, space, publish, client):
    fill(space, 2)
    publish()
    page = reader.get("annuaire/secteur/sec-ree/")
    assert (page.status_code, page.context["page"].total) == (200, 2)
    (commune, count), *_ = page.context["landing"].breakdown
    assert count == 2
    assert client.get(commune.url).context["page"].total == 2
    assert reader.get("annuaire/secteur/rien/").status_code == 404
    assert reader.get("annuaire/commune/75056/").status_code == 404


def test_a_child_sector_has_its_page_and_unfolds_under_its_parent(reader, space, publish):
    structure = make_structure("Paniers", in_space=space)
    tag(structure, make_term("sector", "sec-ali-02"))
    publish()
    assert reader.get("annuaire/secteur/sec-ali-02/").context["page"].total == 1
    folded = reader.get("annuaire/").context["page"].facets[0]
    assert [option.value for option in folded.options] == ["sec-ali"]
    unfolded = reader.get("annuaire/?secteur=sec-ali").context["page"].facets[0]
    assert [(option.value, option.depth) for option in unfolded.options] == [
        ("sec-ali", 0),
        ("sec-ali-02", 1),
    ]


def test_another_space_does_not_slow_or_change_this_one(reader, space, publish):
    fill(space, 1)
    other = make_space("ailleurs", communes=("92050",))
    make_structure("Autre", in_space=other)
    publish()
    assert reader.get("annuaire/").context["page"].total_unfiltered == 1
