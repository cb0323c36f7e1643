"""Freshness and completeness by commune."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.core.tabular.writing import CSV_TYPE, csv_chunks
from maillage.portal.exports import FRESHNESS_COLUMNS
from maillage.portal.queries.freshness import SORTS, by_commune, export_rows
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space


@require_safe
@for_agents
def freshness(request: HttpRequest, space: Space) -> HttpResponse:
    asked = request.GET.get("tri", "name")
    sort = asked if asked in SORTS else "name"
    rows, whole = by_commune(space, now=timezone.now(), today=timezone.localdate(), sort=sort)
    context = {"rows": rows, "whole": whole, "sort": sort}
    return render(request, "portal/manage/freshness.html", context)


@require_safe
@for_agents
def freshness_csv(request: HttpRequest, space: Space) -> HttpResponse:
    rows, whole = by_commune(space, now=timezone.now(), today=timezone.localdate())
    name = f"fraicheur-{space.slug}-{timezone.localdate().isoformat()}.csv"
    return StreamingHttpResponse(  # type: ignore[return-value]
        csv_chunks(export_rows([*rows, whole]), FRESHNESS_COLUMNS),
        content_type=CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
