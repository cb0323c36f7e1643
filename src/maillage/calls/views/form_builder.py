"""The builder of forms: every act is a plain POST, conflict-safe by the count of changes that the page saw."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.calls.actions.forms import (
    FormRefusedError,
    FormStaleError,
    change_form,
    start_form,
    undo_change,
)
from maillage.calls.enums import Stage
from maillage.calls.forms.builder import FieldForm, NewFieldForm, SectionForm
from maillage.calls.lib import form_edit
from maillage.calls.lib.form import form_of
from maillage.calls.lib.form_diff import TYPE_NAMES
from maillage.calls.models import FormVersion
from maillage.calls.queries.forms import latest_form, stages_of
from maillage.calls.views.form_base import (
    back_to,
    burden_context,
    edition_at,
    edits_of,
    form_at,
    outline,
    refused,
    stage_links,
)
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

_ACTS = {
    "up": "le déplacement",
    "down": "le déplacement",
    "duplicate": "la copie",
    "delete": "la suppression",
}


@require_safe
@for_agents
def home(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    """The form of the main stage."""
    return redirect("callforms:build", space.slug, edition_at(space, edition).pk, Stage.FULL)


@require_safe
@for_agents
def build(request: HttpRequest, space: Space, edition: int, stage: str) -> HttpResponse:
    found = edition_at(space, edition)
    if stage not in Stage.values:
        raise Http404
    held = latest_form(found, stage)
    context: dict[str, Any] = {
        "edition": found,
        "stage": Stage(stage),
        "stages": stage_links(found, stage),
        "form": held,
    }
    if held is not None:
        context |= burden_context(found, held)
        context["sections"] = outline(form_of(held.definition))
        context["frozen"] = held.frozen_at is not None
    return render(request, "calls/builder/build.html", context)


@require_POST
@for_agents
def start(request: HttpRequest, space: Space, edition: int, stage: str) -> HttpResponse:
    found = edition_at(space, edition)
    if stage not in stages_of(found):
        raise Http404
    start_form(found, stage, by=request.user, now=timezone.now())
    return redirect("callforms:build", space.slug, found.pk, stage)


@require_POST
@for_agents
def act(request: HttpRequest, space: Space, edition: int, stage: str) -> HttpResponse:
    """Move, copy or delete what `target` names (`section:code` or `question:code`)."""
    form = form_at(space, edition, stage)
    what = request.POST.get("act", "")
    kind, _colon, code = request.POST.get("target", "").partition(":")
    if what not in _ACTS or kind not in {"section", "question"}:
        return refused(request, form, FormRefusedError("Ce bouton n'est plus à jour : rechargez."))

    def edit(definition: dict[str, Any]) -> dict[str, Any]:
        if what in {"up", "down"}:
            return form_edit.move(definition, kind, code, -1 if what == "up" else 1)
        one = form_edit.duplicate if what == "duplicate" else form_edit.delete
        return one(definition, kind, code)

    try:
        change_form(
            form, edit, _ACTS[what], edits=edits_of(request), by=request.user, now=timezone.now()
        )
    except FormRefusedError as error:
        return refused(request, form, error)
    if what == "delete":
        messages.success(request, "Supprimé. Vous pouvez revenir en arrière.")
    return back_to(form, "" if what == "delete" else f"{kind}-{code}")


@require_POST
@for_agents
def undo(request: HttpRequest, space: Space, edition: int, stage: str) -> HttpResponse:
    form = form_at(space, edition, stage)
    try:
        undo_change(form, edits=edits_of(request), by=request.user, now=timezone.now())
    except FormRefusedError as error:
        return refused(request, form, error)
    messages.success(request, "La dernière modification est défaite.")
    return back_to(form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def section(
    request: HttpRequest, space: Space, edition: int, stage: str, code: str = ""
) -> HttpResponse:
    """Add a section, or change what it says of itself."""
    form = form_at(space, edition, stage)
    if form.frozen_at:
        return back_to(form)
    sections = form_edit.sections_of(form.definition)
    raw = next((one for one in sections if one["code"] == code), {})
    if code and not raw:
        return refused(request, form, FormRefusedError("Cette section n'existe plus."))
    page = SectionForm(request.POST or None, raw=raw, earlier=_before(form, section=code))
    if request.method == "POST" and page.is_valid():
        made = page.made
        what = f"la section « {made['title']} »"
        answer = _change(
            request, form, page, lambda one: form_edit.put_section(one, made, code), what
        )
        if answer is not None:
            return answer
    context = _context(form, page) | {"raw": raw}
    return render(request, "calls/builder/section.html", context, status=_status(page))


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def add(
    request: HttpRequest, space: Space, edition: int, stage: str, within: str, code: str
) -> HttpResponse:
    """A new question at the end of a section, or of a block (`within` is `section` or `bloc`): its sort and its words."""
    form = form_at(space, edition, stage)
    if form.frozen_at:
        return back_to(form)
    in_block = within == "bloc"
    if within not in {"section", "bloc"}:
        raise Http404
    page = NewFieldForm(request.POST or None, in_block=in_block, initial={"type": "text"})
    if request.method == "POST" and page.is_valid():
        raw = _new(page.cleaned_data, form_edit.codes_of(form.definition))
        made: list[str] = []

        def edit(definition: dict[str, Any]) -> dict[str, Any]:
            where = {"block" if in_block else "section": code}
            result, new = form_edit.put_field(definition, raw, **where)
            made.append(new)
            return result

        answer = _change(request, form, page, edit, f"l'ajout de « {raw['label']} »")
        if answer is not None:
            return redirect("callforms:question", space.slug, form.edition_id, stage, made[-1])
    context = _context(form, page) | {"in_block": in_block}
    return render(request, "calls/builder/add.html", context, status=_status(page))


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def question(
    request: HttpRequest, space: Space, edition: int, stage: str, code: str
) -> HttpResponse:
    """Every setting of a question, with what it will look like beside."""
    form = form_at(space, edition, stage)
    if form.frozen_at:
        return back_to(form)
    try:
        page, raw = question_form(form, code, request.POST or None)
    except form_edit.EditError as error:
        return refused(request, form, error)
    if request.method == "POST" and page.is_valid():
        made = page.made
        answer = _change(
            request,
            form,
            page,
            lambda one: form_edit.put_field(one, made, code=code)[0],
            f"la question « {made['label']} »",
        )
        if answer is not None:
            return answer
    context = _context(form, page) | {"raw": raw, "type": TYPE_NAMES[raw["type"]]}
    return render(request, "calls/builder/question.html", context, status=_status(page))


def question_form(form: FormVersion, code: str, sent: Any) -> tuple[FieldForm, dict[str, Any]]:
    """Raises `EditError` for a question that is gone."""
    held, rank = form_edit.field_at(form.definition, code)
    raw = held[rank]
    in_block = not any(held is one.get("fields") for one in form_edit.sections_of(form.definition))
    holders = [
        (one.code, one.label) for one in form_of(form.definition).fields if one.type == "text"
    ]
    page = FieldForm(
        sent, raw=raw, earlier=_before(form, question=code), holders=holders, in_block=in_block
    )
    return page, raw


def _new(said: dict[str, Any], taken: set[str]) -> dict[str, Any]:
    """What a question of this sort needs to be one at all; the rest is set on its page."""
    raw: dict[str, Any] = {"type": said["type"], "label": said["label"]}
    if said["type"] in {"choice", "choices"}:
        raw["choices"] = [["oui", "Oui"], ["non", "Non"]]
    if said["type"] == "repeated":
        own = form_edit.code_for(said["label"], taken)
        inner = form_edit.code_for("nom", taken | {own})
        raw["fields"] = [{"code": inner, "type": "text", "label": "Nom"}]
    return raw


def _before(form: FormVersion, *, section: str = "", question: str = "") -> list[dict[str, Any]]:
    """Questions asked before a section or a question, as defined."""
    found: list[dict[str, Any]] = []
    for one in form_edit.sections_of(form.definition):
        if section and one["code"] == section:
            return found
        for field in one.get("fields", []):
            if field["code"] == question:
                return found
            for rank, inner in enumerate(field.get("fields", [])):
                if inner["code"] == question:
                    return [*found, *field["fields"][:rank]]
            found.append(field)
    return found


def _change(
    request: HttpRequest, form: FormVersion, page: Any, edit: Any, what: str
) -> HttpResponse | None:
    """The answer when the change is made; None when it is not, and the page says why with all that was typed."""
    try:
        change_form(form, edit, what, edits=edits_of(request), by=request.user, now=timezone.now())
    except FormStaleError as error:
        page.add_error(
            None, f"{error} Vos réponses sont encore là : renvoyez-les si elles conviennent."
        )
        form.refresh_from_db()
        return None
    except FormRefusedError as error:
        page.add_error(None, str(error))
        return None
    messages.success(request, "Enregistré.")
    return back_to(form)


def _context(form: FormVersion, page: Any) -> dict[str, Any]:
    return {"edition": form.edition, "form": form, "page": page, "stage": Stage(form.stage)}


def _status(page: Any) -> int:
    return 422 if page.errors else 200
