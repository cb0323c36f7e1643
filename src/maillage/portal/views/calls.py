"""The call list: whom to call today, the result of each call, and what to do with the rest."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from maillage.core.tabular.writing import CSV_TYPE, csv_chunks
from maillage.portal.exports import CALL_COLUMNS
from maillage.portal.forms.acts import refused
from maillage.portal.forms.calls import CallForm, read_search
from maillage.portal.queries import calls as queries
from maillage.portal.queries import structures
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space
from maillage.structures.actions.calls import (
    UNDO,
    record_call,
    release_call,
    snooze_call,
    take_call,
    undo_call,
)
from maillage.structures.enums import CallReason
from maillage.structures.models import CallEntry, CallNote

_LAST = "last_call"


@require_safe
@for_agents
def calls(request: HttpRequest, space: Space) -> HttpResponse:
    return _page(request, space, CallForm())


@require_POST
@for_agents
def record(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = structures.load(space, pk)
    form = CallForm(request.POST)
    if form.is_valid():
        try:
            made = record_call(
                one,
                form.cleaned_data["outcome"],
                note=form.cleaned_data["note"],
                next_on=form.cleaned_data["next_on"],
                by=request.user,
                now=timezone.now(),
                space=space,
            )
        except ValidationError as error:
            refused(form, error)
        else:
            # In the session rather than asked of the database at each page.
            request.session[_LAST] = {
                "pk": made.pk,
                "space": space.pk,
                "name": one.name,
                "outcome": made.get_outcome_display(),
                "until": (made.at + UNDO).timestamp(),
            }
            messages.success(request, f"Appel noté : « {one.name} ».")
            return _back(request, space)
    return _page(request, space, form, chosen=pk)


@require_POST
@for_agents
def snooze(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    entry = _entry(space, pk)
    snooze_call(entry, by=request.user, now=timezone.now())
    messages.success(request, f"« {entry.structure.name} » reviendra demain.")
    return _back(request, space)


@require_POST
@for_agents
def take(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """Take the line for today, or leave it again."""
    entry = _entry(space, pk)
    if request.POST.get("leave"):
        release_call(entry, by=request.user)
    elif not take_call(entry, by=request.user, now=timezone.now()):
        messages.warning(request, "Un collègue s'en occupe déjà.")
    return _back(request, space, pk)


@require_POST
@for_agents
def undo(request: HttpRequest, space: Space, call: int) -> HttpResponse:
    known = CallNote.objects.filter(space_id=space.pk, by=request.user)
    made = get_object_or_404(known.select_related("structure"), pk=call)
    pk = made.structure_id
    request.session.pop(_LAST, None)
    try:
        undo_call(made, by=request.user, now=timezone.now(), space=space)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return _back(request, space)
    messages.success(request, f"L'appel à « {made.structure.name} » est repris.")
    return _back(request, space, pk)


@require_safe
@for_agents
def calls_csv(request: HttpRequest, space: Space) -> HttpResponse:
    rows = queries.export_rows(space, read_search(request.GET), now=timezone.now())
    return StreamingHttpResponse(  # type: ignore[return-value]
        csv_chunks(rows, CALL_COLUMNS),
        content_type=CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="appels-{space.slug}.csv"'},
    )


def _page(request: HttpRequest, space: Space, form: CallForm, chosen: int = 0) -> HttpResponse:
    search = read_search(request.POST if chosen else request.GET)
    if chosen:
        search = replace(search, chosen=chosen)
    found = queries.calls_page(space, request.user, search, now=timezone.now())
    kept = {"motif": search.reason or "", "commune": search.commune}
    kept = {name: value for name, value in kept.items() if value}
    base, address = urlencode(kept), reverse("manage:calls", args=[space.slug])
    context = {
        "reasons": CallReason.choices,
        "search": search,
        "found": found,
        "undoable": _undoable(request, space),
        "form": form,
        "kept": kept,
        "query": base,
        "page_base": f"{address}?{base}&page=" if base else f"{address}?page=",
        "rules": [(one.label, text) for one, text in queries.RULES.items()],
        "today": timezone.localdate(),
    }
    status = 422 if form.errors else 200
    return render(request, "portal/manage/calls.html", context, status=status)


def _undoable(request: HttpRequest, space: Space) -> dict[str, Any] | None:
    """This agent's last call here, while it can be taken back."""
    last: dict[str, Any] | None = request.session.get(_LAST)
    if not last or last["space"] != space.pk or last["until"] < timezone.now().timestamp():
        return None
    return last


def _back(request: HttpRequest, space: Space, pk: int = 0) -> HttpResponse:
    """The list with the filters of the form just sent."""
    filters = read_search(request.POST)
    kept = {"motif": filters.reason or "", "commune": filters.commune, "fiche": pk or ""}
    query = urlencode({name: value for name, value in kept.items() if value})
    return redirect(f"{reverse('manage:calls', args=[space.slug])}?{query}#appel")


def _entry(space: Space, pk: int) -> CallEntry:
    found: CallEntry = get_object_or_404(
        queries.entry_of(space, pk).select_related("structure"), structure_id=pk
    )
    return found
