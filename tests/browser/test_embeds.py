"""Frames on somebody else's page, on another origin, under a content policy that allows nothing but them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Frame, Page

from tests.browser.conftest import AXE, SPACE, Opener, Visit, overflow, violations

KINDS = ("carte", "liste", "structure", "chiffre")


class _Town(BaseHTTPRequestHandler):
    def __init__(self, body: str, policy: str, *rest: object) -> None:
        self.body, self.policy = body, policy
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", self.policy)
        self.end_headers()
        self.wfile.write(self.body.encode())

    def log_message(self, *_args: object) -> None:
        pass


@contextmanager
def town(snippet: str, site: str) -> Iterator[str]:
    """A page of another origin that may frame `site` and do nothing else: no script, no style."""
    body = f'<!DOCTYPE html><html lang="fr"><title>Ville</title><body><h1>Ville</h1>{snippet}'
    policy = f"default-src 'none'; frame-src {site}"
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Town, body, policy))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


def snippet_of(visitor: Visit, kind: str) -> str:
    """What the builder gives to copy; for a structure or a figure, the first of those offered."""
    page = visitor.go(f"{SPACE}integrer/?quoi={kind}")
    if kind in {"structure", "chiffre"}:
        page.locator("section li a").first.click()
    return page.locator("#code").input_value()


def framed(page: Page) -> Frame:
    handle = page.wait_for_selector("iframe")
    assert handle is not None
    handle.scroll_into_view_if_needed()
    frame = handle.content_frame()
    assert frame is not None
    frame.wait_for_selector("h1")
    return frame


def refused_by_axe(frame: Frame) -> list[str]:
    return frame.evaluate(
        AXE
        + ";axe.run(document, {resultTypes: ['violations']}).then((f) => f.violations.map((v) => v.id))"
    )


def own_words(visitor: Visit) -> None:
    """The town's own policy refuses the style of the snippet: the frame does without."""
    visitor.complaints[:] = [line for line in visitor.complaints if "inline style" not in line]


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_works_on_a_foreign_page(kind: str, width: int, visit: Opener):
    code = snippet_of(visit(width), kind)
    visitor = visit(width)  # somebody who never came to the site
    with town(code, visitor.site) as address:
        visitor.page.goto(address)
        frame = framed(visitor.page)
        if kind == "carte":
            frame.wait_for_selector("maillage-map[data-ready=contours]", timeout=30_000)
        assert frame.url.startswith(visitor.site + SPACE + "integrer/" + kind)
        assert refused_by_axe(frame) == []
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert frame.evaluate(wide) == 0
        assert visitor.page.context.cookies() == []
        assert (
            frame.evaluate("document.cookie + localStorage.length + sessionStorage.length") == "00"
        )
        link = frame.get_by_role("link", name="Ouvrir sur le site")
        with visitor.page.context.expect_page() as opened:
            link.focus()
            visitor.page.keyboard.press("Enter")
        opened.value.wait_for_load_state()
        assert opened.value.url.startswith(visitor.site + SPACE)
        assert opened.value.evaluate("window.opener") is None
    own_words(visitor)


def test_the_map_without_scripts_is_a_picture_and_a_list(visit: Opener):
    visitor = visit(390, scripts=False)
    code = snippet_of(visitor, "carte")
    with town(code, visitor.site) as address:
        visitor.page.goto(address)
        frame = framed(visitor.page)
        assert frame.locator("img.map-still").evaluate("image => image.naturalWidth") > 0
        assert frame.locator(".structure-card").count() == 20
        frame.get_by_role("link", name="Suivante").click()
        frame.wait_for_url("**/integrer/carte/?page=2")
    own_words(visitor)


def test_points_and_pages_are_reached_by_the_keyboard(visit: Opener):
    visitor = visit(1280)
    page = visitor.go(f"{SPACE}integrer/carte/")
    page.wait_for_selector("maillage-map[data-ready=contours]", timeout=30_000)
    page.locator(".map-points button").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.closest('.map-points') !== null")
    assert page.locator(".map-here").count() == 0


def test_a_space_that_names_its_sites_is_refused_elsewhere(visit: Opener, agent: Opener):
    """The agent's own space changes for the time of the test."""
    keeper, settings = agent(), "gestion/parametres/integration/"

    def allow(sites: str) -> None:
        page = keeper.go(SPACE + settings)
        page.locator("#id_sites").fill(sites)
        page.get_by_role("button", name="Enregistrer").click()
        page.wait_for_selector("text=sont à jour")

    allow("https://ville.example")
    try:
        visitor = visit(1280)
        code = snippet_of(visitor, "liste")
        assert visitor.page.frames[1].locator("h1").count() == 1  # the preview is at home
        with town(code, visitor.site) as address:
            visitor.page.goto(address)
            visitor.page.wait_for_timeout(1500)
            assert any("frame-ancestors" in line for line in visitor.complaints)
            assert all(visitor.site not in one.url for one in visitor.page.frames[1:])
        visitor.complaints.clear()
    finally:
        allow("")


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_builder_and_its_settings_are_accessible(width: int, visit: Opener, agent: Opener):
    page = visit(width).go(f"{SPACE}integrer/?quoi=liste")
    assert (violations(page), overflow(page)) == ([], 0)
    managed = agent(width).go(f"{SPACE}gestion/parametres/integration/")
    assert (violations(managed), overflow(managed)) == ([], 0)
