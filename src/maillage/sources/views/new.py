"""A new import: choose a source, send its files, say what the columns are."""

from pathlib import Path

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.core.tabular.reading import TableError, open_table
from maillage.sources.actions.runs import RunRefusedError
from maillage.sources.actions.start import UploadRefusedError, choose_columns, start_run
from maillage.sources.connectors.catalogue import BY_KEY, SOURCES
from maillage.sources.connectors.table.memory import proposal_for
from maillage.sources.connectors.table.proposal import sample_of
from maillage.sources.forms import ColumnsForm, UploadForm
from maillage.sources.queries.runs import run_of, situation
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space


@require_safe
@for_agents
def choose(request: HttpRequest, space: Space) -> HttpResponse:
    return render(request, "sources/choose.html", {"sources": SOURCES})


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def upload(request: HttpRequest, space: Space, source: str) -> HttpResponse:
    chosen = BY_KEY.get(source)
    if chosen is None:
        raise Http404
    sent = request.method == "POST"
    form = UploadForm(
        request.POST if sent else None, request.FILES if sent else None, source=chosen
    )
    if sent and form.is_valid():
        try:
            run = start_run(
                space,
                source,
                form.uploads(),
                options=form.options(),
                by=request.user,
                now=timezone.now(),
            )
        except UploadRefusedError as error:
            form.add_error(error.role, str(error))
        else:
            page = "sources:columns" if source == "table" else "sources:run"
            return redirect(page, space.slug, run.pk)
    context = {"form": form, "source": chosen}
    return render(request, "sources/upload.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def columns(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    run = run_of(space, pk)
    if situation(run).phase != "columns":
        return redirect("sources:run", space.slug, run.pk)
    sheet = request.POST.get("feuille", request.GET.get("feuille", ""))
    try:
        table = open_table(Path(run.files[0]["path"]), sheet=sheet or None)
        sample = sample_of(table)
    except TableError as error:
        messages.error(request, str(error))
        return redirect("sources:upload", space.slug, "table")
    proposal = proposal_for(space, table)
    form = ColumnsForm(
        request.POST or None, headers=table.headers, sample=sample, mapping=proposal.mapping
    )
    if request.method == "POST" and form.is_valid():
        try:
            choose_columns(
                run,
                form.mapping(),
                options={"sheet": table.sheet},
                by=request.user,
                now=timezone.now(),
            )
        except RunRefusedError as error:
            messages.info(request, str(error))
        return redirect("sources:run", space.slug, run.pk)
    context = {
        "run": run,
        "file": run.files[0]["name"],
        "table": table,
        "form": form,
        "kept": proposal.name,
        "preview": [list(row.values())[:30] for row in sample[:5]],
        "preview_headers": table.headers[:30],
    }
    return render(request, "sources/columns.html", context, status=422 if form.errors else 200)
