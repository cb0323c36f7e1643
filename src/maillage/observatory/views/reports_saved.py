"""Reports that agents keep: a choice of parts, printed again whenever it is asked for."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.accounts.models import User
from maillage.observatory.actions import reports as actions
from maillage.observatory.forms.reports import SavedReportForm
from maillage.observatory.lib.report import Report
from maillage.observatory.models import SavedReport
from maillage.observatory.queries.reports import saved_report
from maillage.observatory.views.printing import pdf_answer
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def new(request: HttpRequest, space: Space) -> HttpResponse:
    return _form(request, space, None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def edit(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    return _form(request, space, _kept(space, pk))


def _form(request: HttpRequest, space: Space, report: SavedReport | None) -> HttpResponse:
    form = SavedReportForm(request.POST or None, space=space, report=report)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        assert isinstance(request.user, User)  # noqa: S101  (agents are signed in)
        try:
            if report is None:
                kept = actions.save_report(space, form.choice, by=request.user, now=now)
            else:
                seen = form.seen_at or report.saved_at
                kept = actions.change_report(
                    report, form.choice, seen=seen, by=request.user, now=now
                )
        except actions.ReportRefusedError as refused:
            form.add_error(None, forms.ValidationError(str(refused)))
        else:
            messages.success(request, f"Le rapport « {kept.title} » est gardé.")
            return redirect("reports:saved", space.slug, kept.pk)
    return render(request, "observatory/reports/edit.html", {"form": form, "saved": report})


@require_safe
@for_agents
def saved(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    kept = _kept(space, pk)
    context = {
        "report": _built(kept),
        "saved": kept,
        "pdf_url": reverse("reports:saved_pdf", args=[space.slug, kept.pk]),
    }
    return render(request, "observatory/reports/report.html", context)


@require_safe
@for_agents
def saved_pdf(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    return pdf_answer(request, _built(_kept(space, pk)), f"rapport-{space.slug}-{pk}", public=False)


@require_POST
@for_agents
def copy(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    assert isinstance(request.user, User)  # noqa: S101
    try:
        made = actions.copy_report(_kept(space, pk), by=request.user, now=timezone.now())
    except actions.ReportRefusedError as refused:
        messages.error(request, str(refused))
        return redirect("reports:list", space.slug)
    messages.success(request, "Voici la copie : changez-la comme vous voulez.")
    return redirect("reports:edit", space.slug, made.pk)


@require_POST
@for_agents
def forget(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    kept = _kept(space, pk)
    assert isinstance(request.user, User)  # noqa: S101
    actions.forget_report(kept, by=request.user, now=timezone.now())
    messages.success(request, f"Le rapport « {kept.title} » est effacé.")
    return redirect("reports:list", space.slug)


def _kept(space: Space, pk: int) -> SavedReport:
    return get_object_or_404(SavedReport.objects.select_related("space"), space=space, pk=pk)


def _built(kept: SavedReport) -> Report:
    try:
        return saved_report(kept, now=timezone.now())
    except LookupError as error:
        raise Http404 from error
