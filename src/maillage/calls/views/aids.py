"""History of public aid: search it, read a file into it, take one back."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.calls.actions.aid_files import keep_table, kept_table
from maillage.calls.actions.aids import AidsRefusedError, apply_aids, counts_of, undo_aids
from maillage.calls.forms.aids import AidFileForm, AidSearchForm
from maillage.calls.models import AidBatch
from maillage.calls.queries.aids import found_aids
from maillage.core.tabular.errors import TableError
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from maillage.accounts.models import User

_PER_PAGE = 50
_SHOWN = 50
_MARK = "aids_source"
_COUNTED = ("created", "identified", "reserved", "mended", "refused")


@require_safe
@for_agents
def listing(request: HttpRequest, space: Space) -> HttpResponse:
    form = AidSearchForm(request.GET)
    words = form.words()
    context = {
        "form": form,
        "words": words,
        "page": Paginator(found_aids(space, words), _PER_PAGE).get_page(request.GET.get("page")),
        "base": f"?{urlencode({'q': words})}&page=" if words else "?page=",
        "batches": [
            (one, *(one.report.get("counts", {}).get(key, 0) for key in ("created", "refused")))
            for one in AidBatch.objects.filter(space=space).select_related("by")[:20]
        ],
    }
    return render(request, "calls/aids/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def upload(request: HttpRequest, space: Space) -> HttpResponse:
    sent = request.method == "POST"
    form = AidFileForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        initial={"giver": space.authority},
    )
    if sent and form.is_valid():
        said = form.cleaned_data
        try:
            kept = keep_table(space, said["file"], giver=said["giver"], today=timezone.localdate())
        except TableError as error:
            form.add_error("file", str(error))
        else:
            request.session[_MARK] = {kept.key: said["source"]}
            return redirect("aids:preview", space.slug, kept.key)
    return render(
        request, "calls/aids/upload.html", {"form": form}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def preview(request: HttpRequest, space: Space, key: str) -> HttpResponse:
    """GET is the dry run; POST writes what the file says then."""
    kept = kept_table(space, key)
    if kept is None:
        raise Http404
    now = timezone.now()
    try:
        reading = kept.read(today=timezone.localdate(now))
    except TableError as error:
        messages.error(request, str(error))
        return redirect("aids:upload", space.slug)
    if request.method == "POST":
        source = request.session.get(_MARK, {}).get(key) or kept.name
        try:
            batch = apply_aids(
                space,
                reading,
                file_name=kept.name,
                file_hash=kept.hash,
                source=source,
                by=cast("User", request.user),
                now=now,
            )
        except AidsRefusedError as error:
            messages.error(request, str(error))
            return redirect("aids:list", space.slug)
        messages.success(request, "Le fichier est lu : ses aides comptent dans les vérifications.")
        return redirect("aids:batch", space.slug, batch.pk)
    context = {
        "file": kept,
        "counts": counts_of(reading),
        "reading": reading,
        "codes": reading.by_code(),
        "drafts": reading.drafts[:_SHOWN],
        "refused": reading.refused[:_SHOWN],
        "reserves": reading.reserves[:_SHOWN],
        "most": _SHOWN,
    }
    return render(request, "calls/aids/preview.html", context)


@require_safe
@for_agents
def batch(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    found = get_object_or_404(AidBatch.objects.select_related("by"), space=space, pk=pk)
    report = found.report
    context = {
        "batch": found,
        "counts": dict.fromkeys(_COUNTED, 0) | report.get("counts", {}),
        "warnings": report.get("warnings", []),
        "problems": [
            ("Lignes refusées", report.get("refused", [])),
            ("Lignes gardées avec une réserve", report.get("reserves", [])),
        ],
        "page": Paginator(found.records.order_by("line", "pk"), _PER_PAGE).get_page(
            request.GET.get("page")
        ),
    }
    return render(request, "calls/aids/batch.html", context)


@require_POST
@for_agents
def undo(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    found = get_object_or_404(AidBatch, space=space, pk=pk)
    try:
        gone = undo_aids(found, by=cast("User", request.user), now=timezone.now())
    except AidsRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Fichier repris : {gone} aides retirées.")
    return redirect("aids:batch", space.slug, found.pk)
