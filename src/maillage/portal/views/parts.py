"""Labels, terms and membership of one structure."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from maillage.portal.forms.acts import refused
from maillage.portal.forms.parts import EssForm, LabelForm, TermsForm
from maillage.portal.queries import structures as queries
from maillage.portal.views.desk import Desk
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space
from maillage.structures.actions.labels import add_label, remove_label
from maillage.structures.actions.save import override_ess, set_terms
from maillage.structures.models import Label

_FORM = "portal/manage/part_form.html"


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def new_label(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = queries.load(space, pk)
    form = LabelForm(request.POST or None, structure=one)
    if request.method == "POST" and form.is_valid():
        try:
            add_label(one, **form.cleaned_data, by=request.user, now=timezone.now(), space=space)
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, "L'agrément ou label est enregistré.")
            return redirect("manage:structure", space.slug, one.pk)
    title = "Ajouter un agrément ou un label"
    return render(request, _FORM, {"structure": one, "form": form, "title": title})


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def remove_structure_label(request: HttpRequest, space: Space, pk: int, label: int) -> HttpResponse:
    one = queries.load(space, pk)
    held = get_object_or_404(Label.objects.select_related("term"), structure=one, pk=label)
    if request.method == "POST":
        remove_label(held, by=request.user, now=timezone.now(), space=space)
        messages.success(request, f"« {held.term.label} » est retiré.")
        return redirect("manage:structure", space.slug, one.pk)
    return render(request, "portal/manage/remove_label.html", {"structure": one, "label": held})


@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest, desk: Desk) -> HttpResponse:
    one = desk.structure
    form = TermsForm(
        request.POST or None, terms=queries.active_terms(), held=queries.held_terms(one)
    )
    if request.method == "POST" and form.is_valid():
        codes, main = form.codes()
        set_terms(one, codes, main, by=request.user, now=timezone.now(), space=desk.space)  # type: ignore[arg-type]
        messages.success(request, "Secteurs, publics et rôles sont à jour.")
        return redirect(desk.home)
    context = {
        "desk": desk,
        "structure": one,
        "form": form,
        "title": "Secteurs, finalités, publics et rôles",
        "back": desk.home,
    }
    return render(request, "portal/desk/terms.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def membership(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = queries.load(space, pk)
    form = EssForm(request.POST or None, initial={"status": one.ess_override})
    if request.method == "POST" and form.is_valid():
        decided = form.cleaned_data
        override_ess(
            one,
            decided["status"],
            decided["reason"],
            by=request.user,
            now=timezone.now(),
            space=space,
        )
        messages.success(request, "La décision est enregistrée.")
        return redirect("manage:structure", space.slug, one.pk)
    return render(request, "portal/manage/membership.html", {"structure": one, "form": form})
