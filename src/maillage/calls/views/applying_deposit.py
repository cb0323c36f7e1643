"""Deposit, its acknowledgment, corrections handed in, withdrawal, the second stage, the calendar."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.calls.actions.beginning import enter_second_stage
from maillage.calls.actions.depositing import (
    NotReadyError,
    answer_correction,
    deposit,
    token_of,
    withdraw,
)
from maillage.calls.exports.applicant import calendar_of, receipt_data
from maillage.calls.forms.applying import DepositForm, WithdrawForm
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.receipt import RECEIPT_REF, SILENCE_REF
from maillage.calls.models import Deposit
from maillage.calls.queries.applicant import Room, dates_of, load
from maillage.calls.queries.depositable import Obstacle, must_commit, readiness, why_closed
from maillage.calls.queries.receipts import receipt_of
from maillage.calls.queries.written import last_deposit
from maillage.calls.views.applying_doors import person, room_at, show, to_one
from maillage.core.pdf.making import make


@require_http_methods(["GET", "HEAD", "POST"])
def deposit_one(request: HttpRequest, pk: int) -> HttpResponse:
    """The page says what still stands in the way; its button deposits. Sent twice, it gives the same receipt."""
    now = timezone.now()  # the instant that counts: before anything else is done
    if request.method == "POST":
        return _deposit(request, pk, now)
    room = room_at(request, pk, now)
    asks = must_commit(room.application, now)
    form = DepositForm(must_commit=asks, initial={"token": token_of(room.application)})
    ready = readiness(room.application, now=now, content=room.content)
    return _page(request, room, form, ready.obstacles, warnings=ready.warnings)


def _deposit(request: HttpRequest, pk: int, now: Any) -> HttpResponse:
    application = load(person(request), pk)
    if application is None:
        raise Http404
    form = DepositForm(request.POST, must_commit="asks" in request.POST)
    obstacles: list[Obstacle] = []
    if form.is_valid():
        try:
            deposit(
                application,
                by=person(request),
                now=now,
                token=form.cleaned_data["token"],
                signed_as=form.cleaned_data["signed_as"],
                committed=form.cleaned_data.get("committed", False),
            )
        except StepRefused as refused:
            form.add_error(None, str(refused))
        except NotReadyError as refused:
            obstacles = refused.obstacles
        else:
            return redirect("applications:receipt", pk)
    room = room_at(request, pk, now)
    return _page(request, room, form, obstacles, status=422, refused=True)


def _page(
    request: HttpRequest,
    room: Room,
    form: DepositForm,
    obstacles: list[Obstacle],
    *,
    warnings: list[Obstacle] | None = None,
    status: int = 200,
    refused: bool = False,
) -> HttpResponse:
    return show(
        request,
        room,
        "calls/applying/deposit.html",
        status=status,
        form=form,
        obstacles=obstacles,
        warnings=warnings or [],
        closed=why_closed(room.application, room.now),
        refused=refused,
    )


def _receipt(request: HttpRequest, pk: int) -> tuple[Room, Deposit]:
    room = room_at(request, pk, timezone.now())
    found = last_deposit(room.application)
    if found is None:
        raise Http404
    return room, found


@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    room, found = _receipt(request, pk)
    return show(
        request,
        room,
        "calls/applying/receipt.html",
        receipt=receipt_of(room.application, found),
        silence_ref=SILENCE_REF,
        receipt_ref=RECEIPT_REF,
    )


@require_safe
def receipt_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Tagged, made when it is asked for: the same deposit gives the same document."""
    room, found = _receipt(request, pk)
    told = receipt_of(room.application, found)
    content = make("calls/receipt.typ", receipt_data(told), at=found.at)
    name = f"accuse-{room.application.reference}-v{found.rank}.pdf"
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in what a correction asked."""
    now = timezone.now()
    application = load(person(request), pk)
    if application is None:
        raise Http404
    token = request.POST.get("token", "")[:64] or get_random_string(40)
    try:
        answer_correction(application, by=person(request), now=now, token=token)
    except StepRefused as refused:
        messages.error(request, str(refused))
    except NotReadyError as refused:
        for one in refused.obstacles[:5]:
            messages.error(request, f"{one.label} : {one.text}" if one.label else one.text)
    else:
        messages.success(request, "Vos corrections sont rendues.")
    return to_one(pk)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_one(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    room = room_at(request, pk, now)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw(
                room.application, reason=form.cleaned_data["reason"], by=person(request), now=now
            )
        except StepRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Votre candidature est retirée.")
            return to_one(pk)
    return show(
        request, room, "calls/applying/withdraw.html", status=422 if form.errors else 200, form=form
    )


@require_POST
def second_stage(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the whole file of a call in two stages."""
    application = load(person(request), pk)
    if application is None:
        raise Http404
    try:
        enter_second_stage(application, by=person(request), now=timezone.now())
    except StepRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, "Votre dossier complet est commencé, avec vos réponses du premier temps."
        )
    return to_one(pk)


@require_safe
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    application = load(person(request), pk)
    if application is None:
        raise Http404
    return HttpResponse(
        calendar_of(application, dates_of(application)),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="candidature-{pk}.ics"'},
    )
