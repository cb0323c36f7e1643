"""The beacon of the audience measure, and what agents read of it."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from maillage.core.tabular.writing import CSV_TYPE, Column, csv_chunks
from maillage.core.throttle import allows
from maillage.portal.actions.measure import BOTS, Reading, measure
from maillage.portal.queries import audience as queries
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

_COLUMNS = [Column("jour", "Jour", 12), Column("page", "Page", 30), Column("nombre", "Nombre", 10)]
_PERIODS = {"30": "30 jours", "90": "3 mois", "365": "1 an"}


@csrf_exempt  # it changes nothing that belongs to anybody, and a cookie would defeat its purpose
@login_not_required
@require_POST
def beacon(request: HttpRequest, space: Space) -> HttpResponse:
    """Count a reading or a click. Says 204 whatever happens: nobody learns what was counted."""
    if _counts(request):
        reading = Reading(
            address=request.POST.get("page", "")[:600],
            click=request.POST.get("click", "")[:20],
            is_empty=request.POST.get("empty") == "1",
        )
        measure(space, reading, now=timezone.now())
    return HttpResponse(status=204)


def _counts(request: HttpRequest) -> bool:
    """People who did not say no, on our own pages, not signed in, not programs, not too quick."""
    said_no = request.headers.get("DNT") == "1" or request.headers.get("Sec-GPC") == "1"
    agent = request.headers.get("User-Agent", "")
    if said_no or not agent or BOTS.search(agent):
        return False
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        return False
    return allows(request, "measure", times=60, seconds=60)


@require_safe
@for_agents
def audience(request: HttpRequest, space: Space) -> HttpResponse:
    period = request.GET.get("periode", "30")
    period = period if period in _PERIODS else "30"
    until = timezone.localdate()
    since = until - timedelta(days=int(period) - 1)
    bars = queries.days_of(space, since, until)
    context = {
        "bars": bars,
        "total": sum(bar.count for bar in bars),
        "busiest": max(bars, key=lambda bar: bar.count),
        "kinds": queries.kinds_of(space, since, until),
        "pages": queries.pages_of(space, since, until),
        "terms": queries.terms_of(space, since, until),
        "period": period,
        "periods": _PERIODS.items(),
        "since": since,
        "until": until,
    }
    return render(request, "portal/manage/audience.html", context)


@require_safe
@for_agents
def audience_csv(request: HttpRequest, space: Space) -> StreamingHttpResponse:
    until = timezone.localdate()
    rows = queries.table_of(space, until - timedelta(days=750), until)
    answer = StreamingHttpResponse(csv_chunks(rows, _COLUMNS), content_type=CSV_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="audience-{space.slug}.csv"'
    return answer
