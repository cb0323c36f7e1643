"""One file in front of the jury: who is in the room, the clock, the proposal."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from maillage.calls.actions.jury import holding
from maillage.calls.actions.jury.proposing import propose
from maillage.calls.forms.jury import ProposalForm
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Application, JuryDecision, JurySession, Scenario
from maillage.calls.queries.jury import elapsed, money_of, room_of
from maillage.calls.queries.naming import viewpoint
from maillage.calls.queries.ranking import official_standings
from maillage.calls.queries.scenarios import amounts_of
from maillage.calls.views.jury.common import (
    around,
    load_file,
    load_session,
    person,
    version_of,
)
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

_COLUMNS = (
    "outcome", "rank", "votes_for", "votes_against", "votes_blank", "reasons", "conditions",
    "override_reason",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def one(request: HttpRequest, space: Space, pk: int, file: int) -> HttpResponse:
    session = load_session(space, pk)
    held = _at_the_agenda(session, file, request)
    if request.method != "POST":
        return _show(request, session, held)
    form = ProposalForm(request.POST)
    if not form.is_valid():
        return _show(request, session, held, form=form)
    try:
        propose(
            session,
            held,
            form.proposal(),
            by=person(request),
            now=timezone.now(),
            version=version_of(request),
        )
    except StepRefused as refused:
        return _show(request, session, held, form=form, problem=str(refused))
    messages.success(request, f"{held} : proposition consignée.")
    return redirect("jury:session", space.slug, pk)


@require_POST
@for_agents
def clock(request: HttpRequest, space: Space, pk: int, file: int, verb: str) -> HttpResponse:
    """Begin the file, or end it."""
    session = load_session(space, pk)
    held = _at_the_agenda(session, file, request)
    acts = {"debut": holding.start_file, "fin": holding.end_file}
    if verb not in acts:
        raise Http404
    try:
        acts[verb](session, held, by=person(request), now=timezone.now())
    except StepRefused as refused:
        return _show(request, session, held, problem=str(refused))
    if verb == "fin":
        return redirect("jury:session", space.slug, pk)
    return redirect("jury:file", space.slug, pk, file)


def _at_the_agenda(session: JurySession, pk: int, request: HttpRequest) -> Application:
    file = load_file(session.edition, pk, person(request))
    if not session.agenda.filter(application=file).exists():
        raise Http404
    return file


def _show(
    request: HttpRequest,
    session: JurySession,
    file: Application,
    *,
    form: ProposalForm | None = None,
    problem: str = "",
) -> HttpResponse:
    """The page, with what was typed when it was refused."""
    edition, now = session.edition, timezone.now()
    decision = JuryDecision.objects.filter(session=session, application=file).first()
    kept = Scenario.objects.filter(edition=edition, is_kept=True).first()
    planned = amounts_of(kept).get(file.pk) if kept else None
    item = session.agenda.get(application=file)
    following = (
        session.agenda.filter(position__gt=item.position)
        .filter(application__in=edition.applications.reachable_by(request.user))
        .order_by("position")
        .first()
    )
    seen = viewpoint(request.user, edition)
    context = around(request, edition) | {
        "session": session,
        "file": file,
        "name": seen.name(file),
        "title": seen.title(file),
        "form": form or ProposalForm(initial=_initial(file, decision, planned)),
        "decision": decision,
        "version": decision.version if decision else 0,
        "room": room_of(session, file),
        "item": item,
        "following": following,
        "seconds": elapsed(item.started_at, item.ended_at, now),
        "money": money_of(edition),
        "standing": official_standings(edition).get(file.pk),
        "kept": kept,
        "planned": planned,
        "problem": problem,
    }
    return render(request, "calls/jury/file.html", context, status=409 if problem else 200)


def _initial(file: Application, decision: JuryDecision | None, planned: object) -> dict[str, Any]:
    """What was recorded, else what the kept scenario says."""
    if decision is not None:
        told = {name: getattr(decision, name) for name in _COLUMNS}
        return told | {"amount": decision.amount or None, "feedback": file.outcome_reasons}
    return {"outcome": "award", "amount": planned} if planned else {}
