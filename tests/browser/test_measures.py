"""What a visit weighs, and how pages stand paper, zoom and forced colours."""

import pytest

from tests.browser.conftest import SPACE, Opener, Visit, overflow

LIST = f"{SPACE}annuaire/"


def weigh(visitor: Visit) -> dict[str, int]:
    """Count what the network brings from now on, in bytes, by address."""
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("Network.enable")
    names: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on(
        "Network.requestWillBeSent",
        lambda event: names.update({event["requestId"]: event["request"]["url"]}),
    )
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.update({names[event["requestId"]]: int(event["encodedDataLength"])}),
    )
    return sizes


@pytest.mark.parametrize("path", [SPACE, LIST])
def test_a_page_without_map_is_light(visit: Opener, path: str):
    visitor = visit(390)
    sizes = weigh(visitor)
    visitor.go(path).wait_for_load_state("networkidle")
    assert sum(sizes.values()) <= 120_000, sizes
    assert not any("maplibre" in url for url in sizes)

    sizes.clear()
    visitor.go(f"{LIST}?q=jardin").wait_for_load_state("networkidle")
    assert sum(sizes.values()) <= 30_000, sizes


def test_a_page_with_its_map_is_light_enough_and_asks_little(visit: Opener):
    visitor = visit()
    sizes = weigh(visitor)
    page = visitor.go(LIST)
    visitor.map_is_drawn()
    page.wait_for_load_state("networkidle")

    assert sum(sizes.values()) <= 650_000, sizes
    assert len(sizes) <= 20, sorted(sizes)
    assert [url for url in sizes if not url.startswith((visitor.site, "data:"))] == []


def test_the_map_comes_after_the_list_is_painted(visit: Opener):
    visitor = visit()
    page = visitor.go(LIST)
    visitor.map_is_drawn()
    painted, asked = page.evaluate(
        "[performance.getEntriesByName('first-contentful-paint')[0].startTime,"
        " performance.getEntriesByType('resource').find((r) => r.name.includes('maplibre')).startTime]"
    )

    assert painted < asked


def test_paper_gets_the_list_and_nothing_else(visit: Opener):
    page = visit().go(LIST)
    page.emulate_media(media="print")

    for selector in (".site-header", ".site-footer", ".directory-map", ".facets", "#search"):
        assert not page.locator(selector).is_visible(), selector
    assert page.locator(".structure-card").first.is_visible()


def test_zoom_at_200_percent_loses_nothing(visit: Opener):
    """Twice larger on 1280 pixels is the layout of 640."""
    page = visit(640, height=410).go(LIST)

    assert overflow(page) == 0
    assert page.get_by_role("button", name="Chercher").is_visible()
    assert page.locator("#facet-secteur summary").is_visible()


def test_forced_colours_keep_edges_and_still_people_get_stillness(visit: Opener):
    page = visit(forced_colors="active", reduced_motion="reduce").go(LIST)

    card = page.locator(".structure-card").first
    assert card.evaluate("e => getComputedStyle(e).borderTopStyle") == "solid"
    assert page.locator(".button").first.evaluate(
        "e => parseFloat(getComputedStyle(e).transitionDuration)"
    ) == pytest.approx(0, abs=0.001)


def test_hostile_html_is_cleaned_before_it_reaches_the_page(visit: Opener):
    """The last barrier, if an escape were ever forgotten on the server."""
    visitor = visit()
    page = visitor.go("/charte/")
    cleaned = page.evaluate(
        """() => { const box = document.createElement('div');
        box.innerHTML = '<p onclick="x()">a</p><script>x()</script><a href="javascript:x()">b</a>'
          + '<template><img onerror="x()"></template><iframe></iframe>';
        return box.innerHTML; }"""
    )

    assert cleaned == "<p>a</p><a>b</a><template><img></template>"
    assert (
        page.evaluate(
            "() => { try { document.createElement('script').src = 'https://elsewhere.example/x.js'; }"
            " catch (error) { return error.name; } }"
        )
        == "TypeError"
    )
    # What the browser refused, it said.
    assert visitor.complaints
    visitor.complaints.clear()
