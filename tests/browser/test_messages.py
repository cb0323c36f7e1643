"""Boxes, follows, searches and the newsletter in a real browser: whole, accessible, usable without scripts."""

import pytest

from tests.browser.conftest import Opener, overflow, violations

SPACE = "/est-ensemble/"
OF_THE_PERSON = (
    "/compte/messages/",
    "/compte/messages/preferences/",
    "/compte/suivis/",
    "/compte/recherches/",
    f"{SPACE}annuaire/enregistrer/?commune=93006",
    f"{SPACE}suivre/commune/93006/",
)
OF_THE_AGENT = (
    f"{SPACE}gestion/messages/",
    f"{SPACE}gestion/messages/textes/",
    f"{SPACE}gestion/messages/textes/notices.news/",
    f"{SPACE}gestion/lettre/",
)
PUBLIC = (f"{SPACE}lettre/", f"{SPACE}lettre/1/")


def wrong_in(visitor, paths) -> dict[str, list]:
    wrong = {}
    for path in paths:
        page = visitor.go(path)
        found = [*violations(page), *(["too wide"] if overflow(page) else [])]
        if found:
            wrong[path] = found
    return wrong


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_every_page_of_messages_is_accessible_and_whole(agent: Opener, width: int):
    visitor = agent(width)
    page = visitor.go(f"{SPACE}gestion/lettre/")
    draft, sent = (row.get_attribute("href") for row in page.locator("tbody th a").all()[:2])
    more = (draft, f"{draft}apercu/", f"{draft}envoyer/", sent)
    assert wrong_in(visitor, (*OF_THE_PERSON, *OF_THE_AGENT, *more)) == {}


@pytest.mark.parametrize("width", [1280, 320])
def test_the_public_letter_is_accessible_and_whole(visit: Opener, width: int):
    assert wrong_in(visit(width), PUBLIC) == {}


def test_an_agent_writes_a_letter_without_scripts(agent: Opener):
    visitor = agent(390, scripts=False)
    page = visitor.go(f"{SPACE}gestion/lettre/")
    page.get_by_role("button", name="Préparer un numéro").click()
    page.get_by_label("Introduction").fill("Bonjour à toutes et à tous.")
    page.get_by_role("button", name="Enregistrer et relire").click()
    assert page.locator("h1").inner_text() == "Aperçu de la lettre"
    assert (
        page.get_by_text("Bonjour à toutes et à tous.").count() == 2
    )  # mise en forme, texte simple
    page.get_by_role("link", name="Essayer ou envoyer").click()
    page.get_by_role("button", name="Supprimer cette préparation").click()
    assert "supprimée" in page.locator("main").inner_text()


def test_following_takes_one_press_of_a_key(agent: Opener):
    visitor = agent(390)
    page = visitor.go("/est-ensemble/annuaire/commune/93008/")
    page.get_by_role("button", name="Suivre cette commune").press("Enter")
    page.get_by_role("button", name="Vous suivez cette commune").wait_for()
    page.get_by_role("button", name="Vous suivez cette commune").press("Enter")
    page.get_by_role("button", name="Suivre cette commune").wait_for()
