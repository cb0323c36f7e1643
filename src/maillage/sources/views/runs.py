"""The list of imports, and one import: progress, report, apply, take back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.core.tabular.writing import CSV_TYPE, csv_chunks
from maillage.sources.actions.runs import RunRefusedError
from maillage.sources.actions.runs import read_again as read_run_again
from maillage.sources.actions.start import ask_apply, ask_reading, ask_undo
from maillage.sources.exports import ISSUE_COLUMNS, issue_rows
from maillage.sources.queries import runs as queries
from maillage.sources.queries.tabs import Tab, page_of, tabs_of
from maillage.sources.views.wording import RunView, run_view
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space


@require_safe
@for_agents
def run_list(request: HttpRequest, space: Space) -> HttpResponse:
    page = Paginator(queries.runs_of(space), 20).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "runs": [run_view(run) for run in page],
        "awaiting": queries.awaiting(space),
    }
    return render(request, "sources/list.html", context)


@require_safe
@for_agents
def run(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = queries.run_of(space, pk)
    now = queries.situation(one)
    if now.phase == "columns":
        return redirect("sources:columns", space.slug, one.pk)
    view: RunView = run_view(one)
    if now.is_moving or now.phase in {"failed", "reading"}:
        return render(request, "sources/progress.html", {"run": view, "now": now})
    tabs = tabs_of(one)
    tab: Tab | None = next((t for t in tabs if t.key == request.GET.get("onglet")), None)
    tab = tab or next((t for t in tabs if t.count), tabs[0])
    context = {
        "run": view,
        "now": now,
        "tabs": tabs,
        "tab": tab,
        "found": page_of(one, tab, request.GET.get("page")),
    }
    return render(request, "sources/report.html", context)


@require_safe
@for_agents
def progress(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """The fragment that htmx asks for again and again; the whole page comes back at the end."""
    one = queries.run_of(space, pk)
    now = queries.situation(one)
    answer = render(request, "sources/_progress.html", {"run": run_view(one), "now": now})
    if not now.is_moving:
        answer["HX-Refresh"] = "true"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def apply(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = queries.run_of(space, pk)
    if request.method != "POST":
        return render(request, "sources/confirm_apply.html", {"run": run_view(one)})
    try:
        ask_apply(one)
    except RunRefusedError as error:
        messages.info(request, str(error))
    return redirect("sources:run", space.slug, one.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def undo(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = queries.run_of(space, pk)
    if request.method != "POST":
        return render(request, "sources/confirm_undo.html", {"run": run_view(one)})
    try:
        ask_undo(one, by=request.user)
    except RunRefusedError as error:
        messages.info(request, str(error))
    return redirect("sources:run", space.slug, one.pk)


@require_POST
@for_agents
def read_again(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = queries.run_of(space, pk)
    again = read_run_again(one, by=request.user, now=timezone.now())
    ask_reading(again)
    return redirect("sources:run", space.slug, again.pk)


@require_safe
@for_agents
def issues_csv(request: HttpRequest, space: Space, pk: int) -> StreamingHttpResponse:
    one = queries.run_of(space, pk)
    chunks = csv_chunks(issue_rows(one), ISSUE_COLUMNS)
    answer = StreamingHttpResponse(chunks, content_type=CSV_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="import-{one.pk}-lignes.csv"'
    return answer
