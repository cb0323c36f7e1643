"""Structures: the list, one structure, a new one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.portal.forms.acts import BulkForm, refused
from maillage.portal.forms.search import StructureSearchForm
from maillage.portal.forms.structure import NewStructureForm
from maillage.portal.queries import structures as queries
from maillage.portal.queries.overview import contents_of
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space
from maillage.structures.actions.save import create_structure
from maillage.structures.models import Structure


@require_safe
@for_agents
def structure_list(request: HttpRequest, space: Space) -> HttpResponse:
    communes, sectors = queries.communes_of(space), queries.sectors()
    form = StructureSearchForm(request.GET, communes=communes, sectors=sectors)
    search = form.search()
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "page_base": f"?{kept.urlencode()}&page=" if kept else "?page=",
        "form": form,
        "search": search,
        "found": queries.structures_page(space, search, sectors),
        "bulk": BulkForm(sectors=[], audiences=[]),
    }
    return render(request, "portal/manage/structures.html", context)


@require_safe
@for_agents
def structure(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    heir = Structure.objects.filter(pk=pk).values_list("merged_into", flat=True).first()
    if heir:
        return redirect("manage:structure", space.slug, queries.load(space, heir).pk)
    one = queries.load(space, pk)
    context = queries.structure_sheet(one, space) | {"contents": contents_of(one, space)}
    return render(request, "portal/manage/structure.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def new_structure(request: HttpRequest, space: Space) -> HttpResponse:
    communes = queries.communes_of(space)
    form = NewStructureForm(request.POST or None, communes=communes)
    if request.method == "POST" and form.is_valid():
        try:
            one = create_structure(
                form.structure_fields(),
                place=form.place_fields(),
                by=request.user,
                now=timezone.now(),
                space=space,
            )
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, f"« {one.name} » est dans l'annuaire.")
            return redirect("manage:structure", space.slug, one.pk)
    return render(request, "portal/manage/new_structure.html", {"form": form})
