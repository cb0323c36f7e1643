"""The jury of a call: where it stands, its ranking, how it falls, the authority's decision."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.calls.actions.jury.deciding import decide, send_back
from maillage.calls.actions.jury.starting import start_jury
from maillage.calls.forms.jury import DecisionForm, StartForm
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Edition
from maillage.calls.permissions import may_sign
from maillage.calls.queries.fairness import FEW, fairness_of
from maillage.calls.queries.jury import (
    SITTING,
    editions_of,
    files_of,
    hindrances,
    money_of,
    pending_decisions,
    proposals_total,
)
from maillage.calls.queries.naming import viewpoint
from maillage.calls.queries.ranking import board_of
from maillage.calls.queries.waiting_reads import short_of_reads, unsettled
from maillage.calls.views.jury.common import around, load_edition, load_file, person
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space


@require_safe
@for_agents
def listing(request: HttpRequest, space: Space) -> HttpResponse:
    """Calls whose jury is to come, sits, or sat."""
    return render(request, "calls/jury/list.html", {"editions": editions_of(space)})


@require_safe
@for_agents
def edition(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    return _edition(request, load_edition(space, pk))


def _edition(
    request: HttpRequest, one: Edition, *, problem: str = "", form: StartForm | None = None
) -> HttpResponse:
    by = person(request)
    files = files_of(one, by)
    count, total = proposals_total(one, by)
    context = around(request, one) | {
        "sessions": one.sessions.all(),
        "money": money_of(one),
        "sits": one.status in SITTING,
        "files": files.count(),
        "proposed": count,
        "total": total,
        "short": short_of_reads(one, by) if one.status == "instruction" else [],
        "unsettled": unsettled(one, by) if one.status == "instruction" else [],
        "form": form or StartForm(),
        "problem": problem,
    }
    return render(request, "calls/jury/edition.html", context, status=409 if problem else 200)


@require_POST
@for_agents
def start(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = load_edition(space, pk)
    form = StartForm(request.POST)
    if not form.is_valid():
        return _edition(request, one, problem="Le motif est trop long.", form=form)
    try:
        start_jury(one, waiver=form.cleaned_data["waiver"], by=person(request), now=timezone.now())
    except StepRefused as refused:
        return _edition(request, one, problem=str(refused), form=form)
    messages.success(request, "Le jury a commencé : les notes sont figées.")
    return redirect("jury:edition", space.slug, pk)


@require_safe
@for_agents
def ranking(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """Raw and adjusted scores side by side, with how sure each place is."""
    one = load_edition(space, pk)
    board = board_of(one, person(request))
    seen = viewpoint(request.user, one)
    context = around(request, one) | {
        "board": board,
        "rows": [(row, seen.name(row.file), seen.title(row.file)) for row in board.rows],
        "money": money_of(one),
    }
    return render(request, "calls/jury/ranking.html", context)


@require_safe
@for_agents
def fairness(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = load_edition(space, pk)
    panels = fairness_of(one, person(request))
    context = around(request, one) | {"panels": panels, "few": FEW}
    return render(request, "calls/jury/fairness.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def decision(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """What the jury proposes, and the authority's own act."""
    one = load_edition(space, pk)
    form = DecisionForm(request.POST or None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = form.cleaned_data
        try:
            decide(
                one,
                reference=said["reference"],
                on=said["on"],
                by=person(request),
                now=timezone.now(),
            )
        except StepRefused as refused:
            problem = str(refused)
        else:
            messages.success(request, "Décidé. Les candidats ne savent rien avant la notification.")
            return redirect("jury:decision", space.slug, pk)
    return _decision(request, one, form, problem)


def _decision(
    request: HttpRequest, one: Edition, form: DecisionForm, problem: str = ""
) -> HttpResponse:
    by = person(request)
    seen = viewpoint(by, one)
    reachable = files_of(one, by)
    rows = {
        row.application_id: row
        for row in pending_decisions(one)
        .filter(application__in=reachable)
        .select_related("application", "session")
    }
    done = reachable.exclude(status="reviewed").prefetch_related("awards", "jury_decisions")
    left = hindrances(one)
    known = set(reachable.values_list("reference", flat=True))
    verdict = may_sign(by, one)
    context = around(request, one) | {
        "form": form,
        "problem": problem,
        "rows": [(row, seen.name(row.application)) for row in rows.values()],
        "done": [(file, seen.name(file)) for file in done],
        "left": [(each.text, [name for name in each.files if name in known]) for each in left],
        "money": money_of(one),
        "may_sign": verdict.allowed,
        "why_not_sign": verdict.reason,
    }
    return render(request, "calls/jury/decision.html", context, status=409 if problem else 200)


@require_POST
@for_agents
def back(request: HttpRequest, space: Space, pk: int, file: int) -> HttpResponse:
    """« Repasser en délibération »."""
    one = load_edition(space, pk)
    held = load_file(one, file, person(request))
    reason = request.POST.get("reason", "")[:500]
    try:
        send_back(held, reason=reason, by=person(request), now=timezone.now())
    except StepRefused as refused:
        return _decision(request, one, DecisionForm(), str(refused))
    messages.success(request, f"{held} repasse devant le jury ; l'argent revient à l'enveloppe.")
    return redirect("jury:decision", space.slug, pk)
