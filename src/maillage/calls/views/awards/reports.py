"""Reports for agents: those that came, one to examine; documents of a file; the calendar of a space."""

from typing import TYPE_CHECKING, Any, cast

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from maillage.calls.actions.awards import reports
from maillage.calls.enums import ReportStatus
from maillage.calls.exports.agenda import calendar_of
from maillage.calls.exports.dossiers import application_pdf, report_pdf
from maillage.calls.forms.awards import ExaminationForm, SendBackForm
from maillage.calls.forms.reading import form_for_reading
from maillage.calls.lib.report_figures import tables
from maillage.calls.models import AwardReport
from maillage.calls.queries.awards import load_file, load_report, reached, reports_of
from maillage.calls.queries.reports import figures_of, form_of_report, indicators_of
from maillage.calls.views.awards.common import (
    attempt,
    checked,
    file_or_wait,
    pdf,
    version_of,
)
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from maillage.accounts.models import User

_PAGE = 50
_SHOWN = (ReportStatus.SUBMITTED, ReportStatus.VALIDATED)


@require_safe
@for_agents
def listing(request: HttpRequest, space: Space) -> HttpResponse:
    which = request.GET.get("etat", "recus")
    which = which if which in {"recus", "retard", "tous"} else "recus"
    today = timezone.localdate()
    context = {
        "which": which,
        "page": Paginator(reports_of(request.user, space, which, today), _PAGE).get_page(
            request.GET.get("page")
        ),
        "today": today,
        "counts": {
            name: reports_of(request.user, space, name, today).count()
            for name in ("recus", "retard")
        },
    }
    return render(request, "calls/awards/reports.html", context)


@require_safe
@for_agents
def one(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """A report that was handed in; of one being written, its state only."""
    held = load_report(reached(request.user, space), pk)
    is_shown = held.status in _SHOWN
    form = form_of_report(held)
    context = {
        "report": held,
        "award": held.award,
        "application": held.award.application,
        "is_shown": is_shown,
        "html": form_for_reading(form, held.answers) if is_shown else "",
        "tables": tables(figures_of(held)) if is_shown else [],
        "indicators": indicators_of(held) if is_shown else [],
        "files": list(held.files.order_by("pk")) if is_shown else [],
        "examine_form": ExaminationForm(initial={"spent": held.award.amount}),
        "send_back_form": SendBackForm(prefix="rendre"),
        "may_examine": held.status == ReportStatus.SUBMITTED,
    }
    return render(request, "calls/awards/report.html", context)


@require_POST
@for_agents
def act(request: HttpRequest, space: Space, pk: int, verb: str) -> HttpResponse:
    held = load_report(reached(request.user, space), pk)
    if verb not in _ACTS:
        raise Http404
    who = {"by": request.user, "now": timezone.now(), "version": version_of(request)}
    attempt(request, lambda: _ACTS[verb](request, held, who))
    return redirect("awards:report", space.slug, pk)


@require_safe
@for_agents
def file(request: HttpRequest, space: Space, pk: int, entry: int) -> HttpResponse:
    held = load_report(reached(request.user, space), pk)
    kept = held.files.filter(pk=entry).first() if held.status in _SHOWN else None
    if kept is None:
        raise Http404
    return file_or_wait(request, kept, reverse("awards:report", args=[space.slug, pk]))


@require_safe
@for_agents
def document(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    held = load_report(reached(request.user, space), pk)
    if held.status not in _SHOWN:
        raise Http404
    return pdf(report_pdf(held, timezone.now()), f"bilan-{held.award.application.reference}.pdf")


@require_safe
@for_agents
def application_document(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """A file deposited, in the order of form 12156."""
    held = load_file(request.user, space, pk)
    return pdf(application_pdf(held, timezone.now()), f"candidature-{held.reference}.pdf")


@require_safe
@for_agents
def agenda(request: HttpRequest, space: Space) -> HttpResponse:
    rows = reached(cast("User", request.user), space).filter(notified_at__isnull=False)
    content = calendar_of(rows, timezone.now(), title=f"Subventions – {space.name}")
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="subventions.ics"'},
    )


def _validate(request: HttpRequest, held: AwardReport, who: dict[str, Any]) -> str:
    read = checked(ExaminationForm(request.POST))
    reports.validate(held, spent=read["spent"], text=read["text"], **who)
    return "Bilan validé : le solde suit la dépense constatée."


def _send_back(request: HttpRequest, held: AwardReport, who: dict[str, Any]) -> str:
    read = checked(SendBackForm(request.POST, prefix="rendre"))
    reports.send_back(held, text=read["text"], **who)
    return "Bilan rendu au bénéficiaire, avec ce qui manque."


_ACTS = {"valider": _validate, "rendre": _send_back}
