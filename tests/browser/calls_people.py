"""People of a call, each in a browser of their own, before the server of this process."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from maillage.accounts.models import User
from maillage.calls.models import Edition
from maillage.spaces.models import Space
from tests.browser.conftest import Visit, _complain, overflow, violations
from tests.calls.factories import make_edition

Opened = Callable[..., Page]
SPACE = "/val-de-bievre"


def open_now(space: Space, **fields: Any) -> Edition:
    """A call open since one day and for ten more, on the clock of this machine."""
    now = timezone.now()
    fields = {
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=10),
    } | fields
    return make_edition(space, **fields)


def sound(page: Page) -> tuple[list[str], int]:
    return violations(page), overflow(page)


def reach(page: Page, name: str, limit: int = 200) -> None:
    """Press Tab until what has the focus is a control called `name`; a region that scrolls is not one."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if name in page.evaluate(
            """() => {
                const at = document.activeElement;
                const isControl = /^(A|BUTTON|SUMMARY|INPUT|SELECT|TEXTAREA)$/.test(at.tagName);
                const labels = at.labels ? [...at.labels].map((one) => one.textContent) : [];
                return isControl ? [...labels, at.getAttribute('aria-label') || '', at.textContent].join(' ') : '';
            }"""
        ):
            return
    pytest.fail(f"the keyboard does not reach « {name} »")


def press(page: Page, name: str) -> None:
    reach(page, name)
    page.keyboard.press("Enter")


def tick(page: Page, name: str) -> None:
    reach(page, name)
    page.keyboard.press("Space")


def write(page: Page, label: str, text: str) -> None:
    """Reach a field with the keyboard, empty it and type."""
    reach(page, label)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def follow(page: Page, name: str, address: str) -> None:
    """Reach a link or a button with the keyboard, press it and arrive."""
    press(page, name)
    page.wait_for_url(address)


def words(page: Page) -> str:
    """What the page says, with plain spaces."""
    said = page.locator("main").inner_text()
    return said.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.fixture(scope="module")
def beside_the_loop() -> Iterator[None]:
    """The driver of the browser runs a loop in this thread: Django must not take it for ours."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture
def people(
    beside_the_loop: None, transactional_db: None, live_server: LiveServer, chromium: Browser
) -> Iterator[Opened]:
    """`people(user, "/chemin/", width=390)`: a page; signed in, unless `user` is None. Complaints of a browser fail."""
    contexts, visits = [], []

    def opened(user: User | None, path: str, width: int = 390, *, scripts: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 844}, locale="fr-FR", java_script_enabled=scripts
        )
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            key = client.cookies[settings.SESSION_COOKIE_NAME].value
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}
            context.add_cookies([cookie])  # type: ignore[list-item]
        visitor = Visit(context.new_page(), live_server.url)
        visits.append(visitor)
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitor.page.on("console", lambda line: _complain(visitor, line.type, line.text))
        return visitor.go(path)

    yield opened
    for context in contexts:
        context.close()
    told = [line for one in visits for line in one.complaints]
    assert told == [], told
