"""Homes and legal pages: open to everyone who may see the space."""

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.portal.lib import credit
from maillage.portal.queries import home as queries
from maillage.spaces.models import Space

_LOGO_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html", {"spaces": queries.public_spaces()})


@login_not_required
@require_safe
def space_home(request: HttpRequest, space: Space) -> HttpResponse:
    context = {
        "figures": queries.figures(space),
        "sectors": queries.sector_counts(space),
        "communes": queries.commune_counts(space),
        "newest": queries.newest(space),
        "labels": queries.newly_labelled(space, timezone.localdate()),
        "sources": _credited(space),
    }
    return render(request, "portal/space_home.html", context)


@login_not_required
@require_safe
def legal(request: HttpRequest, space: Space) -> HttpResponse:
    return render(request, "portal/legal.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest, space: Space | None = None) -> HttpResponse:
    return render(request, "portal/accessibility.html")


@login_not_required
@require_safe
def data(request: HttpRequest, space: Space) -> HttpResponse:
    return render(request, "portal/data.html", {"sources": _credited(space)})


@login_not_required
@require_safe
def logo(request: HttpRequest, space: Space) -> FileResponse:
    """The space's logo, under the type its bytes had when it was accepted."""
    kind = _LOGO_TYPES.get(space.logo.name.rpartition(".")[2]) if space.logo else None
    if kind is None:
        raise Http404
    try:
        answer = FileResponse(space.logo.open("rb"), content_type=kind)
    except FileNotFoundError as error:
        raise Http404 from error
    answer["Cache-Control"] = "max-age=3600"
    return answer


def _credited(space: Space) -> list[dict[str, object]]:
    return [
        {"state": state, "credit": credit(state.connector)} for state in queries.sources_of(space)
    ]
