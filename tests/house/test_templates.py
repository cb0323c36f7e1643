"""No template that nothing shows, none that cannot be parsed, none that brings its own script."""

import re
from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import get_template

from tests.house.files import ROOT, SOURCE, under

# Django asks for these by name itself.
BY_CONVENTION = {
    "400.html",
    "403.html",
    "403_csrf.html",
    "404.html",
    "429.html",
    "500.html",
    "503.html",
}
INLINE = re.compile(r"\s(?:on[a-z]+|style)=[\"']|\bhx-on|javascript:", re.IGNORECASE)
SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*json)|<style\b", re.IGNORECASE)


def templates() -> dict[str, Path]:
    found = {}
    for path in under(SOURCE, ".html", ".txt", ".xml"):
        if "templates" in path.parts:
            parts = path.parts[path.parts.index("templates") + 1 :]
            found["/".join(parts)] = path
    return found


def overrides_a_library(name: str) -> bool:
    loaders = engines["django"].engine.template_loaders
    sources = [
        origin.name
        for outer in loaders
        for loader in [outer, *getattr(outer, "loaders", [])]
        for origin in loader.get_template_sources(name)
    ]
    return any(Path(s).exists() and not Path(s).is_relative_to(SOURCE) for s in sources)


def test_every_template_is_shown_somewhere() -> None:
    code = "\n".join(path.read_text() for path in under(SOURCE, ".py", ".html", ".txt"))
    dead = []
    for name in templates():
        component = re.match(r"cotton/(.+)\.html$", name)
        if component:
            tag = component[1].replace("/index", "").replace("/", ".")
            used = re.search(rf"<c-{re.escape(tag).replace('_', '[-_]')}[\s/>]", code)
        else:
            used = any(name + mark in code for mark in "\"'#{")
        if not (used or name in BY_CONVENTION or overrides_a_library(name)):
            dead.append(name)
    assert dead == []


def test_every_template_can_be_parsed() -> None:
    for name in templates():
        get_template(name)


def test_no_template_brings_inline_script_or_style() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {found[0].strip()}"
        for path in templates().values()
        for found in [INLINE.search(path.read_text()) or SCRIPT.search(path.read_text())]
        if found
    ]
    assert wrong == []


@pytest.mark.parametrize("text", ['<b style="x">', "<a onclick='x'>", "<script>", "<style>"])
def test_inline_script_and_style_are_seen(text: str) -> None:
    assert INLINE.search(text) or SCRIPT.search(text)


def test_no_page_hides_where_it_comes_from_to_itself() -> None:
    """Under `no-referrer` a browser sends `Origin: null`, and every form of the page is refused as forged."""
    wrong = [
        str(path.relative_to(ROOT))
        for path in under(SOURCE, ".html", ".py")
        if "no-referrer" in path.read_text()
    ]
    assert wrong == []
