"""Every page, as everyone may meet it: accessible, valid, whole on a small screen."""

from pathlib import Path

import pytest

from tests.browser.conftest import SPACE, Opener, invalid_html, overflow, violations

PUBLIC = {
    "home": "/",
    "space": SPACE,
    "list": f"{SPACE}annuaire/",
    "search": f"{SPACE}annuaire/?q=jardin&commune=93048",
    "nothing": f"{SPACE}annuaire/?q=zzzzqqqq",
    "last_page": f"{SPACE}annuaire/?page=3&tri=recent",
    "around": f"{SPACE}annuaire/?pres=2.44,48.86",
    "map": f"{SPACE}carte/",
    "commune": f"{SPACE}annuaire/commune/93048/",
    "sector": f"{SPACE}annuaire/secteur/sec-cul/",
    "gaps": f"{SPACE}manques/",
    "gaps_place": f"{SPACE}manques/lieu/93008/",
    "gaps_need": f"{SPACE}manques/besoin/atelier-velo/",
    "gaps_sheet": f"{SPACE}manques/besoin/atelier-velo/93008/",
    "gaps_ways": f"{SPACE}manques/opportunites/",
    "gaps_method": f"{SPACE}manques/methode/",
    "sign_in": "/compte/connexion/",
    "booklet": f"{SPACE}annuaire/livret/?commune=93048",
    "reports": f"{SPACE}rapports/",
    "report": f"{SPACE}rapports/territoire/",
    "style": "/charte/",
    "figures": f"{SPACE}observatoire/",
    "figure": f"{SPACE}observatoire/jobs/?axe=family",
    "compare": f"{SPACE}observatoire/comparer/?t=commune:93048&t=commune:93055",
    "api": "/api/v1/docs/",
    "missing": f"{SPACE}structures/nulle-part/",
}


def first_structure(visitor) -> str:
    page = visitor.go(f"{SPACE}annuaire/?q=association")
    return page.locator(".structure-card a").first.get_attribute("href")


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page_is_accessible_and_whole(visit: Opener, name: str, width: int):
    visitor = visit(width)
    page = visitor.go(PUBLIC[name])
    if (width == 1280 and name in {"list", "map"}) or name == "map":
        visitor.map_is_drawn()

    assert violations(page) == []
    assert overflow(page) == 0
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == "fr"


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_page_of_a_structure_is_accessible_and_whole(visit: Opener, width: int):
    visitor = visit(width)
    page = visitor.go(first_structure(visitor))

    assert violations(page) == []
    assert overflow(page) == 0
    assert page.locator("h1").count() == 1


def test_open_panels_are_accessible(visit: Opener):
    visitor = visit(390)
    page = visitor.go(f"{SPACE}annuaire/")
    for selector in ("#facet-secteur summary", ".menu summary"):
        page.locator(selector).first.click()
        assert violations(page) == [], selector
        assert overflow(page) == 0
        page.keyboard.press("Escape")
    page = visitor.go("/charte/")
    page.get_by_role("button", name="Ouvrir un dialogue").click()
    assert page.get_by_role("dialog").is_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent").strip() == "Ouvrir un dialogue"


@pytest.mark.parametrize("width", [1280, 390])
def test_pages_of_an_agent_are_accessible_and_whole(agent: Opener, width: int):
    visitor = agent(width)
    page = visitor.go(f"{SPACE}gestion/")
    links = page.locator(".sub-nav a").evaluate_all("links => links.map((a) => a.pathname)")
    assert len(links) >= 4
    wrong = {}
    for path in links:  # grows: the second row shows once one of its pages is open
        visitor.go(path)
        second = page.locator(".sub-nav .is-second a").evaluate_all(
            "links => links.map((a) => a.pathname)"
        )
        links.extend(one for one in second if one not in links)
        found = violations(page)
        if overflow(page):
            found.append(f"{overflow(page)} pixels too wide")
        if found:
            wrong[path] = found
    assert wrong == {}


def test_html_is_valid(visit: Opener, agent: Opener, tmp_path: Path):
    reader, worker = visit(scripts=False), agent()
    for name, path in PUBLIC.items():
        answer = reader.page.request.get(reader.site + path)
        (tmp_path / f"{name}.html").write_text(answer.text(), encoding="utf-8")
    answer = reader.page.request.get(reader.site + first_structure(reader))
    (tmp_path / "structure.html").write_text(answer.text(), encoding="utf-8")
    page = worker.go(f"{SPACE}gestion/")
    links = page.locator(".sub-nav a").evaluate_all("links => links.map((a) => a.pathname)")
    for at, path in enumerate(links):
        answer = page.request.get(worker.site + path)
        (tmp_path / f"gestion-{at}-{path.strip('/').split('/')[-1]}.html").write_text(
            answer.text(), encoding="utf-8"
        )

    wrong = invalid_html(tmp_path)
    assert wrong == [], "\n".join(wrong)
    assert len(list(tmp_path.glob("*.html"))) >= len(PUBLIC) + 5
