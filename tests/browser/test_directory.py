"""Journeys in the directory: without scripts, with a keyboard, with the map."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SPACE, WIDTHS, Opener

LIST = f"{SPACE}annuaire/"
NARROW = "\u202f"


def count(page) -> int:
    """Structures announced by the page."""
    text = page.locator("#count strong").inner_text()
    return int(re.sub(r"\D", "", text))


def query(page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


@pytest.mark.parametrize("width", WIDTHS)
def test_without_scripts_one_can_list_search_filter_and_turn_pages(visit: Opener, width: int):
    page = visit(width, scripts=False).go(LIST)
    everything = count(page)
    assert page.locator(".structure-card").count() == 20

    page.get_by_label("Que cherchez-vous ?").fill("jardin")
    page.get_by_role("button", name="Chercher").click()
    assert query(page)["q"] == ["jardin"]
    found = count(page)
    assert 0 < found < everything

    page.goto(page.url.split("?")[0])
    page.locator("#facet-famille summary").click()
    page.get_by_role("checkbox", name=re.compile("^Coopérative", re.IGNORECASE)).check()
    page.locator("#facet-famille").get_by_role("button", name="Appliquer").click()
    assert query(page)["famille"] == ["cooperative"]
    cooperatives = count(page)
    assert 0 < cooperatives < everything
    page.get_by_role("link", name=re.compile("Retirer le filtre")).click()
    assert count(page) == everything

    first = page.locator(".structure-card a").first.inner_text()
    page.get_by_role("link", name="Suivante").click()
    assert query(page)["page"] == ["2"]
    assert page.locator(".structure-card a").first.inner_text() != first
    page.locator(".structure-card a").first.click()
    assert "/structures/" in page.url


def test_without_scripts_the_map_says_where_to_look(visit: Opener):
    page = visit(390, scripts=False).go(f"{SPACE}carte/")

    assert page.locator("noscript .map-note, .map-note").first.is_visible()
    assert page.locator(".structure-card").count() == 20


def test_a_keyboard_reaches_the_results_and_a_structure(visit: Opener):
    page = visit().go(LIST)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller aux résultats"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#facet-secteur') !== null")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    name = page.evaluate("document.activeElement.id")
    assert name.startswith("f-secteur-")
    with page.expect_response(lambda answer: "secteur=" in answer.url):
        page.keyboard.press("Space")
    page.locator(".chip.is-removable").first.wait_for()
    assert page.evaluate("document.activeElement.id") == name
    assert page.locator("#facet-secteur").get_attribute("open") is not None
    page.keyboard.press("Escape")
    assert page.locator("#facet-secteur").get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"

    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.structure-card') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/structures/**")


def test_a_filter_swaps_the_results_at_a_clean_address_and_says_so(visit: Opener):
    page = visit().go(LIST)
    everything = count(page)
    page.locator("#facet-famille summary").click()
    page.locator("#f-famille-association").check()
    page.wait_for_url("**famille=association")
    page.locator("#live", has_text="structure").wait_for(state="attached")

    assert urlsplit(page.url).query == "famille=association"
    assert count(page) < everything
    said = page.locator("#live").inner_text()
    assert re.sub(r"\D", "", said) == str(count(page))
    page.reload()
    assert re.sub(r"\D", "", said) == str(count(page))
    page.go_back()
    expect(page.locator("#count strong")).to_have_text(str(everything))


def test_search_is_typed_and_sent_with_enter(visit: Opener):
    page = visit().go(LIST)
    page.get_by_label("Que cherchez-vous ?").fill("recyclerie")
    page.keyboard.press("Enter")
    page.wait_for_url("**/annuaire/?q=recyclerie")

    assert page.get_by_label("Que cherchez-vous ?").input_value() == "recyclerie"
    assert page.get_by_text("Recherche étendue à").is_visible()


def test_a_state_is_the_same_on_both_faces(visit: Opener):
    page = visit(390).go(f"{LIST}?famille=association")
    found = count(page)
    page.get_by_role("navigation", name="Présentation").get_by_role("link", name="Carte").click()
    page.wait_for_url("**/carte/?famille=association")

    assert count(page) == found


def test_the_map_draws_every_structure_and_lights_the_one_of_a_card(visit: Opener):
    visitor = visit()
    page = visitor.go(LIST)
    visitor.map_is_drawn()
    drawn = page.locator(".map-points > button").evaluate_all(
        "all => all.reduce((sum, b) => sum + (b.classList.contains('map-cluster')"
        " ? Number(b.textContent.replace(/\\D/g, '')) : 1), 0)"
    )
    feed = page.request.get(visitor.site + f"{LIST}points.json").json()
    assert drawn == feed["rows"]

    page.locator(".structure-card").nth(1).hover()
    assert page.locator(".map-points > .is-lit").count() >= 1


def test_the_map_is_worked_with_a_keyboard(visit: Opener):
    visitor = visit()
    page = visitor.go(f"{LIST}?q=jardin")
    visitor.map_is_drawn()
    points = page.locator(".map-points > button")
    assert points.evaluate_all("all => all.filter((b) => b.tabIndex === 0).length") == 1
    page.evaluate("document.querySelector('.map-points > [tabindex=\"0\"]').focus()")
    before = page.evaluate("document.activeElement.dataset.key")
    for key in ("ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
        if page.evaluate("document.activeElement.dataset.key") != before:
            break
    assert page.evaluate("document.activeElement.dataset.key") != before

    page.locator(".map-points > button:not(.map-cluster)").first.focus()
    page.keyboard.press("Enter")
    card = page.get_by_role("dialog", name="Structures à cet endroit")
    card.get_by_role("link").first.wait_for()
    assert card.get_by_role("link").first.get_attribute("href").startswith(visitor.site)
    page.keyboard.press("Escape")
    assert card.count() == 0
    assert page.evaluate("document.activeElement.classList.contains('map-point')")


def test_moving_the_map_offers_to_search_there(visit: Opener):
    visitor = visit()
    page = visitor.go(LIST)
    visitor.map_is_drawn()
    everything = count(page)
    for _ in range(2):
        page.get_by_role("button", name="Agrandir", exact=True).click()
        page.wait_for_timeout(500)
    box = page.locator(".map-canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 120
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 40, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="Chercher ici").click()
    page.wait_for_url("**bbox=**")
    page.locator(".chip.is-removable").first.wait_for()

    assert 0 < count(page) < everything
    assert len(query(page)["bbox"][0].split(",")) == 4


def test_a_browser_without_webgl_says_so_and_keeps_the_list(visit: Opener):
    visitor = visit()
    visitor.page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page = visitor.go(LIST)
    page.get_by_text("Votre navigateur ne peut pas afficher la carte").wait_for()

    assert page.locator(".structure-card").count() == 20


def test_a_map_library_that_does_not_come_is_said(visit: Opener):
    visitor = visit()
    visitor.page.route("**/maplibre-gl.*.js", lambda route: route.abort())
    page = visitor.go(LIST)
    page.get_by_text("La carte n'a pas pu être affichée").wait_for()
    assert any("Failed to load" in line or "fetch" in line for line in visitor.complaints)
    visitor.complaints.clear()


def test_my_position_sorts_by_distance(visit: Opener):
    visitor = visit(
        390, permissions=["geolocation"], geolocation={"longitude": 2.44, "latitude": 48.86}
    )
    page = visitor.go(LIST)
    page.get_by_role("button", name="Autour de moi").click()
    page.wait_for_url(re.compile("pres=2.44000(,|%2C)48.86000"))

    page.locator(".card-foot strong").first.wait_for()
    assert page.locator(".card-foot strong").first.inner_text().endswith("m")


def test_a_refused_position_is_said_beside_its_button(visit: Opener):
    page = visit(390).go(LIST)
    page.get_by_role("button", name="Autour de moi").click()
    page.get_by_text("Votre position n'est pas accessible").wait_for()


BASEMAP = {
    "version": 8,
    "sources": {},
    "layers": [{"id": "fond", "type": "background", "paint": {"background-color": "#dde8ea"}}],
}


def with_basemap(visitor, answer) -> None:
    """The same page, as if its host had chosen a basemap served at /fond.json."""

    def rewritten(route):
        original = route.fetch()
        body = original.text().replace('data-basemap=""', 'data-basemap="/fond.json"')
        route.fulfill(response=original, body=body)

    visitor.page.route(f"**{LIST}", rewritten)
    visitor.page.route("**/fond.json", answer)


def test_a_basemap_slides_under_our_contours(visit: Opener):
    visitor = visit()
    with_basemap(visitor, lambda route: route.fulfill(json=BASEMAP))
    page = visitor.go(LIST)
    page.wait_for_selector("maillage-map[data-ready=basemap]", timeout=30_000)

    assert page.locator(".map-points > button").count() > 5


@pytest.mark.parametrize("status", [404, 200])
def test_a_basemap_that_does_not_answer_leaves_the_contours(visit: Opener, status: int):
    """An error, or a page of HTML instead of a style."""
    visitor = visit()
    with_basemap(visitor, lambda route: route.fulfill(status=status, body="<html>"))
    page = visitor.go(LIST)
    visitor.map_is_drawn()
    page.wait_for_load_state("networkidle")

    assert page.locator("maillage-map").get_attribute("data-ready") == "contours"
    assert page.locator(".map-name").count() > 3
