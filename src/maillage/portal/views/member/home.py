"""The structures a person keeps, and the first page of each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from maillage.portal.queries.keeping import keeper_home
from maillage.portal.queries.overview import overview_of
from maillage.portal.views.desk import Desk
from maillage.structures.access import for_keepers
from maillage.structures.models import Structure
from maillage.structures.queries.people import structures_of


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/member/mine.html", structures_of(request.user))


@require_safe
@for_keepers("structure.edit")
def home(request: HttpRequest, structure: Structure) -> HttpResponse:
    context = {
        **keeper_home(structure, request.user),
        **overview_of(structure),
        "desk": Desk(structure, None),
    }
    return render(request, "portal/member/home.html", context)
