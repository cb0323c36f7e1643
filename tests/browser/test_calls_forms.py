"""Every sort of question in a real browser: what depends on an answer, lines, sums; and the same without a script."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from maillage.calls.enums import EditionStatus
from maillage.calls.models import Edition
from tests.browser.conftest import overflow, violations
from tests.calls.factories import make_edition
from tests.calls.test_form_pages import EVERY
from tests.factories import make_cast

Opened = Callable[..., Page]


@pytest.fixture(scope="module", autouse=True)
def beside_the_loop() -> Iterator[None]:
    """The driver of the browser runs a loop in this thread: Django must not take it for ours."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture
def edition(transactional_db: None) -> Edition:
    found = make_edition(make_cast().space, status=EditionStatus.DRAFT, form=EVERY)
    found.forms.update(frozen_at=None)
    return found


@pytest.fixture
def agent(edition: Edition, live_server: LiveServer, chromium: Browser) -> Iterator[Opened]:
    """A page of the builder, signed in as an administrator of the space; complaints of the browser fail."""
    from maillage.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(name__startswith="Aïcha"))
    contexts, complaints = [], []

    def opened(
        name: str, *more: str, width: int = 1280, scripts: bool = True, query: str = ""
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, locale="fr-FR", java_script_enabled=scripts
        )
        contexts.append(context)
        cookies = [
            {"name": one.key, "value": one.value, "url": live_server.url}
            for one in client.cookies.values()
        ]
        context.add_cookies(cookies)  # type: ignore[arg-type]
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        path = reverse(f"callforms:{name}", args=[edition.space.slug, edition.pk, "full", *more])
        page.goto(f"{live_server.url}{path}{query}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.one_engine
def test_every_sort_of_question_is_accessible_and_works_in_a_browser(agent: Opened):
    phone = agent("preview", width=390, query="?largeur=390")
    assert violations(phone) == []
    assert overflow(phone) == 0
    page = agent("preview")
    assert violations(page) == []
    # A question that depends on another comes and goes.
    precision = page.get_by_label("Précision", exact=True).first
    assert not precision.is_visible()
    page.get_by_role("group", name="D'accord ?").get_by_label("Oui").check()
    assert precision.is_visible()
    # Lines come, take the focus, and the sums follow.
    charges = page.get_by_role("group", name="Charges", exact=True)
    charges.get_by_role("button", name="Ajouter une charge").click()
    fourth = charges.get_by_role("group", name="Charges, ligne 4")
    assert fourth.locator("select").evaluate("one => one === document.activeElement")
    assert fourth.locator("select").get_attribute("name") == "apercu-budget-charges-3-account"
    fourth.get_by_label("Montant").fill("12 500,50")
    assert page.locator('[data-sum="charges"]').inner_text() == "12\u202f500,50\u00a0€"
    assert page.get_by_text("Il manque 12\u202f500,50\u00a0€ de produits.").is_visible()
    charges.get_by_role("button", name="Retirer la ligne 4 des charges").click()
    assert page.get_by_text("Charges et produits sont égaux.").is_visible()
    # What is left to write is counted.
    page.get_by_label("Titre <b>").fill("x" * 81)
    assert page.get_by_text("1 caractères de trop").is_visible()
    assert violations(page) == []


@pytest.mark.one_engine
def test_the_builder_is_accessible_and_shows_a_question_as_it_is_typed(agent: Opened):
    for width in (1280, 390):
        page = agent("build", width=width)
        assert violations(page) == []
        assert overflow(page) == 0
    page = agent("question", "theme")
    sample = page.locator(".builder-sample")
    sample.get_by_text("Alpha").wait_for()
    page.get_by_label("Réponses proposées").fill("Alpha\nUne autre")
    sample.get_by_text("Une autre").wait_for()
    assert violations(page) == []
    small = agent("question", "budget", width=390)
    assert overflow(small) == 0
    assert violations(small) == []


@pytest.mark.one_engine
def test_a_form_is_built_by_keyboard_without_a_script(agent: Opened):
    page = agent("build", scripts=False)
    page.get_by_role("button", name="Dupliquer : Résumé").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Résumé (copie)").focus()
    page.keyboard.press("Enter")
    page.get_by_label("La question").fill("Votre histoire")
    page.get_by_label("La question").press("Enter")
    assert page.get_by_role("link", name="Votre histoire").is_visible()
    page.get_by_role("button", name="Défaire la question « Votre histoire »").click()
    assert page.get_by_role("link", name="Résumé (copie)").is_visible()
