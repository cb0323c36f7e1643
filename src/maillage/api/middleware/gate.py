"""The gate of everything under /api/: counts, tags, opens reading to every site, tells errors as JSON."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from maillage.api import access
from maillage.api.lib.problems import MEDIA_TYPE, document
from maillage.api.lib.remembered import knows, tag_of
from maillage.api.middleware.memory import MAX_AGE

_READING = frozenset({"GET", "HEAD"})
_EXPOSED = "ETag, Link, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After"


class ApiGate:
    """A view that sets `response.fresh_as = (slug, version)` lets the memory send its bytes again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/api/"):
            return self.get_response(request)
        reading = request.method in _READING
        if hasattr(request, "api_standing"):
            standing = request.api_standing
        else:
            standing = access.count(request)
        if standing is not None and not standing.allowed:
            response: HttpResponseBase = _problem(request, 429)
            response.headers["Retry-After"] = str(standing.reset)
        elif request.method == "OPTIONS":
            response = _preflight()
        else:
            response = self._asked(request)
        if standing is not None:
            standing.tell(response)
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
            response.headers.setdefault("Cache-Control", f"public, max-age={MAX_AGE}")
        return _bodiless(request, response)


def _tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """With its tag; 304 when the reader has it."""
    response.headers.setdefault("ETag", tag_of(response.content))
    patch_vary_headers(response, ["Accept-Encoding"])
    response.plain = response.content  # type: ignore[attr-defined]  # for the memory, above the compression
    if knows(request.headers.get("If-None-Match", ""), response.headers["ETag"]):
        unchanged = HttpResponse(status=304)
        for name in ("ETag", "Cache-Control", "Vary", "Link"):
            if name in response.headers:
                unchanged.headers[name] = response.headers[name]
        return unchanged
    return response


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
