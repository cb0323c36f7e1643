"""Archiving, ceasing, restoring and merging."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.portal.forms.acts import CeasedForm, MergeForm, ReasonForm, refused
from maillage.portal.queries import structures as queries
from maillage.portal.queries.merge import side_by_side
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space
from maillage.structures.actions.archive import (
    archive_structure,
    mark_ceased,
    restore_structure,
)
from maillage.structures.actions.merge import merge_structures, unmerge_structure


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def archive(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = queries.load(space, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        archive_structure(
            one,
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=timezone.now(),
            space=space,
        )
        messages.success(
            request, f"« {one.name} » est archivée. Vous pouvez la remettre en service."
        )
        return redirect("manage:structure", space.slug, one.pk)
    return render(request, "portal/manage/archive.html", {"structure": one, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def cease(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = queries.load(space, pk)
    form = CeasedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        mark_ceased(one, **form.cleaned_data, by=request.user, now=timezone.now(), space=space)
        messages.success(request, f"« {one.name} » est notée comme cessée.")
        return redirect("manage:structure", space.slug, one.pk)
    return render(request, "portal/manage/cease.html", {"structure": one, "form": form})


@require_POST
@for_agents
def restore(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = queries.load(space, pk)
    restore_structure(one, by=request.user, now=timezone.now(), space=space)
    messages.success(request, f"« {one.name} » est de nouveau en activité.")
    return redirect("manage:structure", space.slug, one.pk)


@require_safe
@for_agents
def merge_choose(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """Find the other sheet of the same structure."""
    one = queries.load(space, pk)
    q = request.GET.get("q", one.name)[:200]
    context = {"structure": one, "q": q, "others": queries.lookup(space, q, but=one)}
    return render(request, "portal/manage/merge_choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def merge(request: HttpRequest, space: Space, pk: int, other: int) -> HttpResponse:
    pair = (queries.load(space, pk), queries.load(space, other))
    if pk == other:
        return redirect("manage:merge_choose", space.slug, pk)
    form = MergeForm(request.POST or None, pair=pair, initial={"winner": pk})
    if request.method == "POST" and form.is_valid():
        winner, loser = pair if form.cleaned_data["winner"] == pk else pair[::-1]
        try:
            merge_structures(loser, winner, by=request.user, now=timezone.now(), space=space)
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(
                request,
                f"« {loser.name} » est fusionnée : son ancienne adresse mène à cette fiche.",
            )
            return redirect("manage:structure", space.slug, winner.pk)
    context = {"structure": pair[0], "pair": pair, "form": form, "rows": side_by_side(*pair)}
    return render(request, "portal/manage/merge.html", context)


@require_POST
@for_agents
def unmerge(request: HttpRequest, space: Space, pk: int, other: int) -> HttpResponse:
    """Take back the merge of `other` into the structure of the address."""
    one = queries.load(space, pk)
    loser = get_object_or_404(one.merged, pk=other)
    unmerge_structure(loser, by=request.user, now=timezone.now(), space=space)
    messages.success(request, f"« {loser.name} » a de nouveau sa propre fiche.")
    return redirect("manage:structure", space.slug, loser.pk)
