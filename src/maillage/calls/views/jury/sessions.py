"""Preparing a session and holding it: each act is a POST, then the same page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.calls.actions.jury import agenda, convening, holding
from maillage.calls.actions.jury.minutes import draw_minutes, keep_signed_copy, sign_minutes
from maillage.calls.enums import Presence
from maillage.calls.forms.jury import CloseForm, SessionForm, session_initial
from maillage.calls.lib.agenda import ORDERS
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.words import in_euros
from maillage.calls.models import JurySession
from maillage.calls.queries.jury import (
    decisions_of,
    elapsed,
    files_of,
    is_recused_from,
    money_of,
    room_of,
    seats_of,
    voters,
)
from maillage.calls.queries.minutes import name_of_minutes
from maillage.calls.queries.naming import viewpoint
from maillage.calls.views.jury.common import (
    around,
    load_edition,
    load_session,
    person,
    version_of,
)
from maillage.core.uploads.kinds import UploadRefusedError
from maillage.core.views import answer_file
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def create(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    one = load_edition(space, edition)
    everyone = [
        str(pk) for pk in one.jurors.filter(left_at=None, votes=True).values_list("pk", flat=True)
    ]
    initial = {"quorum": one.quorum, "jurors": everyone}
    form = SessionForm(request.POST or None, edition=one, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = holding.create_session(one, form.plan(), by=person(request), now=timezone.now())
        except StepRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Séance préparée. Faites l'ordre du jour, puis convoquez.")
            return redirect("jury:session", space.slug, made.pk)
    context = around(request, one) | {"form": form}
    return render(request, "calls/jury/session_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def change(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = load_session(space, pk)
    form = SessionForm(request.POST or None, edition=one.edition, initial=session_initial(one))
    if request.method == "POST" and form.is_valid():
        try:
            holding.change_session(
                one,
                form.plan(),
                by=person(request),
                now=timezone.now(),
                version=version_of(request),
            )
        except StepRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Séance modifiée. Convoquez de nouveau si la date change.")
            return redirect("jury:session", space.slug, pk)
    context = around(request, one.edition) | {"form": form, "session": one}
    return render(request, "calls/jury/session_form.html", context)


@require_safe
@for_agents
def session(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    return _session(request, load_session(space, pk))


def _session(
    request: HttpRequest, one: JurySession, *, problem: str = "", screen: str = ""
) -> HttpResponse:
    by, now = person(request), timezone.now()
    seats = seats_of(one)
    decisions = decisions_of(one, by)
    seen = viewpoint(by, one.edition)
    items = one.agenda.filter(application__in=files_of(one.edition, by)).select_related(
        "application"
    )
    rows = [
        {
            "item": item,
            "file": item.application,
            "name": seen.name(item.application),
            "title": seen.title(item.application),
            "decision": decisions.get(item.application_id),
            "out": [str(seat.juror.user) for seat in room_of(one, item.application, seats).out],
            "seconds": elapsed(item.started_at, item.ended_at, now),
        }
        for item in items
    ]
    context = around(request, one.edition) | {
        "session": one,
        "seats": seats,
        "presences": Presence.choices,
        "voting": len(voters(seats)),
        "rows": rows,
        "money": money_of(one.edition),
        "orders": ORDERS.items(),
        "order": ORDERS.get(one.order.get("by", ""), ""),
        "close_form": CloseForm(),
        "problem": problem,
        "screen": screen,
        "reads_minutes": not is_recused_from(by, one),
    }
    return render(request, "calls/jury/session.html", context, status=409 if problem else 200)


@require_POST
@for_agents
def act(request: HttpRequest, space: Space, pk: int, verb: str) -> HttpResponse:
    """One step of the session; refused, the same page says why."""
    one = load_session(space, pk)
    if verb not in _ACTS:
        raise Http404
    who: dict[str, Any] = {
        "by": person(request),
        "now": timezone.now(),
        "version": version_of(request),
    }
    try:
        said = _ACTS[verb](request, one, who)
    except (StepRefused, UploadRefusedError) as refused:
        return _session(request, load_session(space, pk), problem=str(refused))
    messages.success(request, said)
    return redirect("jury:session", space.slug, pk)


@require_POST
@for_agents
def screen(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """A new secret link for the projector, shown once; or none any more."""
    one = load_session(space, pk)
    who = {"by": person(request), "now": timezone.now()}
    try:
        if "fermer" in request.POST:
            convening.close_screen(one, **who)
            messages.success(request, "L'écran de la salle est fermé : son lien ne marche plus.")
            return redirect("jury:session", space.slug, pk)
        key = convening.open_screen(one, **who)
    except StepRefused as refused:
        return _session(request, one, problem=str(refused))
    address = request.build_absolute_uri(reverse("jury:room", args=[space.slug, pk, key]))
    return _session(request, load_session(space, pk), screen=address)


@require_safe
@for_agents
def minutes(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """The frozen file once signed, else the draft of the moment. Closed to who is recused of one of its files."""
    one = load_session(space, pk)
    if is_recused_from(person(request), one):
        raise Http404
    if one.minutes is not None:
        return answer_file(one.minutes)
    content = draw_minutes(one, at=timezone.now(), is_draft=True)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="projet-{name_of_minutes(one)}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
@for_agents
def signed_copy(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = load_session(space, pk)
    if one.signed_copy is None or is_recused_from(person(request), one):
        raise Http404
    return answer_file(one.signed_copy)


def _presence(request: HttpRequest, one: JurySession, who: dict[str, Any]) -> str:
    said = {
        seat.pk: request.POST.get(f"seat-{seat.pk}", seat.presence)[:8] for seat in seats_of(one)
    }
    holding.set_presence(one, said, **who)
    return "Présences enregistrées."


def _order(request: HttpRequest, one: JurySession, who: dict[str, Any]) -> str:
    agenda.lay_agenda(one, request.POST.get("order", "")[:10], **who)
    return "Ordre du jour fait."


def _move(request: HttpRequest, one: JurySession, who: dict[str, Any]) -> str:
    pk = request.POST.get("item", "")
    item = one.agenda.filter(
        pk=int(pk) if pk.isdecimal() and len(pk) < 19 else 0,
        application__in=files_of(one.edition, who["by"]),
    ).first()
    if item is None:
        raise StepRefused("Ce dossier n'est plus à l'ordre du jour.")
    agenda.move_file(one, item, up="up" in request.POST, **who)
    return "Ordre du jour changé."


def _convene(_request: HttpRequest, one: JurySession, who: dict[str, Any]) -> str:
    count = convening.convene(one, **who)
    return f"{count} convocation{'s' if count > 1 else ''} envoyée{'s' if count > 1 else ''}."


def _open(_request: HttpRequest, one: JurySession, who: dict[str, Any]) -> str:
    holding.open_session(one, **who)
    return "La séance est ouverte."


def _suspend(_request: HttpRequest, one: JurySession, who: dict[str, Any]) -> str:
    holding.suspend(one, **who)
    return "La séance est suspendue."


def _resume(_request: HttpRequest, one: JurySession, who: dict[str, Any]) -> str:
    holding.resume(one, **who)
    return "La séance reprend."


def _close(request: HttpRequest, one: JurySession, who: dict[str, Any]) -> str:
    holding.close(one, remarks=request.POST.get("remarks", "")[:4000], **who)
    return f"La séance est close. Il reste {in_euros(money_of(one.edition).free)} dans l'enveloppe."


def _sign(_request: HttpRequest, one: JurySession, who: dict[str, Any]) -> str:
    signed = sign_minutes(one, **who)
    print_of = signed.minutes.sha256 if signed.minutes else ""
    return f"Procès-verbal figé. Empreinte SHA-256 : {print_of}."


def _copy(request: HttpRequest, one: JurySession, who: dict[str, Any]) -> str:
    file = request.FILES.get("copy")
    if file is None:
        raise StepRefused("Choisissez le PDF signé.")
    keep_signed_copy(one, file, **who)
    return "Exemplaire signé gardé."


_ACTS: dict[str, Callable[[HttpRequest, JurySession, dict[str, Any]], str]] = {
    "presence": _presence,
    "ordre": _order,
    "deplacer": _move,
    "convoquer": _convene,
    "ouvrir": _open,
    "suspendre": _suspend,
    "reprendre": _resume,
    "clore": _close,
    "signer": _sign,
    "exemplaire": _copy,
}
