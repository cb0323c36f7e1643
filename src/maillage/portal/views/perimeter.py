"""The communes of a space: added or removed once their effect is told."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from maillage.portal.forms.space import AddCommuneForm
from maillage.portal.queries import perimeter as queries
from maillage.spaces.access import for_administrators
from maillage.spaces.actions import SpaceError, set_perimeter
from maillage.spaces.models import Space


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def perimeter(request: HttpRequest, space: Space) -> HttpResponse:
    """Without `confirm`, tell what would change; with it, change it."""
    change, form = None, AddCommuneForm()
    if request.method == "POST":
        form = AddCommuneForm(request.POST if "add" in request.POST else None)
        typed = form.cleaned_data["commune"] if form.is_bound and form.is_valid() else ""
        if form.is_bound and typed and not (found := queries.communes_named(typed)):
            form.add_error("commune", "Aucune commune ne porte ce code ou ce nom.")
        else:
            added = [one.code for one in found] if typed else request.POST.getlist("added")
            change = queries.change(space, added=added, removed=request.POST.getlist("removed"))
    if change and "confirm" in request.POST:
        try:
            set_perimeter(space, change.codes, by=request.user, now=timezone.now())
        except SpaceError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Le périmètre est à jour.")
        return redirect("manage:perimeter", space.slug)
    communes = queries.communes_with_counts(space, now=timezone.now())
    context = {"form": form, "change": change, "communes": communes}
    return render(request, "portal/manage/perimeter.html", context)
