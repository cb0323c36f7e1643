"""Grants of the authority as open data (SCDL « subventions » 2.1.1), and what still keeps a row from it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.calls.actions.publishing import publish_grants
from maillage.calls.lib import scdl
from maillage.calls.models import Application, Award
from maillage.calls.queries.grants import published, publisher_of, rows_of, years_of
from maillage.core.tabular.writing import CSV_TYPE, XLSX_TYPE, Column, csv_chunks, xlsx_file
from maillage.spaces.access import allowed
from maillage.spaces.models import Space

_PAGE = 50
_COLUMNS = [
    Column(field.name, field.name, required=field.required, about=field.about)
    for field in scdl.FIELDS
]


@require_safe
@allowed("public.read")
def listing(request: HttpRequest, space: Space) -> HttpResponse:
    year = request.GET.get("annee", "")[:4]
    found = published(space, year=year)
    awards = Award.objects.filter(pk__in=found.order_by().values("award"))
    context = {
        "page": Paginator(found, _PAGE).get_page(request.GET.get("page")),
        "total": awards.aggregate(total=Sum("amount"))["total"] or 0,
        "years": years_of(space),
        "year": year,
    }
    return render(request, "calls/grants/list.html", context)


@require_safe
@allowed("public.read")
def csv_file(request: HttpRequest, space: Space) -> StreamingHttpResponse:
    """Commas and UTF-8 as the standard says; a spreadsheet's user takes the workbook, where identifiers are texts."""
    rows = (one.row for one in published(space).iterator(chunk_size=500))
    answer = StreamingHttpResponse(csv_chunks(rows, _COLUMNS, standard=True), content_type=CSV_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="subventions-{space.slug}.csv"'
    return answer


@require_safe
@allowed("public.read")
def xlsx(request: HttpRequest, space: Space) -> FileResponse:
    rows = (one.row for one in published(space).iterator(chunk_size=500))
    file = xlsx_file(rows, _COLUMNS, title="subventions")
    name = f"subventions-{space.slug}.xlsx"
    return FileResponse(file, content_type=XLSX_TYPE, as_attachment=True, filename=name)


@require_safe
@allowed("public.read")
def schema(request: HttpRequest, space: Space) -> JsonResponse:
    return JsonResponse(scdl.table_schema(), json_dumps_params={"ensure_ascii": False})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("space.manage")
def publication(request: HttpRequest, space: Space) -> HttpResponse:
    """What is published, what waits and why; a press publishes what is ready."""
    if request.method == "POST":
        done = publish_grants(space, by=request.user, now=timezone.now())
        messages.success(request, _told(done.added, done.replaced, done.withdrawn))
        return redirect("grants:publication", space.slug)
    reachable = set(
        Application.objects.filter(edition__space=space)
        .reachable_by(request.user)
        .values_list("pk", flat=True)
    )
    held = [
        (award, wrong)
        for award, row in rows_of(space)
        if award.application_id in reachable and (wrong := scdl.problems(row))
    ]
    context = {
        "held": held,
        "publisher": publisher_of(space),
        "count": published(space).count(),
    }
    return render(request, "calls/grants/publication.html", context)


def _told(added: int, replaced: int, withdrawn: int) -> str:
    if not added + replaced + withdrawn:
        return "Tout est à jour : rien n'a changé."
    said = [
        f"{count} {word}{'s' if count > 1 else ''}"
        for count, word in ((added, "ajoutée"), (replaced, "remplacée"), (withdrawn, "retirée"))
        if count
    ]
    return f"Données ouvertes mises à jour : {', '.join(said)}."
