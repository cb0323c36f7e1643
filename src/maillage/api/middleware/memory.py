"""Answers that are sent again as they were, while the clocks say the same."""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from maillage.api import access
from maillage.api.lib.remembered import Answer, Memory, knows, prepare
from maillage.api.queries.spaces import version_of

MEMORY = Memory()
_NOT_KEPT = frozenset({"content-encoding", "content-length", "cache-control", "set-cookie"})
_READING = frozenset({"GET", "HEAD"})
MAX_AGE = 60


class ApiMemory:
    """Outermost of all: what it sends again bears the headers that the others had given.

    Its own failures send the request the long way, where they are told. So do a session (the house wants the pages
    of signed-in people kept by no cache), a foreign host, a plain connection where only https is served, and a reader
    who is over the limit.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/api/") or request.method not in _READING:
            return self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            return self.get_response(request)
        try:
            again = _again(request)
        except Exception:  # noqa: BLE001  (a database away, a host refused: the gate tells it as it tells everything)
            again = None
        if again is not None:
            return again
        response = self.get_response(request)
        if request.method == "GET" and response.status_code == 200:
            _keep(request, response)
        return response


def _key(request: HttpRequest) -> str:
    return f"{request.path_info}?{request.META.get('QUERY_STRING', '')}"


def _again(request: HttpRequest) -> HttpResponse | None:
    kept = MEMORY.get(_key(request))
    if kept is None or (settings.SECURE_SSL_REDIRECT and not request.is_secure()):
        return None
    request.get_host()
    standing = access.count(request)
    request.api_standing = standing  # type: ignore[attr-defined]  # counted once
    if standing is not None and not standing.allowed:
        return None
    if version_of(kept.slug, timezone.now()) != kept.version:
        return None
    request.user = AnonymousUser()
    response = _response(request, kept)
    if standing is not None:
        standing.tell(response)
    return response


def _response(request: HttpRequest, kept: Answer) -> HttpResponse:
    if knows(request.headers.get("If-None-Match", ""), kept.etag):
        return HttpResponse(status=304, headers=dict(kept.headers))
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    body = kept.compressed if packed else kept.body
    response = HttpResponse(b"" if request.method == "HEAD" else body, headers=dict(kept.headers))
    response.headers["Content-Length"] = str(len(body))
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _keep(request: HttpRequest, response: HttpResponseBase) -> None:
    fresh: tuple[str, tuple[Any, ...]] | None = getattr(response, "fresh_as", None)
    if fresh is None:
        return
    headers = {
        name: value
        for name, value in response.headers.items()
        if name.lower() not in _NOT_KEPT and not name.startswith("RateLimit-")
    } | {"Cache-Control": f"public, max-age={MAX_AGE}", "Vary": "Accept-Encoding"}
    plain = cast("bytes", response.plain)  # type: ignore[attr-defined]  # as it was before compression
    slug, version = fresh
    MEMORY.keep(_key(request), prepare(slug, version, plain, tuple(headers.items())))
