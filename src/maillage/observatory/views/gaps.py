"""What is missing: public pages. The three layers side by side, never one number."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from maillage.core.tabular.writing import CSV_TYPE, GEOJSON_TYPE, csv_chunks
from maillage.observatory.lib.catalogue import NeedSheet
from maillage.observatory.queries import gap_table
from maillage.observatory.queries.answering import answering, directory_filters, seen_from
from maillage.observatory.queries.declared import declared_in
from maillage.observatory.queries.gap_maps import cells_map, communes_map, has_cells
from maillage.observatory.queries.gaps import (
    Gaps,
    Line,
    Place,
    gaps_of,
    history_of,
    whole_place,
)
from maillage.observatory.queries.opportunities import means_of, opportunities, opportunity
from maillage.observatory.queries.peers import compared_with, peers_for
from maillage.spaces.access import allowed, may_here
from maillage.spaces.models import Space
from maillage.territories.queries import bounds

SHOWN_NEAR = 12
_KEPT_SECONDS = 300


@require_safe
@allowed("public.read")
def home(request: HttpRequest, space: Space) -> HttpResponse:
    """Choose a commune: its page. Without one, the most probable lacks of the space."""
    gaps = gaps_of(space)
    theme = _theme(request, gaps)
    chosen = request.GET.get("lieu", "")[:20]
    if chosen in gaps.places:
        kept = urlencode(
            {key: request.GET[key] for key in ("theme", "comparer") if request.GET.get(key)}
        )
        address = reverse("gaps:place", args=[space.slug, chosen])
        return redirect(f"{address}?{kept}" if kept else address)
    context = {
        "gaps": gaps,
        "theme": theme,
        "lines": gaps.top(theme=theme),
        "needs": [need for need in gaps.needs.values() if not theme or need.theme == theme],
        **_common(request, gaps),
    }
    return render(request, "observatory/gaps/home.html", context)


@require_safe
@allowed("public.read")
def place(request: HttpRequest, space: Space, place: str) -> HttpResponse:
    gaps = gaps_of(space)
    here = _place(gaps, place)
    theme = _theme(request, gaps)
    lines, peer = _compared(request, gaps, gaps.in_place(here, theme=theme))
    context = {
        "gaps": gaps,
        "here": here,
        "theme": theme,
        "lines": lines,
        "whole": whole_place(space, here),
        "peer": peer,
        **_common(request, gaps),
    }
    return render(request, "observatory/gaps/place.html", context)


@require_safe
@allowed("public.read")
def need(request: HttpRequest, space: Space, need: str) -> HttpResponse:
    gaps = gaps_of(space)
    sheet = _need(gaps, need)
    lines, peer = _compared(request, gaps, gaps.of_need(sheet))
    cells = has_cells(gaps)
    context = {
        "gaps": gaps,
        "need": sheet,
        "lines": lines,
        "peer": peer,
        "has_cells": cells,
        "face": "carreaux" if cells and request.GET.get("vue") == "carreaux" else "communes",
        "bounds": bounds(place.code for place in gaps.communes),
        "filters": directory_filters(sheet),
        "declared": declared_in(space, need_code=sheet.code),
        **_common(request, gaps),
    }
    return render(request, "observatory/gaps/need.html", context)


@require_safe
@allowed("public.read")
def gap(request: HttpRequest, space: Space, need: str, place: str) -> HttpResponse:
    """The one-page sheet of one need in one place."""
    gaps = gaps_of(space)
    sheet, here, now = _need(gaps, need), _place(gaps, place), timezone.now()
    line = gaps.one(sheet, here)
    lines, peer = _compared(request, gaps, [line] if line else [])
    line = lines[0] if lines else None
    seen = seen_from(space, answering(space, sheet, now=now), here)
    context = {
        "gaps": gaps,
        "need": sheet,
        "here": here,
        "line": line,
        "peer": peer,
        "whole": whole_place(space, here),
        "declared": declared_in(space, need_code=sheet.code, place_code=here.code),
        "seen": seen[:SHOWN_NEAR],
        "seen_count": len(seen),
        "history": history_of(space, sheet, here),
        "opportunity": opportunity(space, line, now=now) if line else None,
        "means": means_of(space),
        **_common(request, gaps),
    }
    return render(request, "observatory/gaps/gap.html", context)


@require_safe
@allowed("public.read")
def opportunity_list(request: HttpRequest, space: Space) -> HttpResponse:
    gaps = gaps_of(space)
    theme = _theme(request, gaps)
    context = {
        "gaps": gaps,
        "theme": theme,
        "found": opportunities(gaps, theme=theme, now=timezone.now()),
        "means": means_of(space),
        **_common(request, gaps),
    }
    return render(request, "observatory/gaps/opportunities.html", context)


@require_safe
@allowed("public.read")
def method(request: HttpRequest, space: Space) -> HttpResponse:
    gaps = gaps_of(space)
    return render(request, "observatory/gaps/method.html", {"gaps": gaps})


@require_safe
@allowed("public.read")
def export(request: HttpRequest, space: Space) -> HttpResponse:
    lines = gaps_of(space).everything()
    body = csv_chunks(gap_table.rows(lines), gap_table.COLUMNS)
    name = f"manques-{space.slug}.csv"
    return StreamingHttpResponse(  # type: ignore[return-value]  # both are answers
        body,
        content_type=CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
@allowed("public.read")
def communes(request: HttpRequest, space: Space, need: str) -> HttpResponse:
    gaps = gaps_of(space)
    outline = communes_map(gaps, _need(gaps, need))
    return _sent(space, JsonResponse(outline, content_type=GEOJSON_TYPE))


@require_safe
@allowed("public.read")
def cells(request: HttpRequest, space: Space, need: str) -> HttpResponse:
    gaps = gaps_of(space)
    body = cells_map(gaps, _need(gaps, need), now=timezone.now())
    return _sent(space, HttpResponse(body, content_type=GEOJSON_TYPE))


def _sent(space: Space, response: HttpResponse) -> HttpResponse:
    scope = "public" if space.is_public else "private"
    response["Cache-Control"] = f"{scope}, max-age={_KEPT_SECONDS}"
    return response


def _common(request: HttpRequest, gaps: Gaps) -> dict[str, object]:
    return {"is_agent": may_here(request, "space.manage"), "peers": peers_for(gaps.space)}


def _theme(request: HttpRequest, gaps: Gaps) -> str:
    theme = request.GET.get("theme", "")
    return theme if theme in gaps.themes else ""


def _need(gaps: Gaps, code: str) -> NeedSheet:
    if code not in gaps.needs:
        raise Http404
    return gaps.needs[code]


def _place(gaps: Gaps, code: str) -> Place:
    if code not in gaps.places:
        raise Http404
    return gaps.places[code]


def _compared(
    request: HttpRequest, gaps: Gaps, lines: list[Line]
) -> tuple[list[Line], Space | None]:
    """The lines, against the space that the address names when it may be compared with."""
    wanted = request.GET.get("comparer", "")
    peer = next((one for one in peers_for(gaps.space) if one.slug == wanted), None)
    return (compared_with(lines, gaps.space, peer), peer) if peer else (lines, None)
