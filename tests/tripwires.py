"""Families of bugs that the harness refuses for every test. See `tests/conftest.py`."""

import contextlib
import re
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.template import engines

SOURCE = str(Path(__file__).resolve().parents[1] / "src")
LOOPBACK = re.compile(r"^(127\.\d+\.\d+\.\d+|::1|localhost|0\.0\.0\.0|::)$")
# Rows that reading a page may touch: who is signed in, throttles and counters of the cache.
# A provider of identities sends the browser back by a GET: a state that serves once guards it.
MAY_WRITE = ("/compte/proconnect/retour/",)
MAY_BE_WRITTEN_BY_READS = ("django_session", "core_cache", "core_throttle", "accounts_user")
WRITE = re.compile(
    r"^\s*(INSERT|UPDATE|DELETE|REPLACE|TRUNCATE|DROP|ALTER|CREATE)\b", re.IGNORECASE
)
TABLE = re.compile(r'\b(?:INTO|UPDATE|FROM|TABLE)\s+"?(\w+)', re.IGNORECASE)


class Tripwire(AssertionError):
    """A rule of the house was broken while the test looked elsewhere."""


def forbid_network() -> None:
    """A test that leaves this machine is neither repeatable nor polite."""
    real_connect, real_lookup = socket.socket.connect, socket.getaddrinfo

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not LOOPBACK.match(str(address[0])):
            raise Tripwire(f"connection to {address[0]}: tests stay on this machine")
        return real_connect(self, address)

    def lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name and not LOOPBACK.match(name):
            raise Tripwire(f"lookup of {name}: tests stay on this machine")
        return real_lookup(host, *args, **kwargs)

    socket.socket.connect = connect
    socket.getaddrinfo = lookup


class _Undefined(str):
    """Value of a missing variable. Django formats it with the variable's name: that is the alarm."""

    __slots__ = ()

    def __mod__(self, variable: Any) -> str:
        context = sys._getframe(1).f_locals.get("context")
        template = context.render_context.template if context is not None else None
        origin = getattr(getattr(template, "origin", None), "name", "") or ""
        if origin.startswith(SOURCE):
            raise Tripwire(f"{origin.removeprefix(SOURCE)}: {{{{ {variable} }}}} is undefined")
        return ""


def refuse_undefined_variables() -> None:
    engines["django"].engine.string_if_invalid = _Undefined("%s")


