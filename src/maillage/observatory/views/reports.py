"""Reports to read and to print. The page and the document show the same tree."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from maillage.observatory.forms.reports import communes_of
from maillage.observatory.lib.report import Report
from maillage.observatory.models import SavedReport
from maillage.observatory.queries.gaps import gaps_of
from maillage.observatory.queries.reports import summary_report, territory_report
from maillage.observatory.queries.reports_gaps import gap_report
from maillage.observatory.views.printing import pdf_answer
from maillage.spaces.access import allowed, may_here
from maillage.spaces.models import Space


@require_safe
@allowed("public.read")
def list_reports(request: HttpRequest, space: Space) -> HttpResponse:
    """What can be printed. A commune, a need and a place are chosen here, and lead to an address of their own."""
    asked = _wanted(request, space)
    if asked:
        return redirect(asked)
    gaps = gaps_of(space)
    manages = may_here(request, "space.manage")
    context = {
        "communes": communes_of(space),
        "needs": list(gaps.needs.values()),
        "places": list(gaps.places.values()),
        "is_measured": gaps.measured_at is not None,
        "manages": manages,
        "saved": SavedReport.objects.filter(space=space) if manages else [],
    }
    return render(request, "observatory/reports/list.html", context)


def _wanted(request: HttpRequest, space: Space) -> str:
    """Address of the sheet that a form of the list asks for."""
    commune, need = request.GET.get("commune", "")[:5], request.GET.get("besoin", "")[:40]
    place = request.GET.get("lieu", "")[:20]
    if commune in dict(communes_of(space)):
        return reverse("reports:commune", args=[space.slug, commune])
    if need and place:
        gaps = gaps_of(space)
        if need in gaps.needs and place in gaps.places:
            return reverse("reports:gap", args=[space.slug, need, place])
    return ""


@require_safe
@allowed("public.read")
def territory(request: HttpRequest, space: Space, commune: str = "") -> HttpResponse:
    return _page(request, _territory(space, commune), _pdf_of("territory", space, commune))


@require_safe
@allowed("public.read")
def territory_pdf(request: HttpRequest, space: Space, commune: str = "") -> HttpResponse:
    name = f"fiche-territoire-{commune or space.slug}"
    return pdf_answer(request, _territory(space, commune), name, public=space.is_public)


def _territory(space: Space, commune: str) -> Report:
    try:
        return territory_report(space, now=timezone.now(), commune=commune)
    except LookupError as error:
        raise Http404 from error


def _pdf_of(name: str, space: Space, commune: str) -> str:
    if commune:
        return reverse("reports:commune_pdf", args=[space.slug, commune])
    return reverse(f"reports:{name}_pdf", args=[space.slug])


@require_safe
@allowed("public.read")
def summary(request: HttpRequest, space: Space) -> HttpResponse:
    report = summary_report(space, now=timezone.now())
    return _page(request, report, reverse("reports:summary_pdf", args=[space.slug]))


@require_safe
@allowed("public.read")
def summary_pdf(request: HttpRequest, space: Space) -> HttpResponse:
    report = summary_report(space, now=timezone.now())
    return pdf_answer(request, report, f"synthese-{space.slug}", public=space.is_public)


@require_safe
@allowed("public.read")
def gap(request: HttpRequest, space: Space, need: str, place: str) -> HttpResponse:
    report = _gap(space, need, place)
    return _page(request, report, reverse("reports:gap_pdf", args=[space.slug, need, place]))


@require_safe
@allowed("public.read")
def gap_pdf(request: HttpRequest, space: Space, need: str, place: str) -> HttpResponse:
    report = _gap(space, need, place)
    return pdf_answer(request, report, f"fiche-manque-{need}", public=space.is_public)


def _gap(space: Space, need: str, place: str) -> Report:
    try:
        return gap_report(space, need, place, now=timezone.now())
    except LookupError as error:
        raise Http404 from error


def _page(request: HttpRequest, report: Report, pdf_url: str) -> HttpResponse:
    context = {"report": report, "pdf_url": pdf_url, "saved": None}
    return render(request, "observatory/reports/report.html", context)
