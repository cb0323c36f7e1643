"""Editing a structure, and what happens when two people do it at once."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from maillage.portal.actions.structures import save_or_conflicts
from maillage.portal.forms.acts import refused
from maillage.portal.forms.structure import StructureForm
from maillage.portal.queries.history import field_label, provenance_hints, shown
from maillage.portal.queries.structures import load
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space
from maillage.structures.actions.save import confirm_structure
from maillage.structures.lib import wire
from maillage.structures.models import Structure


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def edit_structure(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = load(space, pk)
    form = StructureForm(request.POST or None, instance=load(space, pk))
    form.explain(provenance_hints(one))
    conflicts: list[dict[str, str]] = []
    if request.method == "POST" and form.is_valid():
        changes = form.changes()
        typed = {
            name: value
            for name, value in changes.items()
            if request.POST.get(f"keep-{name}") != "theirs"
        }
        try:
            stored = save_or_conflicts(
                one, typed, form.seen_values(), by=request.user, now=timezone.now(), space=space
            )
        except ValidationError as error:
            refused(form, error)
            return _page(request, one, form, [])
        if not stored:
            messages.success(request, f"« {one.name} » est à jour.")
            return redirect("manage:structure", space.slug, one.pk)
        form.show_again({name: wire(value) for name, value in stored.items()})
        conflicts = [
            {
                "name": name,
                "label": field_label(name),
                "mine": shown(name, typed[name]),
                "theirs": shown(name, value),
            }
            for name, value in stored.items()
        ]
    return _page(request, one, form, conflicts)


def _page(
    request: HttpRequest, one: Structure, form: StructureForm, conflicts: list[dict[str, str]]
) -> HttpResponse:
    context = {"structure": one, "form": form, "conflicts": conflicts}
    status = 409 if conflicts else 200
    return render(request, "portal/manage/edit_structure.html", context, status=status)


@require_POST
@for_agents
def check_structure(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = load(space, pk)
    confirm_structure(one, by=request.user, now=timezone.now(), space=space)  # type: ignore[arg-type]
    messages.success(request, f"« {one.name} » est marquée comme vérifiée aujourd'hui.")
    return redirect("manage:structure", space.slug, one.pk)
