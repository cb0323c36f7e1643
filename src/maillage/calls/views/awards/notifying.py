"""Notifying a call: the preview of the whole batch, its reasons, its letters, its progress; and the waiting list."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.calls.actions.awards.notify import notify as notify_all
from maillage.calls.actions.awards.notify import write_reasons
from maillage.calls.actions.awards.papers import draw, merged_of
from maillage.calls.actions.awards.settings import save_delays
from maillage.calls.actions.awards.waiting import call_next
from maillage.calls.enums import EditionStatus
from maillage.calls.forms.awards import CallForm, ReasonsForm, SettingsForm
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.merge import MissingValueError
from maillage.calls.models import Application, Interest, Paper
from maillage.calls.permissions import may_sign
from maillage.calls.queries.awards import editions_to_notify, load_edition, waiting_files
from maillage.calls.queries.notification import Line, Plan, plan_of, values_for
from maillage.calls.views.awards.common import checked, number_of, pdf, version_of
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from maillage.accounts.models import User

_PAGE = 50
_AFTER = (EditionStatus.NOTIFIED, EditionStatus.EXECUTION, EditionStatus.FINISHED)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def notify(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """What would be sent, to whom, and what is missing; the button sends it whole, or nothing."""
    edition = load_edition(space, pk)
    waits = editions_to_notify(space).filter(pk=pk).exists()
    if edition.status in _AFTER and not waits and request.method != "POST":
        return redirect("awards:progress", space.slug, pk)
    problem, status = "", 200
    if request.method == "POST":
        try:
            notify_all(
                edition,
                by=cast("User", request.user),
                now=timezone.now(),
                version=version_of(request),
            )
        except StepRefused as refused:
            problem, status = str(refused), 409
            edition = load_edition(space, pk)
        else:
            messages.success(request, "Appel notifié. Les lettres se préparent et partent.")
            return redirect("awards:progress", space.slug, pk)
    plan = _seen(request, plan_of(edition, now=timezone.now()))
    context = {
        "edition": edition,
        "plan": plan,
        "page": Paginator(plan.lines, _PAGE).get_page(request.GET.get("page")),
        "may_sign": may_sign(request.user, edition),
        "problem": problem,
        "after": edition.status in _AFTER,
        "ready": waits and plan.lines and not plan.stopped,
    }
    return render(request, "calls/awards/notify.html", context, status=status)


@require_safe
@for_agents
def progress(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """How many letters are ready, and gone to the outbox."""
    edition = load_edition(space, pk)
    letters = Paper.objects.filter(
        application__in=Application.objects.filter(edition=edition).reachable_by(request.user),
        replaced_at=None,
    )
    total, ready = letters.count(), letters.filter(upload__isnull=False).count()
    context = {
        "edition": edition,
        "total": total,
        "ready": ready,
        "is_moving": ready < total,
        "percent": 100 * ready // total if total else 100,
    }
    name = (
        "calls/awards/_progress.html"
        if request.headers.get("HX-Request")
        else "calls/awards/progress.html"
    )
    return render(request, name, context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def reasons(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """The reasons that a file will receive, as they are proposed or were written."""
    line = _line(request, space, pk)
    form = ReasonsForm(request.POST or None, initial={"text": line.application.outcome_reasons})
    problem = ""
    if request.method == "POST":
        try:
            write_reasons(
                line.application,
                text=checked(form)["text"],
                by=cast("User", request.user),
                now=timezone.now(),
                version=version_of(request),
            )
        except StepRefused as refused:
            problem = str(refused)
        else:
            messages.success(request, f"Motifs du dossier {line.application} enregistrés.")
            return redirect("awards:notify", space.slug, line.application.edition_id)
    context = {"line": line, "application": line.application, "form": form, "problem": problem}
    return render(request, "calls/awards/reasons.html", context, status=409 if problem else 200)


@require_safe
@for_agents
def letter(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """The letter as it would be sent, drawn now and kept nowhere."""
    line = _line(request, space, pk)
    now = timezone.now()
    rank = number_of(request.GET.get("n", "0")) or 0
    awards = line.awards or [None]
    award = awards[min(rank, len(awards) - 1)]
    edition = line.application.edition
    words = plan_of(edition, now=now).words[line.kind]
    try:
        merged = merged_of(words, values_for(line, award, now), line.application)
    except MissingValueError as error:
        names = ", ".join(f"« {name} »" for name in error.names)
        messages.error(request, f"Cette lettre ne peut pas être faite : il manque {names}.")
        return redirect("awards:notify", space.slug, edition.pk)
    return pdf(draw(merged, line.kind, now), f"apercu-{line.application.reference}.pdf")


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def waiting(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """The waiting list of a call, and what the envelope has left for it."""
    edition = load_edition(space, pk)
    files = waiting_files(request.user, edition)
    problem, called = "", None
    form = CallForm()
    if request.method == "POST":
        called = next((one for one in files if str(one.pk) == request.POST.get("file")), None)
        if called is None:
            raise Http404
        form = CallForm(request.POST)
        try:
            award = call_next(
                called,
                **checked(form),
                by=cast("User", request.user),
                now=timezone.now(),
                version=version_of(request),
            )
        except StepRefused as refused:
            problem = str(refused)
        else:
            messages.success(request, f"Dossier {called} retenu : la lettre part.")
            return redirect("awards:one", space.slug, award.pk)
    envelope = load_edition(space, pk).envelope
    left = envelope.amount - envelope.reserved if envelope else None
    for one in files:
        asked = one.requested if one.requested is not None else left
        one.proposed = min(asked, left) if asked is not None and left is not None else asked  # type: ignore[attr-defined]
    context = {
        "edition": edition,
        "files": files,
        "left": left,
        "form": form,
        "called": called,
        "problem": problem,
        "may_sign": may_sign(request.user, edition),
        "after": edition.status in _AFTER,
    }
    return render(request, "calls/awards/waiting.html", context, status=409 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def delays(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """Thresholds and delays of a call: they are data, with the text they come from."""
    edition = load_edition(space, pk)
    names = ("convention_from", "payment_days", "report_months")
    form = SettingsForm(
        request.POST or None, initial={name: getattr(edition, name) for name in names}
    )
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            save_delays(
                edition,
                **form.cleaned_data,
                by=cast("User", request.user),
                now=timezone.now(),
                version=version_of(request),
            )
        except StepRefused as refused:
            problem = str(refused)
        else:
            messages.success(request, "Seuils et délais enregistrés.")
            return redirect("awards:delays", space.slug, pk)
    context = {"edition": edition, "form": form, "problem": problem}
    return render(request, "calls/awards/delays.html", context, status=409 if problem else 200)


def _seen(request: HttpRequest, plan: Plan) -> Plan:
    """The plan without the files of which the person is recused."""
    away = set(
        Interest.objects.filter(
            user=request.user.pk, recused=True, application__edition=plan.edition
        ).values_list("application_id", flat=True)
    )
    return Plan(
        plan.edition, [line for line in plan.lines if line.application.pk not in away], plan.words
    )


def _line(request: HttpRequest, space: Space, pk: int) -> Line:
    """The file's line in the plan of its call. Raises Http404."""
    application = (
        Application.objects.filter(edition__space=space, status="deliberated", pk=pk)
        .reachable_by(request.user)
        .first()
    )
    if application is None:
        raise Http404
    plan = plan_of(load_edition(space, application.edition_id), now=timezone.now())
    return next(line for line in plan.lines if line.application.pk == pk)
