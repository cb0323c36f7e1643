"""The list, the map and the landing pages."""

from dataclasses import replace

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from maillage.directory.filters import parse
from maillage.directory.lib.criteria import DirectoryFilters
from maillage.directory.queries.landing import Landing, landing
from maillage.directory.queries.page import directory_page
from maillage.spaces.models import Space


@login_not_required
@require_safe
@vary_on_headers("HX-Request")
def directory_list(request: HttpRequest, space: Space) -> HttpResponse:
    return _page(request, space, face="list")


@login_not_required
@require_safe
@vary_on_headers("HX-Request")
def directory_map(request: HttpRequest, space: Space) -> HttpResponse:
    return _page(request, space, face="map")


@login_not_required
@require_safe
def sector(request: HttpRequest, space: Space, code: str) -> HttpResponse:
    return _landing(request, space, "secteur", code)


@login_not_required
@require_safe
def municipality(request: HttpRequest, space: Space, code: str) -> HttpResponse:
    return _landing(request, space, "commune", code)


def _page(request: HttpRequest, space: Space, *, face: str) -> HttpResponse:
    parsed = parse(request.GET)
    page = directory_page(space, parsed.filters, now=timezone.now(), face=face)
    page = replace(page, messages=parsed.messages + page.messages)
    fragment = "#results" if request.headers.get("HX-Request") == "true" else ""
    return render(request, f"directory/list.html{fragment}", {"page": page, "face": face})


def _landing(request: HttpRequest, space: Space, facet: str, code: str) -> HttpResponse:
    now = timezone.now()
    found: Landing | None = landing(space, facet, code, now=now)
    if found is None:
        raise Http404
    page = directory_page(space, DirectoryFilters.only(facet, code), now=now)
    return render(request, "directory/landing.html", {"page": page, "landing": found})
