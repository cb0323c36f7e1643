"""Figures of a territory: all of them, one of them, several territories."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.core.tabular import writing
from maillage.observatory.exports import FIGURE_COLUMNS, figure_rows
from maillage.observatory.lib.definitions import AXES, DEFINITIONS, Definition
from maillage.observatory.lib.tables import AXIS_LABELS, TerritoryFigures
from maillage.observatory.queries import compare as comparing
from maillage.observatory.queries.area import communes_of
from maillage.observatory.queries.figures import territory_figures
from maillage.observatory.queries.screens import compare_screen, figure_screen, home_screen
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes


@login_not_required
@require_safe
def home(request: HttpRequest, space: Space) -> HttpResponse:
    figures = _figures(request, space)
    context = {
        "screen": home_screen(space, figures),
        "figures": figures,
        "communes": communes_of(space),
    }
    return render(request, "observatory/figures_home.html", context)


@login_not_required
@require_safe
def figure(request: HttpRequest, space: Space, indicator: str) -> HttpResponse:
    definition = _definition(indicator)
    figures = _figures(request, space)
    axis = _axis(request)
    context = {
        "definition": definition,
        "figures": figures,
        "axis": axis,
        "axis_definition": AXES.get(axis, ""),
        "screen": figure_screen(space, figures, definition, axis),
    }
    return render(request, "observatory/figure.html", context)


@login_not_required
@require_safe
def export(request: HttpRequest, space: Space, indicator: str, extension: str) -> HttpResponseBase:
    definition = _definition(indicator)
    figures = _figures(request, space)
    counted = figures.by_indicator.get(definition.code)
    if counted is None:
        raise Http404
    rows = figure_rows(figures, counted, _axis(request))
    name = f"observatoire-{space.slug}-{indicator}.{extension}"
    if extension == "csv":
        body = writing.csv_chunks(rows, FIGURE_COLUMNS)
        answer: HttpResponseBase = StreamingHttpResponse(body, content_type=writing.CSV_TYPE)
    elif extension == "xlsx":
        file = writing.xlsx_file(rows, FIGURE_COLUMNS, title=definition.label)
        answer = FileResponse(file, content_type=writing.XLSX_TYPE)
    else:
        raise Http404
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@login_not_required
@require_safe
def compare(request: HttpRequest, space: Space) -> HttpResponse:
    asked = [value[:60] for value in request.GET.getlist("t") if value][:50]
    chosen = list(dict.fromkeys(asked))
    said = request.GET.get("chiffre", "")
    indicator = said if said in set(comparing.COMPARED) else str(comparing.COMPARED[0])
    seen = comparing.spaces_seen(space)
    found = comparing.compare(space, chosen, indicator, seen=seen, now=timezone.now())
    groups = comparing.choices(space, seen=seen)
    kept = {one.choice.value for one in found}
    context: dict[str, Any] = {
        "groups": groups,
        "open_groups": [title for title, some in groups if kept & {one.value for one in some}],
        "chosen": [one.choice.value for one in found],
        "chosen_in": found,
        "too_many": len(chosen) > comparing.MOST,
        "most": comparing.MOST,
        "indicator": indicator,
        "indicators": [DEFINITIONS[str(code)] for code in comparing.COMPARED],
        "screen": compare_screen(DEFINITIONS[indicator], found),
    }
    return render(request, "observatory/compare.html", context)


def _definition(indicator: str) -> Definition:
    found = DEFINITIONS.get(indicator)
    if found is None:
        raise Http404
    return found


def _axis(request: HttpRequest) -> str:
    said = request.GET.get("axe", "")
    return said if said in AXIS_LABELS else ""


def _figures(request: HttpRequest, space: Space) -> TerritoryFigures:
    """Of the space, or of the commune asked for; one that is not of the perimeter is not found."""
    commune = request.GET.get("commune", "").strip()
    if commune and commune not in perimeter_codes(space):
        raise Http404
    return territory_figures(space, now=timezone.now(), commune=commune)
