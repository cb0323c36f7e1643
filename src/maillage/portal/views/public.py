"""Homes and legal pages: open to everyone who may see the space."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.directory.queries.memory import current
from maillage.portal.queries import home as queries
from maillage.sources.queries.credits import credited
from maillage.spaces.models import AccessibilityStatement, LegalInformation, Space

# A home names that many communes at most; the directory finds the others.
MOST_COMMUNES = 200


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(
        request, "portal/home.html", {"spaces": queries.public_spaces(now=timezone.now())}
    )


@login_not_required
@require_safe
def space_home(request: HttpRequest, space: Space) -> HttpResponse:
    snapshot = current(space, timezone.now())
    context = {
        "figures": queries.figures(space, snapshot),
        "sectors": queries.sector_counts(snapshot),
        "communes": queries.commune_counts(space, snapshot, MOST_COMMUNES),
        "newest": queries.newest(snapshot),
        "labels": queries.newly_labelled(space, timezone.localdate(), snapshot=snapshot),
        "sources": _credited(space),
    }
    return render(request, "portal/space_home.html", context)


@login_not_required
@require_safe
def legal(request: HttpRequest, space: Space) -> HttpResponse:
    legal = LegalInformation.objects.filter(space=space).first() or LegalInformation(space=space)
    return render(request, "portal/legal.html", {"legal": legal})


@login_not_required
@require_safe
def accessibility(request: HttpRequest, space: Space | None = None) -> HttpResponse:
    known = AccessibilityStatement.objects.filter(space=space).first() if space else None
    context = {"statement": known or AccessibilityStatement()}
    return render(request, "portal/accessibility.html", context)


@login_not_required
@require_safe
def data(request: HttpRequest, space: Space) -> HttpResponse:
    return render(request, "portal/data.html", {"sources": _credited(space)})


def _credited(space: Space) -> list[dict[str, object]]:
    return [{"state": state, "credit": credit} for state, credit in credited(space)]
