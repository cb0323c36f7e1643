"""« Mes subventions »: what the beneficiary is told, accepts, signs, hands in."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.calls.actions.awards import agreements, living, reports
from maillage.calls.enums import AwardStatus, PaperKind, ReportStatus
from maillage.calls.exports.agenda import calendar_of
from maillage.calls.exports.dossiers import application_pdf, report_pdf
from maillage.calls.forms.answering import answers_from_post, asks_for_lines
from maillage.calls.forms.awards import AcceptForm, ReasonForm, SignedCopyForm
from maillage.calls.forms.editing import Sheet
from maillage.calls.forms.reports import figures_from, indicators_from
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.report_figures import SIDES, tables
from maillage.calls.models import Application, Award, AwardReport
from maillage.calls.permissions import may_act_for
from maillage.calls.queries.awards import (
    agreement_of,
    answers_of,
    load_mine,
    load_report,
    mine,
    papers_of,
    readable_paper,
)
from maillage.calls.queries.conventions import need_of
from maillage.calls.queries.merging import year_end_of
from maillage.calls.queries.overdue import OWED
from maillage.calls.queries.reports import (
    Faults,
    faults_of,
    figures_of,
    form_of_report,
    indicators_of,
)
from maillage.calls.views.awards.common import (
    attempt,
    checked,
    file_or_wait,
    number_of,
    pdf,
    version_of,
)
from maillage.core.uploads.kinds import UploadRefusedError
from maillage.spaces.access import allowed

if TYPE_CHECKING:
    from maillage.accounts.models import User

mine_only = allowed("account.keep")


@require_safe
@mine_only
def listing(request: HttpRequest) -> HttpResponse:
    """Awards, and every answer that was sent to the person's files."""
    today = timezone.localdate()
    awards = list(mine(request.user).prefetch_related("reports")[:200])
    for one in awards:
        owed = [report for report in one.reports.all() if report.status in OWED]
        one.late = [report for report in owed if report.due_on < today]  # type: ignore[attr-defined]
        one.owed = owed  # type: ignore[attr-defined]
    letters = answers_of(request.user).filter(
        kind__in=[PaperKind.WAITING, PaperKind.REJECTION, PaperKind.INADMISSIBLE]
    )
    context = {"awards": awards, "letters": list(letters[:200])}
    return render(request, "calls/mine/list.html", context)


@require_safe
@mine_only
def one(request: HttpRequest, pk: int) -> HttpResponse:
    award = load_mine(request.user, pk)
    agreement = agreement_of(award)
    acts = may_act_for(request.user, award).allowed
    context = {
        "award": award,
        "application": award.application,
        "edition": award.application.edition,
        "need": need_of(award),
        "agreement": agreement,
        "payments": list(award.instalments.order_by("rank")),
        "reports": list(award.reports.order_by("due_on")),
        "papers": [one for one in papers_of(award) if one.sent_at],
        "recoveries": list(award.recoveries.all()),
        "today": timezone.localdate(),
        "may_accept": acts and award.status == AwardStatus.GRANTED,
        "may_renounce": acts and award.status in {AwardStatus.GRANTED, AwardStatus.TO_SIGN},
        "accept_form": AcceptForm(initial={"year_ends_on": year_end_of(award)}),
        "renounce_form": ReasonForm(prefix="renoncer"),
        "copy_form": SignedCopyForm(prefix="copie"),
        "may_sign": acts
        and agreement is not None
        and agreement.sent_at is not None
        and agreement.signed_by_authority_on is None
        and award.notified_at is not None,
    }
    return render(request, "calls/mine/one.html", context)


@require_POST
@mine_only
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    award = load_mine(request.user, pk)
    if verb not in _ACTS:
        raise Http404
    who = {"by": request.user, "now": timezone.now(), "version": version_of(request)}

    def done() -> str:
        _check_acts(request, award)
        return _ACTS[verb](request, award, who)

    attempt(request, done)
    return redirect("subsidies:one", pk)


@require_safe
@mine_only
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    kept = readable_paper(request.user, pk)
    return file_or_wait(request, kept.upload, reverse("subsidies:list"))


