"""Laureates, for everyone: the network, the results of an edition, the page of a project."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from maillage.calls.queries.laureates import (
    editions_told,
    laureate_map,
    laureates_of,
    results_of,
    theme_chart,
    typology_chart,
    years_told,
)
from maillage.spaces.access import allowed
from maillage.spaces.models import Space


@require_safe
@allowed("public.read")
def network(request: HttpRequest, space: Space) -> HttpResponse:
    """Every laureate of the space, by year."""
    asked = request.GET.get("annee", "")
    years = years_told(space)
    year = next((one for one in years if str(one) == asked), None)
    found = laureates_of(space, year=year)
    context = {
        "laureates": found,
        "years": years,
        "year": year,
        "map": laureate_map(space, found),
        "charts": [chart for chart in (theme_chart(found), typology_chart(found)) if chart],
    }
    return render(request, "calls/laureates/network.html", context)


@require_safe
@allowed("public.read")
def results(request: HttpRequest, space: Space, slug: str) -> HttpResponse:
    edition = get_object_or_404(editions_told(space), slug=slug)
    found = laureates_of(space, edition=edition)
    context = {
        "edition": edition,
        "laureates": found,
        "results": results_of(edition),
        "map": laureate_map(space, found),
        "charts": [chart for chart in (theme_chart(found), typology_chart(found)) if chart],
    }
    return render(request, "calls/laureates/results.html", context)


@require_safe
@allowed("public.read")
def one(request: HttpRequest, space: Space, reference: str) -> HttpResponse:
    found = next(
        (one for one in laureates_of(space) if one.reference.lower() == reference.lower()), None
    )
    if found is None:
        raise Http404
    return render(request, "calls/laureates/one.html", {"laureate": found})
