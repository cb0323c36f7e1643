"""Versions of a form, what changes between two, its preview, and its file."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.calls.actions.forms import (
    FormRefusedError,
    change_form,
    drop_version,
    new_version,
    publish_version,
)
from maillage.calls.forms.builder import ImportForm, VersionForm
from maillage.calls.forms.editing import Sheet
from maillage.calls.lib import form_edit
from maillage.calls.lib.form import Form, Section, form_of
from maillage.calls.lib.form_check import check_definition
from maillage.calls.lib.form_diff import changes
from maillage.calls.lib.form_json import LONGEST, FormFileError, read_form, written
from maillage.calls.models import FormVersion
from maillage.calls.queries.forms import deposited_before, drafts_to_move
from maillage.calls.views.form_base import back_to, burden_context, edits_of, form_at, refused
from maillage.calls.views.form_builder import question_form
from maillage.moderation.queries.queue import communes_of
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

_WIDTHS = {"390": "téléphone (390 px)", "1280": "ordinateur (1280 px)"}


@require_safe
@for_agents
def preview(request: HttpRequest, space: Space, edition: int, stage: str) -> HttpResponse:
    """The form as applicants will see it; nothing is sent from here."""
    form = form_at(space, edition, stage)
    read = form_of(form.definition)
    sheet = Sheet(form=read, answers={}, prefix="apercu-", communes=communes_of(space))
    width = request.GET.get("largeur", "1280")
    context = {
        "edition": form.edition,
        "form": form,
        "parts": [(one, sheet.section(_opened(one))) for one in read.sections],
        "width": width if width in _WIDTHS else "1280",
        "widths": _WIDTHS.items(),
    } | burden_context(form.edition, form)
    return render(request, "calls/builder/preview.html", context)


def _opened(section: Section) -> Section:
    return Section(section.code, section.title, section.intro, {}, section.fields)


@require_POST
@for_agents
def sample(request: HttpRequest, space: Space, edition: int, stage: str, code: str) -> HttpResponse:
    """The question as it would be with what is typed, not saved: a fragment for the page beside."""
    form = form_at(space, edition, stage)
    try:
        page, raw = question_form(form, code, request.POST)
    except form_edit.EditError as error:
        return render(request, "calls/builder/_sample.html", {"error": str(error)})
    made = {**page.made, "code": code} if page.is_valid() else raw
    if raw.get("fields"):
        made["fields"] = raw["fields"]
    alone = {
        "sections": [
            {"code": "s", "title": "S", "fields": [made | {"condition": {}, "holder": ""}]}
        ]
    }
    flaws = check_definition(alone)
    if flaws or page.errors:
        said = flaws[0].message if flaws else "Corrigez d'abord la saisie."
        return render(request, "calls/builder/_sample.html", {"error": said})
    read: Form = form_of(alone)
    sheet = Sheet(form=read, answers={}, prefix="apercu-", communes=communes_of(space)[:12])
    context = {"html": sheet.section(read.sections[0])}
    return render(request, "calls/builder/_sample.html", context)


@require_safe
@for_agents
def export(request: HttpRequest, space: Space, edition: int, stage: str) -> HttpResponse:
    form = form_at(space, edition, stage)
    content = written(form.definition, form.edition.title)
    answer = HttpResponse(content, content_type="application/json; charset=utf-8")
    name = f"formulaire-{form.edition.slug}-{form.stage}-v{form.number}.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def bring(request: HttpRequest, space: Space, edition: int, stage: str) -> HttpResponse:
    """Replace the form being written by the one of a file; one step back undoes it."""
    form = form_at(space, edition, stage)
    if form.frozen_at:
        return refused(request, form, FormRefusedError("Cette version est figée."))
    sent = request.method == "POST"
    page = ImportForm(request.POST if sent else None, request.FILES if sent else None)
    if sent and page.is_valid():
        file, text = page.cleaned_data["file"], page.cleaned_data["text"]
        try:
            made = read_form(file.read(LONGEST + 1) if file else text)
            change_form(
                form, lambda _old: made, "le formulaire repris d'un fichier",
                edits=edits_of(request), by=request.user, now=timezone.now(),
            )  # fmt: skip
        except (FormFileError, FormRefusedError) as error:
            page.add_error("file" if file else "text", str(error))
            form.refresh_from_db()
        else:
            messages.success(request, "Le formulaire est repris. Vous pouvez revenir en arrière.")
            return back_to(form)
    context = {"edition": form.edition, "form": form, "page": page}
    status = 422 if page.errors else 200
    return render(request, "calls/builder/import.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def versions(request: HttpRequest, space: Space, edition: int, stage: str) -> HttpResponse:
    """Every version and what changed; POST begins a new one."""
    form = form_at(space, edition, stage)
    page = VersionForm(request.POST or None)
    if request.method == "POST" and page.is_valid():
        try:
            new_version(form, note=page.cleaned_data["note"], by=request.user, now=timezone.now())
        except FormRefusedError as error:
            page.add_error(None, str(error))
        else:
            messages.success(
                request, "La nouvelle version est ouverte : corrigez-la, puis publiez-la."
            )
            return back_to(form)
    context = {"edition": form.edition, "form": form, "page": page, "rows": _rows(form)}
    if not form.frozen_at:
        context |= {"drafts": drafts_to_move(form), "deposited": deposited_before(form)}
    status = 422 if page.errors else 200
    return render(request, "calls/builder/versions.html", context, status=status)


def _rows(form: FormVersion) -> list[dict[str, Any]]:
    held = list(
        FormVersion.objects.filter(edition=form.edition_id, stage=form.stage).order_by("number")
    )
    rows = []
    for rank, one in enumerate(held):
        before = form_of(held[rank - 1].definition) if rank else None
        told = changes(before, form_of(one.definition)) if before else []
        rows.append({"form": one, "told": told, "is_first": rank == 0})
    return rows[::-1]


@require_POST
@for_agents
def publish(request: HttpRequest, space: Space, edition: int, stage: str) -> HttpResponse:
    form = form_at(space, edition, stage)
    try:
        moved = publish_version(form, edits=edits_of(request), by=request.user, now=timezone.now())
    except FormRefusedError as error:
        messages.error(request, str(error))
    else:
        moves = "aucun brouillon à déplacer" if not moved else f"brouillons déplacés : {moved}"
        messages.success(request, f"La version {form.number} est publiée ({moves}).")
    return redirect("callforms:versions", space.slug, form.edition_id, stage)


@require_POST
@for_agents
def drop(request: HttpRequest, space: Space, edition: int, stage: str) -> HttpResponse:
    form = form_at(space, edition, stage)
    try:
        drop_version(form, by=request.user, now=timezone.now())
    except FormRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "La version en cours d'écriture est abandonnée.")
    return redirect("callforms:versions", space.slug, form.edition_id, stage)
