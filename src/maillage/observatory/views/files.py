"""Working files: their list, opening one from a gap, printing one."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from maillage.core.tabular.writing import CSV_TYPE, csv_chunks
from maillage.moderation.queries.queue import communes_of
from maillage.moderation.queries.scope import agents_of
from maillage.observatory.actions.files import AlreadyOpenError, open_file
from maillage.observatory.exports import FILE_COLUMNS, file_rows
from maillage.observatory.forms.files import FilesForm
from maillage.observatory.queries.declared import declared_in
from maillage.observatory.queries.files import (
    dress,
    files_page,
    found_files,
    layers_of,
    load_file,
    measure_now,
    notes_of,
    open_file_of,
    place_label,
    structures_of_file,
)
from maillage.observatory.queries.needs import need_of, needs_of
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from maillage.accounts.models import User

_EXPORTED = 5000  # files


def _filters(request: HttpRequest, space: Space) -> FilesForm:
    return FilesForm(
        request.GET,
        needs=needs_of(space),
        communes=communes_of(space),
        colleagues=agents_of(space),
    )


@require_safe
@for_agents
def listing(request: HttpRequest, space: Space) -> HttpResponse:
    form = _filters(request, space)
    search = form.search()
    me, today = cast("User", request.user).pk, timezone.localdate()
    query = urlencode(form.query())
    context = {
        "form": form,
        "found": files_page(space, search, me=me, today=today),
        "query": query,
        "page_base": f"?{query}&page=" if query else "?page=",
    }
    return render(request, "observatory/files/list.html", context)


@require_safe
@for_agents
def export(request: HttpRequest, space: Space) -> HttpResponse:
    """The files of the screen's filters, every page."""
    search = _filters(request, space).search()
    me, today = cast("User", request.user).pk, timezone.localdate()
    rows = dress(
        space, list(found_files(space, search, me=me, today=today)[:_EXPORTED]), today=today
    )
    name = f"dossiers-{space.slug}-{today.isoformat()}.csv"
    return StreamingHttpResponse(  # type: ignore[return-value]
        csv_chunks(file_rows(rows), FILE_COLUMNS),
        content_type=CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def open_one(request: HttpRequest, space: Space) -> HttpResponse:
    """The page says what will be kept; its button opens the file. One that is open already is shown."""
    asked = request.POST if request.method == "POST" else request.GET
    need, kind, place = (asked.get(key, "")[:40] for key in ("besoin", "sorte", "lieu"))
    place = place[:20]
    if request.method == "POST":
        try:
            file = open_file(
                space,
                need=need,
                place_kind=kind,
                place=place,
                by=cast("User", request.user),
                now=timezone.now(),
            )
        except AlreadyOpenError as known:
            messages.info(request, "Un dossier était déjà ouvert sur ce manque : le voici.")
            return redirect("files:one", space.slug, known.file.pk)
        except ValidationError as error:
            raise Http404(error.messages[0]) from error
        messages.success(request, "Dossier ouvert. Vous le suivez : donnez-lui un jour de revue.")
        return redirect("files:one", space.slug, file.pk)
    sheet, label = need_of(space, need), place_label(space, kind, place)
    if sheet is None or label is None:
        raise Http404
    context = {
        "sheet": sheet,
        "place": label,
        "asked": {"besoin": need, "sorte": kind, "lieu": place},
        "known": open_file_of(space, need, kind, place),
        "measure": measure_now(space, need, kind, place),
        "declared": declared_in(space, need_code=need, place_code=place),
    }
    return render(request, "observatory/files/open.html", context)


@require_safe
@for_agents
def printed(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """The whole file on paper: layers, structures, every note."""
    today = timezone.localdate()
    file = load_file(space, pk, today=today)
    context = {
        "file": file,
        "layers": layers_of(file, space),
        "notes": notes_of(file),
        "structures": structures_of_file(file),
        "today": today,
    }
    return render(request, "observatory/files/print.html", context)
