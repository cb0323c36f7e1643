"""The page of a structure, its QR code and its card on the map."""

from dataclasses import asdict
from io import BytesIO

import segno
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from maillage.directory.queries.sheet import Fate, locate, structure_card, structure_sheet
from maillage.spaces.models import Space


@login_not_required
@require_safe
def sheet(request: HttpRequest, space: Space, slug: str) -> HttpResponse:
    now = timezone.now()
    found = structure_sheet(space, slug, now=now)
    if found is not None:
        return render(request, "directory/structure.html", {"sheet": found})
    fate = locate(space, slug, now=now)
    if fate.fate is Fate.MOVED:
        url = reverse("directory:structure", args=[space.slug, fate.slug])
        return HttpResponsePermanentRedirect(url)
    if fate.fate is Fate.GONE:
        return render(request, "directory/gone.html", {"structure": fate.gone}, status=410)
    raise Http404


@login_not_required
@require_safe
def qr_code(request: HttpRequest, space: Space, slug: str) -> HttpResponse:
    if locate(space, slug, now=timezone.now()).fate is not Fate.HERE:
        raise Http404
    url = settings.BASE_URL + reverse("directory:structure", args=[space.slug, slug])
    svg = BytesIO()
    segno.make(url, error="m", micro=False).save(svg, kind="svg", scale=8, border=4)
    response = HttpResponse(svg.getvalue(), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=86400" if space.is_public else "private"
    return response


@login_not_required
@require_safe
@vary_on_headers("Accept")
def card(request: HttpRequest, space: Space, structure_id: int) -> HttpResponse:
    """A fragment of HTML, or JSON for who accepts it."""
    found = structure_card(space, structure_id, now=timezone.now())
    if found is None:
        raise Http404
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse(asdict(found))
    return render(request, "directory/card.html", {"card": found})
