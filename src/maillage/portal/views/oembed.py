"""https://oembed.com: other software asks how to show one of our addresses."""

from dataclasses import replace

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.portal.queries.embeds import NARROWEST, WIDEST, Frame, asked_for, frame

_WIDTH = 800
_CACHE_SECONDS = 86_400


@login_not_required
@require_safe
def answer(request: HttpRequest) -> HttpResponse:
    """404 for what we cannot show, 501 for a format that we do not write, as the specification says."""
    if request.GET.get("format", "json") != "json":
        return _said("Seul le format json existe ici.", 501)
    sizes = [_size(request.GET, name) for name in ("maxwidth", "maxheight")]
    if None in sizes:
        return _said("maxwidth et maxheight sont des nombres de pixels.", 400)
    asked = asked_for(request.GET.get("url", "")[:4000])
    made = None
    if asked is not None:
        space, kind, item, filters = asked
        request.GET = filters  # type: ignore[assignment]  # the state that the address shows
        made = frame(request, space, kind, item, now=timezone.now())
    if made is None:
        return _said("Cette adresse n'est pas une page que l'on peut intégrer.", 404)
    return _open(JsonResponse(_rich(made, sizes[0] or WIDEST, sizes[1] or 0)))


def _rich(made: Frame, most_wide: int, most_high: int) -> dict[str, object]:
    """Of type `rich`, no larger than asked."""
    width = min(_WIDTH, most_wide)
    height = min(made.kind.height, most_high or made.kind.height)
    sized = replace(made, width=width, height=height)
    return {
        "version": "1.0",
        "type": "rich",
        "title": made.shown.title,
        "provider_name": made.place,
        "provider_url": made.full_url,
        "cache_age": _CACHE_SECONDS,
        "width": width,
        "height": height,
        "html": sized.snippet,
    }


def _size(given: QueryDict, name: str) -> int | None:
    """0 when it is not asked, None when it is not a number."""
    raw = given.get(name, "")
    if not raw:
        return 0
    if not (raw.isascii() and raw.isdecimal() and len(raw) <= 6):
        return None
    return max(NARROWEST // 2, int(raw))


def _said(sentence: str, status: int) -> HttpResponse:
    return _open(JsonResponse({"error": sentence}, status=status))


def _open(response: HttpResponse) -> HttpResponse:
    """Pages of any site may ask: everything here is public."""
    response["Access-Control-Allow-Origin"] = "*"
    return response
