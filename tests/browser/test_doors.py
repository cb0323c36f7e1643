"""Open an account on a phone, add a passkey and come back with it: real letters, a virtual device."""

import re

import pytest
from playwright.sync_api import Page

from maillage.accounts.models import User
from tests.browser.conftest import overflow, violations
from tests.browser.town import Town, press_to, text_of, town, write
from tests.factories import make_cast, make_role

__all__ = ["town"]
pytestmark = pytest.mark.one_engine
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_device(page: Page) -> Page:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return page


def sound(page: Page) -> bool:
    return (violations(page), overflow(page)) == ([], 0)


def press(page: Page, name: str) -> None:
    press_to(page, name)
    page.keyboard.press("Enter")


def test_an_account_a_passkey_and_back(town: Town) -> None:
    cast = make_cast()
    page = town.open().go("/compte/inscription/")
    assert sound(page)
    write(page, "Adresse e-mail", "lea@voisins.example")
    write(page, "Nom affiché", "Léa Petit")
    press_to(page, "J'ai 15 ans ou plus")
    page.keyboard.press("Space")
    press(page, "Recevoir mon code")
    page.wait_for_url("**/inscription/code/")
    assert sound(page)
    letter = text_of(town.mailbox.wait_for("lea@voisins.example"))
    write(page, "Code reçu par e-mail", re.search(r"[A-Z]{4}-[A-Z]{4}", letter)[0])
    press(page, "Entrer")
    page.wait_for_url("**/compte/")
    assert sound(page)

    make_role(cast.space, User.objects.get(email="lea@voisins.example"), "partner")
    User.objects.get(email="lea@voisins.example").space_roles.update(kind="agent")
    page.goto(f"{town.root}/{cast.space.slug}/gestion/")
    assert page.inner_text("h1") == "Protégez votre accès"
    assert sound(page)
    press(page, "Une clé d'accès")
    page.wait_for_url("**/cles/ajouter/")
    assert sound(page)
    # From here to the return, no other inspector: closing one takes the virtual device away.
    with_device(page)
    write(page, "Nom de cette clé", "Téléphone")
    press(page, "Créer la clé")
    page.wait_for_url("**/securite/codes/")
    assert len(page.locator(".recovery-codes li").all()) == 10
    page.goto(f"{town.root}/{cast.space.slug}/gestion/")
    assert page.url.endswith("/gestion/")
    page.get_by_role("button", name="Se déconnecter").click()
    page.goto(f"{town.root}/compte/connexion/")
    press(page, "Utiliser ma clé d'accès")
    page.wait_for_url(lambda url: "/connexion/" not in url)
    page.goto(f"{town.root}/compte/")
    assert "lea@voisins.example" in page.inner_text("main")
    for path in ("/compte/securite/", "/compte/appareils/", "/compte/adresse/", "/compte/profil/"):
        page.goto(town.root + path)
        assert sound(page), path
    page.get_by_role("button", name="Se déconnecter").click()
    page.goto(f"{town.root}/compte/connexion/")
    assert sound(page)


def test_a_device_that_gives_up_is_said(town: Town) -> None:
    page = town.open().go("/compte/connexion/")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    # A device that holds no key of ours.
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.get_by_role("button", name="Utiliser ma clé d'accès").click()
    page.wait_for_selector("text=La clé d'accès n'a pas répondu")
    assert page.get_by_role("button", name="Utiliser ma clé d'accès").is_enabled()
