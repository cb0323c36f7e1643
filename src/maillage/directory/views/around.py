"""« Autour d'une adresse »: from what is typed to the list sorted by distance."""

from dataclasses import replace

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from maillage.core.throttle import allows
from maillage.directory.filters import parse
from maillage.directory.forms import AroundForm
from maillage.directory.queries.around import around as place
from maillage.spaces.models import Space

_TIMES_A_MINUTE = 20


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def around(request: HttpRequest, space: Space) -> HttpResponse:
    """The filters in force travel in the address, and come back with the point."""
    filters = parse(request.GET).filters
    form = AroundForm(request.POST or None)
    back = reverse("directory:list", args=[space.slug])
    if request.method == "POST" and form.is_valid():
        if not allows(request, "around", times=_TIMES_A_MINUTE, seconds=60):
            form.add_error("adresse", "Trop de recherches d'adresse : attendez une minute.")
            return _page(request, form, f"{back}?{filters.querystring()}", status=429)
        found = place(space, form.cleaned_data["adresse"])
        if found.spot:
            near = (found.spot.lon, found.spot.lat)
            there = replace(filters, near=near, sort="distance", page=1)
            return redirect(f"{back}?{there.querystring()}")
        form.add_error("adresse", found.refusal)
    return _page(request, form, f"{back}?{filters.querystring()}")


def _page(request: HttpRequest, form: AroundForm, back: str, *, status: int = 200) -> HttpResponse:
    return render(request, "directory/around.html", {"form": form, "back": back}, status=status)
