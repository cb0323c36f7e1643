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

from maillage.directory.lib.hours_calendar import hours_calendar
from maillage.directory.lib.vcard import vcard
from maillage.directory.queries.sheet import Fate, locate, structure_card, structure_sheet
from maillage.spaces.models import Space
from maillage.structures.permissions import reading_level


@login_not_required
@require_safe
def sheet(request: HttpRequest, space: Space, slug: str) -> HttpResponse:
    now = timezone.now()
    reader = reading_level(request.user, space)
    found = structure_sheet(space, slug, now=now, reader=reader)
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
def contact_card(request: HttpRequest, space: Space, slug: str) -> HttpResponse:
    """The vCard: what the public page says, whoever asks."""
    found = structure_sheet(space, slug, now=timezone.now())
    if found is None:
        raise Http404
    return _download(vcard(found), "text/vcard; charset=utf-8", f"{slug}.vcf")


@login_not_required
@require_safe
def hours(request: HttpRequest, space: Space, slug: str) -> HttpResponse:
    """The calendar of the opening hours; 404 when none are known."""
    now = timezone.now()
    found = structure_sheet(space, slug, now=now)
    if found is None or not found.calendar_url:
        raise Http404
    return _download(
        hours_calendar(found, now), "text/calendar; charset=utf-8", f"{slug}-horaires.ics"
    )


def _download(content: bytes, media_type: str, name: str) -> HttpResponse:
    """`name` is made of a slug: it needs no quoting."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)


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
