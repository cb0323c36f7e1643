"""Needs that a space follows: agents read the catalogue, administrators keep it."""

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.observatory.actions import needs as actions
from maillage.observatory.forms.needs import NeedForm
from maillage.observatory.lib.catalogue import NeedSheet
from maillage.observatory.queries.answering import answering, directory_filters
from maillage.observatory.queries.needs import catalogue
from maillage.spaces.access import for_administrators, for_agents, may_here
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from maillage.accounts.models import User


@require_safe
@for_agents
def listing(request: HttpRequest, space: Space) -> HttpResponse:
    context = {"sheets": catalogue(space), "may_keep": may_here(request, "space.administer")}
    return render(request, "observatory/needs/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def edit(request: HttpRequest, space: Space, code: str = "") -> HttpResponse:
    """« preview » shows who would answer and changes nothing; what was typed stays."""
    sheets = catalogue(space)
    sheet = next((one for one in sheets if one.code == code), None)
    if code and sheet is None:
        raise Http404
    form = NeedForm(
        request.POST or None,
        sheet=sheet,
        taken={one.code for one in sheets},
        themes=list(dict.fromkeys(one.theme for one in sheets)),
    )
    shown = sheet
    if request.method == "POST" and form.is_valid():
        values, now = form.values(), timezone.now()
        if "preview" not in request.POST:
            wanted = sheet.code if sheet else form.cleaned_data["code"]
            by = cast("User", request.user)
            need = actions.save_need(space, wanted, values, by=by, now=now)
            messages.success(
                request, f"« {need.label} » est enregistré. La mesure est refaite dans les minutes qui viennent."
            )  # fmt: skip
            return redirect("needs:list", space.slug)
        shown = replace(
            NeedSheet(code="", theme="", label="", question=""),
            terms=tuple(values["terms"]),
            activities=tuple(values["activities"]),
        )
    context = {"form": form, "sheet": sheet, **_who_answers(space, shown)}
    return render(request, "observatory/needs/edit.html", context)


def _who_answers(space: Space, sheet: NeedSheet | None) -> dict[str, object]:
    if sheet is None:
        return {"count": None, "first": [], "filters": []}
    found = answering(space, sheet, now=timezone.now())
    first = list(found.order_by("name", "id").values_list("name", "slug")[:10])
    return {"count": found.count(), "first": first, "filters": directory_filters(sheet)}


@require_POST
@for_administrators
def put_aside(request: HttpRequest, space: Space, code: str) -> HttpResponse:
    sheet = _sheet(space, code)
    actions.put_aside(space, sheet, by=cast("User", request.user), now=timezone.now())
    messages.success(request, f"« {sheet.label} » n'est plus suivi ici.")
    return redirect("needs:list", space.slug)


@require_POST
@for_administrators
def take_back(request: HttpRequest, space: Space, code: str) -> HttpResponse:
    """Back to what is shipped, or followed again. Done twice, it is done once."""
    sheet = _sheet(space, code)
    if sheet.is_own:
        actions.take_back(space, sheet, by=cast("User", request.user), now=timezone.now())
    messages.success(
        request, f"« {sheet.label} » est suivi de nouveau, tel que livré s'il l'était."
    )
    return redirect("needs:list", space.slug)


def _sheet(space: Space, code: str) -> NeedSheet:
    found = next((one for one in catalogue(space) if one.code == code), None)
    if found is None:
        raise Http404
    return found
