"""The authority's list of files, its exports and its bulk acts."""

import secrets
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.calls.actions.instruction.bulk import (
    MOST,
    VERBS,
    ask_bulk,
    ask_undo,
    bulk_of,
    refused_now,
    undoing_of,
)
from maillage.calls.actions.instruction.exporting import note_export
from maillage.calls.forms.inbox import (
    BulkAssignForm,
    BulkMessageForm,
    CorrectionForm,
    ExportForm,
    InboxForm,
)
from maillage.calls.lib.form import form_of
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Application, Edition
from maillage.calls.queries.examining import correctable, form_for
from maillage.calls.queries.file_columns import answer_choices, rows
from maillage.calls.queries.inbox import Search, chosen, found, inbox, readable
from maillage.core.models import Job
from maillage.core.tabular.writing import CSV_TYPE, XLSX_TYPE, csv_chunks, xlsx_file
from maillage.moderation.queries.queue import communes_of
from maillage.moderation.queries.scope import agents_of
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from maillage.accounts.models import User

_MOST_EXPORTED = 20_000


def _filters(asked: QueryDict, space: Space) -> InboxForm:
    return InboxForm(
        asked,
        editions=list(Edition.objects.filter(space=space).exclude(status="draft")),
        communes=communes_of(space),
        colleagues=agents_of(space),
    )


@require_safe
@for_agents
def listing(request: HttpRequest, space: Space) -> HttpResponse:
    form = _filters(request.GET, space)
    search, now = form.search(), timezone.now()
    query, unstated = urlencode(form.query()), urlencode(form.query(status=False))
    context = {
        "form": form,
        "found": inbox(space, cast("User", request.user), search, now),
        "search": search,
        "query": query,
        "unstated": unstated,
        "page_base": f"?{query}&page=" if query else "?page=",
        "verbs": [(code, verb.label) for code, verb in VERBS.items()],
        "who": [
            ("", "Toutes"),
            ("moi", "Les miennes"),
            ("suivies", "Que je suis"),
            ("personne", "À confier"),
        ],
        "others": urlencode({k: v for k, v in form.query().items() if k != "qui"}),
        "filtered": bool({k for k in form.query() if k not in {"qui", "appel", "etat"}}),
    }
    return render(request, "calls/instruction/list.html", context)


def _search_of(request: HttpRequest, space: Space) -> Search:
    """The filters that the page had, as it posts them back."""
    return _filters(QueryDict(request.POST.get("query", "")[:2000]), space).search()


def _ticked(request: HttpRequest, space: Space) -> list[Application]:
    """Files that were ticked, or all those of the search."""
    user, now = cast("User", request.user), timezone.now()
    if "tout" in request.POST:
        keys = list(
            found(space, user, _search_of(request, space), now).values_list("pk", flat=True)[:MOST]
        )
    else:
        sent = request.POST.getlist("ids")[:MOST]
        keys = [int(pk) for pk in sent if pk.isdecimal() and len(pk) < 19]
    return list(chosen(space, user, keys, now).select_related("form"))


def _form_of(verb: str, space: Space, files: list[Application], data: Any = None) -> forms.Form:
    """What the act asks."""
    if verb == "confier":
        return BulkAssignForm(data, colleagues=agents_of(space))
    if verb == "message":
        return BulkMessageForm(data)
    if verb == "correction":
        asked = {code: label for one in files for code, label in correctable(form_for(one))}
        return CorrectionForm(data, asked=list(asked.items()))
    return forms.Form(data)


@require_POST
@for_agents
def bulk(request: HttpRequest, space: Space) -> HttpResponse:
    """First shows what would be done on which files, and what is asked for it; sent with `faire`, asks for it."""
    verb, files = request.POST.get("verbe", ""), _ticked(request, space)
    if verb not in VERBS:
        raise Http404
    if not files:
        messages.warning(request, "Cochez au moins un dossier.")
        return redirect("instruction:inbox", space.slug)
    is_sent = "faire" in request.POST
    form = _form_of(verb, space, files, request.POST if is_sent else None)
    if is_sent and form.is_valid():
        said = form.said() if hasattr(form, "said") else {}
        key = request.POST.get("cle", "")[:40] or secrets.token_urlsafe(12)
        by = cast("User", request.user)
        job = ask_bulk(space, verb, [one.pk for one in files], said, by=by, key=f"{by.pk}-{key}")
        return redirect("instruction:bulk_done", space.slug, job.pk)
    refused = refused_now(verb, files)
    context = {
        "verb": verb,
        "label": VERBS[verb].label,
        "form": form,
        "files": [(one, refused.get(one.pk, "")) for one in files],
        "possible": len(files) - len(refused),
        "key": request.POST.get("cle", "")[:40] or secrets.token_urlsafe(12),
        "can_undo": VERBS[verb].undo is not None,
    }
    status = 422 if form.errors else 200
    return render(request, "calls/instruction/bulk.html", context, status=status)


