"""A living installation for the journeys.

Its database is the test's own, its server and worker are real processes, its mail server is a real one on
this machine.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from maillage.accounts.models import User
from tests.browser.conftest import ROOT, Visit, _complain

LINK = re.compile(r"https?://[^\s<>\"]+")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Mailbox:
    """Takes every letter. `turned_away` makes it refuse them for a moment."""

    letters: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def wait_for(self, address: str, words: str = "", seconds: float = 40) -> EmailMessage:
        """The newest letter to `address` whose text holds `words`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for letter in reversed(self.letters):
                if letter["To"] == address and words in text_of(letter):
                    return letter
            time.sleep(0.2)
        told = [(letter["To"], letter["Subject"]) for letter in self.letters]
        pytest.fail(f"no letter to {address} about « {words} »: {told}")


def text_of(letter: EmailMessage) -> str:
    return letter.get_body(("plain",)).get_content()


def link_in(letter: EmailMessage, part: str = "") -> str:
    """The first address of the letter that holds `part`."""
    found = [link.rstrip(".,)") for link in LINK.findall(text_of(letter)) if part in link]
    assert found, text_of(letter)
    return found[0]


@dataclass
class Town:
    root: str
    mailbox: Mailbox
    chromium: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)

    def open(self, user: User | None = None, width: int = 390, *, scripts: bool = True) -> Visit:
        """A browser of `user`, signed in; of a visitor when there is none."""
        context = self.chromium.new_context(
            viewport={"width": width, "height": 844}, locale="fr-FR", java_script_enabled=scripts
        )
        self.contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.root}]
            )
        return self.tab(context)

    def tab(self, context: BrowserContext) -> Visit:
        """One more tab of the same browser."""
        visitor = Visit(context.new_page(), self.root)
        self.visits.append(visitor)
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitor.page.on("console", lambda line: _complain(visitor, line.type, line.text))
        return visitor


def press_to(page: Page, name: str, limit: int = 90) -> None:
    """Press Tab until what has the focus is called `name` (its label, its text)."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if name in page.evaluate(
            """() => {
                const at = document.activeElement;
                const labels = at.labels ? [...at.labels].map((one) => one.textContent) : [];
                return [...labels, at.getAttribute('aria-label') || '', at.textContent].join(' ');
            }"""
        ):
            return
    pytest.fail(f"the keyboard does not reach « {name} »")


def write(page: Page, label: str, text: str) -> None:
    """Reach a field with the keyboard, empty it and type."""
    press_to(page, label)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def until(seen: Callable[[], object], seconds: float = 20) -> None:
    """Wait for what the server writes."""
    end = time.monotonic() + seconds
    while not seen():
        if time.monotonic() > end:
            pytest.fail("it did not happen")
        time.sleep(0.1)


@pytest.fixture
def town(
    database_url: str, chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Town]:
    with raised(database_url, chromium, tmp_path, monkeypatch, free_port()) as found:
        yield found


@contextmanager
def raised(
    database_url: str,
    chromium: Browser,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    port: int,
    **more: str,
) -> Iterator[Town]:
    """A town at `port`; `more` are settings of its own."""
    # Playwright keeps an event loop in this thread; the database is asked between its steps.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    mailbox = Mailbox()
    post_office = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    post_office.start()
    # By its name: a passkey belongs to a name, never to a number.
    root = f"http://localhost:{port}"
    monkeypatch.setattr(settings, "BASE_URL", root)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAILLAGE_")}
    environment = kept | {
        "DJANGO_SETTINGS_MODULE": "maillage.config.settings.base",
        "MAILLAGE_VAR_DIR": str(tmp_path / "var"),
        "MAILLAGE_DATABASE_URL": database_url,
        "MAILLAGE_SECRET_KEY": settings.SECRET_KEY,
        "MAILLAGE_BASE_URL": root,
        "MAILLAGE_BASEMAP_STYLE": "",
        "MAILLAGE_EMAIL_URL": f"smtp://127.0.0.1:{post_office.port}",
        "MAILLAGE_EMAIL_FROM": "Maillage <maillage@test.example>",
        "PYTHONPATH": str(ROOT / "src"),
        **more,
    }
    command = [sys.executable, "-m", "maillage.config.cli", "serve", "--port", str(port)]
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "--workers", "1", "--with-worker"],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    found = Town(root, mailbox, chromium)
    try:
        _wait_for(f"{root}/sante/", server, tmp_path / "server.log")
        yield found
        assert [line for one in found.visits for line in one.complaints] == []
    finally:
        for context in found.contexts:
            context.close()
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
        post_office.stop()
        shutil.rmtree(tmp_path / "var", ignore_errors=True)


def _wait_for(url: str, server: subprocess.Popen, log: Path) -> None:
    for _ in range(400):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the town did not start: {log.read_text()[-2000:]}")


Opener = Callable[..., Visit]