@require_safe
@mine_only
def signed_copy(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = agreement_of(load_mine(request.user, pk))
    kept = agreement.signed_copy if agreement else None
    return file_or_wait(request, kept, reverse("subsidies:one", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@mine_only
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The report to write: kept at each press of a button, handed in when nothing is missing."""
    held = load_report(mine(request.user), pk)
    if request.method == "POST":
        return _write(request, held)
    return _show(request, held, held.answers, figures_of(held), indicators_of(held))


@require_POST
@mine_only
def report_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Join a file to the report, or take one out (`retirer`)."""
    held = load_report(mine(request.user), pk)
    by, now = cast("User", request.user), timezone.now()
    taken = number_of(request.POST.get("retirer", ""))

    def done() -> str:
        _check_acts(request, held.award)
        if taken is not None:
            reports.detach(held, taken, by=by, now=now)
            return "Pièce retirée."
        file = request.FILES.get("file")
        if file is None:
            raise StepRefused("Choisissez un fichier.")
        reports.attach(held, file, by=by, now=now)
        return "Pièce jointe."

    attempt(request, done)
    return redirect("subsidies:report", pk)


@require_safe
@mine_only
def attached(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """A file joined to the report."""
    kept = load_report(mine(request.user), pk).files.filter(pk=entry).first()
    if kept is None:
        raise Http404
    return file_or_wait(request, kept, reverse("subsidies:report", args=[pk]))


@require_safe
@mine_only
def report_document(request: HttpRequest, pk: int) -> HttpResponse:
    held = load_report(mine(request.user), pk)
    name = f"bilan-{held.award.application.reference}.pdf"
    return pdf(report_pdf(held, timezone.now()), name)


@require_safe
@mine_only
def application_document(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's own file, in the order of form 12156."""
    held = (
        Application.objects.filter(pk=pk)
        .written_by(request.user)
        .select_related("edition__space", "form")
        .first()
    )
    if held is None:
        raise Http404
    return pdf(
        application_pdf(held, timezone.now()), f"candidature-{held.reference or held.pk}.pdf"
    )


@require_safe
@mine_only
def agenda(request: HttpRequest) -> HttpResponse:
    """Reports to hand in and payments expected, for a calendar."""
    content = calendar_of(mine(request.user), timezone.now(), title="Mes subventions")
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="subventions.ics"'},
    )


def _check_acts(request: HttpRequest, award: Award) -> None:
    verdict = may_act_for(request.user, award)
    if not verdict:
        raise StepRefused(verdict.reason)


def _accept(request: HttpRequest, award: Award, who: dict[str, Any]) -> str:
    held = checked(AcceptForm(request.POST))
    living.accept(award, year_ends_on=held["year_ends_on"], **who)
    return "Vous avez accepté la subvention. Merci."


def _renounce(request: HttpRequest, award: Award, who: dict[str, Any]) -> str:
    held = checked(ReasonForm(request.POST, prefix="renoncer"))
    living.renounce(award, reason=held["reason"], **who)
    return "Votre désistement est enregistré : la collectivité est prévenue."


def _sign(request: HttpRequest, award: Award, who: dict[str, Any]) -> str:
    held = checked(SignedCopyForm(request.POST, request.FILES, prefix="copie"))
    agreement = agreement_of(award)
    if agreement is not None and agreement.signed_by_authority_on is not None:
        raise StepRefused("La collectivité a signé cette convention : elle ne change plus.")
    agreements.sign(award, beneficiary_on=held["beneficiary_on"], copy=held["copy"], **who)
    return "Exemplaire signé reçu : il reste à la collectivité à le signer."


_ACTS = {"accepter": _accept, "renoncer": _renounce, "signer": _sign}


def _write(request: HttpRequest, held: AwardReport) -> HttpResponse:
    form = form_of_report(held)
    answers = {**held.answers, **answers_from_post(form, request.POST)}
    figures = figures_from(request.POST, figures_of(held))
    indicators = indicators_from(request.POST, indicators_of(held))
    wants = "rendre" in request.POST and not asks_for_lines(request.POST)
    by, now = cast("User", request.user), timezone.now()
    try:
        _check_acts(request, held.award)
        saved = reports.save(
            held,
            answers=answers,
            figures=figures,
            indicators=indicators,
            by=by,
            now=now,
            version=version_of(request),
        )
        if wants:
            faults = faults_of(saved, answers, figures, indicators)
            if faults:
                return _show(request, saved, answers, figures, indicators, faults=faults)
            reports.submit(saved, by=by, now=now, version=saved.version)
    except (StepRefused, UploadRefusedError) as refused:
        return _show(request, held, answers, figures, indicators, problem=str(refused), status=409)
    if wants:
        messages.success(request, "Bilan rendu. La collectivité l'examine et vous répondra.")
        return redirect("subsidies:one", held.award_id)
    messages.success(request, "Bilan enregistré : vous pourrez le reprendre plus tard.")
    return redirect("subsidies:report", held.pk)


def _show(
    request: HttpRequest,
    held: AwardReport,
    answers: dict[str, Any],
    figures: list[dict[str, Any]],
    indicators: list[dict[str, Any]],
    *,
    faults: Faults | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    form = form_of_report(held)
    sheet = Sheet(form=form, answers=answers, problems=faults.answers if faults else ())
    context = {
        "report": held,
        "award": held.award,
        "application": held.award.application,
        "edition": held.award.application.edition,
        "sections": [
            {"title": one.title, "intro": one.intro, "html": sheet.section(one)}
            for one in form.sections
        ],
        "summary": sheet.summary(),
        "faults": faults.tables if faults else [],
        "problem": problem,
        "rows": list(enumerate(figures)),
        "tables": tables(figures),
        "sides": SIDES,
        "indicators": list(enumerate(indicators)),
        "files": list(held.files.order_by("pk")),
        "may_write": held.status in OWED and may_act_for(request.user, held.award).allowed,
        "is_late": held.status in OWED and held.due_on < timezone.localdate(),
        "is_returned": held.status == ReportStatus.RETURNED,
    }
    return render(request, "calls/mine/report.html", context, status=status)