def _job(space: Space, pk: int) -> Job:
    job = bulk_of(space, pk)
    if job is None:
        raise Http404
    return job


def _shown(request: HttpRequest, space: Space, errors: list[list[Any]]) -> list[list[Any]]:
    """A file that this person may not open has no number here."""
    seen = readable(space, cast("User", request.user), timezone.now())
    known = set(seen.filter(pk__in=[row[0] for row in errors]).values_list("pk", flat=True))
    return [row if row[0] in known else [row[0], "", row[2]] for row in errors]


@require_safe
@for_agents
def bulk_done(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """How far it is, then what was done, row by row."""
    job = _job(space, pk)
    result = job.result or {"done": [], "errors": []}
    undoing = undoing_of(job)
    undone = (undoing.result if undoing else None) or {"done": [], "errors": []}
    verb = VERBS[job.arguments["verb"]]
    context = {
        "job": job,
        "label": verb.label,
        "is_moving": job.status in (Job.Status.QUEUED, Job.Status.RUNNING),
        "has_failed": job.status == Job.Status.FAILED,
        "done": len(result["done"]),
        "errors": _shown(request, space, result["errors"]),
        "can_undo": verb.undo is not None and undoing is None and bool(result["done"]),
        "undoing": undoing,
        "undone": undone | {"errors": _shown(request, space, undone["errors"])},
    }
    is_part = bool(request.headers.get("HX-Request"))
    template = "calls/instruction/_progress.html" if is_part else "calls/instruction/bulk_done.html"
    answer = render(request, template, context)
    if is_part and not context["is_moving"]:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@for_agents
def undo(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    job = _job(space, pk)
    try:
        ask_undo(job, by=cast("User", request.user))
    except StepRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Le geste est en train d'être défait : rechargez la page.")
    return redirect("instruction:bulk_done", space.slug, job.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def export(
    request: HttpRequest, space: Space
) -> HttpResponse | FileResponse | StreamingHttpResponse:
    """The page chooses columns; posted, the table of the files that the search finds."""
    now, user = timezone.now(), cast("User", request.user)
    sent = request.method == "POST"
    asked = request.POST.get("query", "") if sent else request.GET.urlencode()
    search = _filters(QueryDict(asked[:2000]), space).search()
    edition = (
        Edition.objects.filter(space=space, pk=search.edition).first() if search.edition else None
    )
    latest = edition.forms.filter(stage="full").order_by("-number").first() if edition else None
    answers = answer_choices(form_of(latest.definition)) if latest else {}
    form = ExportForm(request.POST if sent else None, answers=answers)
    files = found(space, user, search, now)
    if sent and form.is_valid():
        choices = form.chosen()
        ready = files.select_related("edition", "assigned_to").prefetch_related("partners")
        count = files.count()
        note_export(
            space,
            edition,
            personal=any(one.is_personal for one in choices.values()),
            count=count,
            by=user,
            now=now,
        )
        table = rows(ready[:_MOST_EXPORTED].iterator(chunk_size=200), choices)
        columns = [one.column for one in choices.values()]
        name = f"candidatures-{space.slug}-{timezone.localdate(now).isoformat()}"
        if form.cleaned_data["format"] == "xlsx":
            book = xlsx_file(table, columns, title="Candidatures")
            return FileResponse(
                book, content_type=XLSX_TYPE, as_attachment=True, filename=f"{name}.xlsx"
            )
        return StreamingHttpResponse(
            csv_chunks(table, columns),
            content_type=CSV_TYPE,
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )
    context = {"form": form, "query": asked, "count": files.count(), "edition": edition}
    status = 422 if form.errors else 200
    return render(request, "calls/instruction/export.html", context, status=status)
