"""What the pages of the builder have in common: which form, at which count of changes."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from maillage.calls.enums import Stage
from maillage.calls.lib.burden import burden_of
from maillage.calls.lib.condition_check import in_words
from maillage.calls.lib.form import Field, Form, form_of
from maillage.calls.lib.form_diff import TYPE_NAMES
from maillage.calls.models import Edition, FormVersion
from maillage.calls.queries.forms import latest_form, measured_minutes, stages_of
from maillage.spaces.models import Space


def edition_at(space: Space, edition: int) -> Edition:
    return get_object_or_404(Edition.objects.select_related("space"), space=space, pk=edition)


def form_at(space: Space, edition: int, stage: str) -> FormVersion:
    """The last version of the stage. 404 for a stage that has no form yet."""
    found = edition_at(space, edition)
    if stage not in Stage.values:
        raise Http404
    form = latest_form(found, stage)
    if form is None:
        raise Http404
    form.edition = found
    return form


def edits_of(request: HttpRequest) -> int:
    typed = request.POST.get("edits", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1


def back_to(form: FormVersion, anchor: str = "") -> HttpResponse:
    answer = redirect("callforms:build", form.edition.space.slug, form.edition_id, form.stage)
    if anchor:
        answer["Location"] += f"#{anchor}"
    return answer


def refused(request: HttpRequest, form: FormVersion, error: Exception) -> HttpResponse:
    messages.error(request, str(error))
    return back_to(form)


def stage_links(edition: Edition, current: str) -> list[dict[str, Any]]:
    """One link by stage, with where its form stands."""
    links = []
    for stage in stages_of(edition):
        form = latest_form(edition, stage)
        links.append(
            {"stage": stage.value, "label": stage.label, "form": form, "is_here": stage == current}
        )
    return links


def outline(form: Form) -> list[dict[str, Any]]:
    """The form as the builder lists it: sections, questions, and their settings in words."""
    return [
        {
            "section": section,
            "when": in_words(section.condition, form),
            "fields": [_told(one, form) for one in section.fields],
        }
        for section in form.sections
    ]


def _told(one: Field, form: Form, inner: tuple[Field, ...] = ()) -> dict[str, Any]:
    flags = [
        words
        for is_so, words in (
            (one.personal, "donnée personnelle"),
            (one.blind, "cachée sans les noms"),
            (one.public, "publiable"),
            (bool(one.reuse), "déjà connue"),
        )
        if is_so
    ]
    return {
        "field": one,
        "type": TYPE_NAMES[one.type],
        "when": in_words(one.condition, form, inner),
        "flags": ", ".join(flags),
        "inner": [_told(under, form, one.fields) for under in one.fields],
    }


def burden_context(edition: Edition, form: FormVersion) -> dict[str, Any]:
    return {
        "burden": burden_of(form_of(form.definition), edition.amount_max),
        "measured": measured_minutes(edition) if form.stage == Stage.FULL else None,
    }
