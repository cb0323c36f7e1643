"""The gate of everything under /api/: counts, remembers, opens reading to every site, tells errors as JSON."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from maillage.api import access
from maillage.api.lib.problems import MEDIA_TYPE, document
from maillage.api.lib.remembered import Memory, prepare, tag_of
from maillage.api.queries.spaces import version_of

MEMORY = Memory()
_READING = frozenset({"GET", "HEAD"})
_MAX_AGE = 60
_EXPOSED = "ETag, Link, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After"


class ApiGate:
    """Middleware. A view that sets `response.fresh_as = (slug, version)` lets its bytes be remembered.

    They are sent again as long as `queries.spaces.version_of` says the same: one query, no view. Whoever brings
    a session goes the long way, as the house wants the pages of signed-in people kept by no cache.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/api/"):
            return self.get_response(request)
        reading = request.method in _READING
        standing = access.count(request)
        if standing is not None and not standing.allowed:
            response: HttpResponseBase = _problem(request, 429)
            response.headers["Retry-After"] = str(standing.reset)
        elif request.method == "OPTIONS":
            response = _preflight()
        else:
            response = (_remembered(request) if reading else None) or self._asked(request)
        if standing is not None:
            response.headers["RateLimit-Limit"] = str(standing.limit)
            response.headers["RateLimit-Remaining"] = str(standing.remaining)
            response.headers["RateLimit-Reset"] = str(standing.reset)
        if reading or response.status_code == 429:
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Expose-Headers"] = _EXPOSED
        return response

    def _asked(self, request: HttpRequest) -> HttpResponseBase:
        method = request.method
        if method == "HEAD":  # the answer of a GET, without its body
            request.method = "GET"
        response = self.get_response(request)
        request.method = method
        if response.status_code >= 400:
            if response.headers.get("Content-Type", "") != MEDIA_TYPE:
                response = _told_as_json(request, response)
            response.headers.setdefault("Cache-Control", "no-store")
            return _bodiless(request, response)
        if method in _READING and response.status_code == 200 and not response.streaming:
            response = _tagged(request, cast("HttpResponse", response))
        if method in _READING:
            response.headers.setdefault("Cache-Control", f"public, max-age={_MAX_AGE}")
        return _bodiless(request, response)


def _key(request: HttpRequest) -> str:
    return f"{request.path_info}?{request.META.get('QUERY_STRING', '')}"


def _remembered(request: HttpRequest) -> HttpResponse | None:
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        return None
    kept = MEMORY.get(_key(request))
    if kept is None or version_of(kept.slug, timezone.now()) != kept.version:
        return None
    request.get_host()  # refuses the hosts that are not ours, like the long way
    request.user = AnonymousUser()
    response = HttpResponse(content_type=kept.media_type)
    response.headers["ETag"] = kept.etag
    if kept.link:
        response.headers["Link"] = kept.link
    response.headers["Cache-Control"] = f"public, max-age={_MAX_AGE}"
    patch_vary_headers(response, ["Accept-Encoding"])
    if _known(request, kept.etag):
        response.status_code = 304
        return response
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.content = kept.compressed
        response.headers["Content-Encoding"] = "gzip"
    else:
        response.content = kept.body
    response.headers["Content-Length"] = str(len(response.content))
    return cast("HttpResponse", _bodiless(request, response))


def _tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """With its tag, and remembered when the view said how fresh it is; 304 when the reader has it."""
    fresh = getattr(response, "fresh_as", None)
    private = settings.SESSION_COOKIE_NAME in request.COOKIES
    if fresh is not None and not private:
        slug, version = fresh
        link = response.headers.get("Link", "")
        kept = prepare(slug, version, response.content, response.headers["Content-Type"], link)
        MEMORY.keep(_key(request), kept)
    response.headers.setdefault("ETag", tag_of(response.content))
    etag = response.headers["ETag"]
    if _known(request, etag):
        unchanged = HttpResponse(status=304)
        for name in ("ETag", "Cache-Control", "Vary", "Link"):
            if name in response.headers:
                unchanged.headers[name] = response.headers[name]
        return unchanged
    return response


def _known(request: HttpRequest, etag: str) -> bool:
    """Weak comparison of RFC 9110 §13.1.2."""
    asked = request.headers.get("If-None-Match", "")
    if asked.strip() == "*":
        return True
    bare = etag.removeprefix("W/")
    return any(one.strip().removeprefix("W/") == bare for one in asked.split(","))


def _bodiless(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if request.method != "HEAD":
        return response
    if response.streaming:  # its length is not known
        response.close()
        told = HttpResponse(status=response.status_code, headers=dict(response.headers))
        told.cookies = response.cookies
        return told
    answer = cast("HttpResponse", response)
    length = len(answer.content)
    answer.content = b""
    answer.headers["Content-Length"] = str(length)
    return answer


def _preflight() -> HttpResponse:
    """Any site may read; none may write from a browser, with or without a person's cookies."""
    response = HttpResponse(status=204)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
    response.headers["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
    response.headers["Access-Control-Max-Age"] = "86400"
    response.headers["Allow"] = "GET, HEAD, OPTIONS"
    return response


def _problem(request: HttpRequest, status: int) -> HttpResponse:
    body = document(status, "", instance=request.path, base_url=settings.BASE_URL)
    return HttpResponse(body, status=status, content_type=MEDIA_TYPE)


def _told_as_json(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    """The error pages of the house are for eyes: a program is told the same as JSON."""
    told = _problem(request, response.status_code)
    for name in ("Retry-After", "Allow", "WWW-Authenticate", "Cache-Control", "Vary"):
        if name in response.headers:
            told.headers[name] = response.headers[name]
    return told
