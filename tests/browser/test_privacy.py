"""Legal pages and « Mes données » in a real browser; the beacon counts who lets it, and nobody else."""

import re

import pytest

from tests.browser.conftest import SPACE, Opener, overflow, violations

PUBLIC = {
    "personal_data": f"{SPACE}donnees-personnelles/",
    "ask": f"{SPACE}donnees-personnelles/opposition/",
    "contact": f"{SPACE}contact/",
    "site_map": f"{SPACE}plan-du-site/",
    "legal": f"{SPACE}mentions-legales/",
    "accessibility": f"{SPACE}accessibilite/",
}
OF_THE_AGENT = (
    f"{SPACE}gestion/audience/",
    "/paris-20e/gestion/donnees-personnelles/1/",
    f"{SPACE}gestion/parametres/mentions/",
    f"{SPACE}gestion/parametres/accessibilite/",
    f"{SPACE}gestion/parametres/registre/",
    f"{SPACE}gestion/parametres/registre/comptes/",
    f"{SPACE}gestion/parametres/durees/",
    "/compte/donnees/",
    "/compte/donnees/tout/",
    "/compte/donnees/demande/",
    "/compte/donnees/effacer/",  # asks first who one is
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("name", PUBLIC)
def test_a_legal_page_is_accessible_and_whole(visit: Opener, name: str, width: int):
    page = visit(width).go(PUBLIC[name])
    assert violations(page) == []
    assert overflow(page) == 0
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_of_the_agent_are_accessible_and_whole(agent: Opener, width: int):
    visitor = agent(width)
    wrong = {}
    for path in OF_THE_AGENT:
        page = visitor.go(path)
        found = [*violations(page), *(["too wide"] if overflow(page) else [])]
        if found:
            wrong[path] = found
    assert wrong == {}


def counted(agent: Opener) -> int:
    """Pages of the directory read in the last thirty days, as the agent reads it."""
    page = agent().go("/hauts-de-seine/gestion/audience/")
    row = page.get_by_role("row").filter(
        has=page.get_by_role("rowheader", name="Annuaire", exact=True)
    )
    return int(re.sub(r"\D", "", row.get_by_role("cell").inner_text()))


def read(visit: Opener, **kind: object) -> list[str]:
    """Open the directory of a quiet space; the addresses of the beacons that left."""
    visitor = visit(**kind)
    sent: list[str] = []
    visitor.page.on("request", lambda one: sent.append(one.url) if "/mesure/" in one.url else None)
    visitor.go("/hauts-de-seine/annuaire/").wait_for_load_state("networkidle")
    visitor.page.wait_for_timeout(300)
    assert visitor.page.context.cookies() == []
    return [url.removeprefix(visitor.site) for url in sent]


def test_a_reading_is_counted_without_a_trace(visit: Opener, agent: Opener):
    before = counted(agent)
    assert read(visit, user_agent=FIREFOX) == ["/hauts-de-seine/mesure/"]
    assert counted(agent) == before + 1
    assert read(visit, user_agent=FIREFOX, scripts=False) == []
    refusing = visit(user_agent=FIREFOX)
    refusing.page.add_init_script(
        "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})"
    )
    sent = []
    refusing.page.on("request", lambda one: sent.append(one.url) if "/mesure/" in one.url else None)
    refusing.go("/hauts-de-seine/annuaire/").wait_for_load_state("networkidle")
    assert sent == []
    assert counted(agent) == before + 1


def test_a_request_is_made_by_keyboard_without_scripts(visit: Opener):
    page = visit(390, scripts=False).go(f"{SPACE}donnees-personnelles/")
    page.get_by_role("link", name="Faire une demande").press("Enter")
    page.get_by_label("Votre demande").fill("Cette adresse est la mienne.")
    page.get_by_label("Adresse e-mail pour vous répondre").fill("nadia@essai.example")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Envoyer ma demande"
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Votre demande est envoyée").wait_for()