@contextlib.contextmanager
def reads_only(environ: dict[str, Any]) -> Iterator[None]:
    """Refuse SQL writes while a GET or HEAD request is answered."""
    reads = environ.get("REQUEST_METHOD") in {"GET", "HEAD"}
    if not reads or environ.get("PATH_INFO") in MAY_WRITE:
        yield
        return

    def refuse(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        if WRITE.match(sql):
            table = (TABLE.search(sql) or [""])[0].split()[-1].strip('"')
            if table not in MAY_BE_WRITTEN_BY_READS:
                raise Tripwire(f"GET {environ.get('PATH_INFO')} writes: {sql[:120]}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


_POST_FORM = re.compile(r"<form\b[^>]*\bmethod=[\"']?post\b.*?</form>", re.IGNORECASE | re.DOTALL)
_INLINE = re.compile(r"<[a-z][^>]*\s(on[a-z]+|style)=[\"']", re.IGNORECASE)
_INLINE_SCRIPT = re.compile(
    r"<script(?![^>]*\b(?:src|nonce|type=[\"']?application/(?:ld\+)?json))", re.IGNORECASE
)
_UNRENDERED = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<c-[a-z]|None</", re.DOTALL)
_RAW = re.compile(r"<(script|textarea|pre|code)\b.*?</\1>", re.IGNORECASE | re.DOTALL)


HEADERS = {
    "X-Content-Type-Options": {"nosniff"},
    "X-Frame-Options": {"DENY"},
    "Referrer-Policy": {"strict-origin-when-cross-origin", "same-origin"},
    "Cross-Origin-Opener-Policy": {"same-origin"},
    "Server": {"Maillage"},
}


def policy_of(response: HttpResponse) -> dict[str, list[str]]:
    """The content policy as `{directive: sources}`."""
    parts = [part.split() for part in response.get("Content-Security-Policy", "").split(";")]
    return {words[0]: words[1:] for words in parts if words}


def check_headers(response: HttpResponse) -> None:
    """Refuse an answer, whatever it is, that gives a browser more rights than the house does."""
    framed = is_frame(response)
    wanted = HEADERS | ({"X-Frame-Options": {None}} if framed else {})
    if wrong := {
        name: response.get(name) for name in wanted if response.get(name) not in wanted[name]
    }:
        raise Tripwire(f"headers: {wrong}")
    allowed = dict(
        one.strip().split("=", 1) for one in response.get("Permissions-Policy", "x=").split(",")
    )
    where = "()" if framed else "(self)"
    if allowed.get("camera") != "()" or allowed.get("geolocation") != where:
        raise Tripwire(f"Permissions-Policy: {response.get('Permissions-Policy')!r}")
    policy = policy_of(response)
    closed: tuple[str, ...] = ("default-src", "base-uri", "frame-ancestors")
    if framed:
        closed = closed[:2]
        check_frame(response, policy.pop("frame-ancestors"))
    if wrong := [name for name in closed if policy.get(name) != ["'none'"]]:
        raise Tripwire(f"content policy: {wrong} must be 'none'")
    if "sandbox" in policy:
        # A file that somebody sent: nothing in it may run, not even what the house allows its pages.
        if policy["sandbox"] or set(policy) - {*closed, "sandbox", "style-src", "img-src"}:
            raise Tripwire(f"content policy of a file: {policy}")
        return
    sources = {source for given in policy.values() for source in given}
    if loose := [one for one in sources if one.startswith("'unsafe-") or one in {"*", "https:"}]:
        raise Tripwire(f"content policy: {loose}")
    scripts = [one for one in policy["script-src"] if not one.startswith("'nonce-")]
    if scripts != ["'self'"] or policy.get("require-trusted-types-for") != ["'script'"]:
        raise Tripwire(f"content policy of scripts: {policy}")


def is_frame(response: HttpResponse) -> bool:
    """A page that other sites may frame: /<space>/integrer/<kind>/…, when it answers."""
    path = getattr(response, "request", {}).get("PATH_INFO", "")
    return response.status_code == 200 and bool(re.match(r"/[\w-]+/integrer/.", path))


def check_frame(response: HttpResponse, ancestors: list[str]) -> None:
    """It gives nothing of the reader away: no cookie, and only https sites, or any site, around it."""
    # Inside another site's page no cookie comes; read here, by who is signed in, one does.
    brought = response.wsgi_request.COOKIES
    varies = not brought and "cookie" in response.get("Vary", "").lower()
    if response.cookies or varies:
        raise Tripwire(f"a frame depends on a cookie: {response.cookies} {response.get('Vary')}")
    named = all(one == "'self'" or one.startswith("https://") for one in ancestors)
    if ancestors != ["*"] and not named:
        raise Tripwire(f"frame-ancestors: {ancestors}")


def look_at(response: HttpResponse) -> None:
    """Refuse a page that a strict browser, or a careful reader, would."""
    if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
        return
    html = response.content.decode()
    for form in _POST_FORM.findall(html):
        if "csrfmiddlewaretoken" not in form:
            raise Tripwire(f"POST form without CSRF token: {form[:160]}")
    if found := _INLINE.search(html):
        raise Tripwire(f"inline handler or style: {found[0][:160]}")
    if _INLINE_SCRIPT.search(html):
        raise Tripwire("inline script: the content policy refuses it")
    if found := _UNRENDERED.search(_RAW.sub("", html)):
        raise Tripwire(f"unrendered template or None on screen: {found[0][:160]}")
