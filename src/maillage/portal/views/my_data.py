"""« Mes données »: see all, take it away, withdraw a consent, ask, leave."""

import json

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.accounts.actions import (
    ErasureRefusedError,
    erase_account,
    reasons_to_stay,
    withdraw_consent,
)
from maillage.accounts.models import Consent
from maillage.core import journal
from maillage.portal.actions.rights import ask_right
from maillage.portal.forms.my_data import EraseForm, MyRightForm
from maillage.portal.queries.my_data import all_about, as_json, consents_of


@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    user = request.user
    context = {"kept": all_about(user), "consents": consents_of(user)}
    return render(request, "portal/account/my_data.html", context)


@require_safe
def all_my_data(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/account/all_my_data.html", {"kept": all_about(request.user)})


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Everything as JSON. By POST: taking it away is written in the journal."""
    now = timezone.now()
    journal.record("own_data_exported", request.user, by=request.user, at=now)
    body = json.dumps(as_json(request.user, now=now), ensure_ascii=False, indent=2)
    answer = HttpResponse(body, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="mes-donnees-maillage.json"'
    return answer


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    consent = get_object_or_404(Consent, pk=pk, user=request.user)
    now = timezone.now()
    ended = withdraw_consent(
        consent.purpose, user_id=request.user.pk, space_id=consent.space_id, now=now
    )
    if ended:
        journal.record("consent_withdrawn", request.user, by=request.user, at=now)
        messages.success(request, "Votre consentement est retiré.")
    return redirect("privacy:my_data")


@require_http_methods(["GET", "HEAD", "POST"])
def ask_mine(request: HttpRequest) -> HttpResponse:
    """Limitation, objection, anything that a person must look at."""
    form = MyRightForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = ask_right(
            form.cleaned_data["space"],
            form.cleaned_data["right"],
            page="",
            reason=form.cleaned_data["reason"],
            email=request.user.email,
            user=request.user,
            now=timezone.now(),
        )
        messages.success(request, f"Votre demande est enregistrée sous le numéro {asked.pk}.")
        return redirect("privacy:my_data")
    return render(request, "portal/account/ask_mine.html", {"form": form})


@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """What goes, what stays and why; then, once sure and signed in anew, at once and for good."""
    reasons = reasons_to_stay(request.user)
    form = EraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and not reasons:
        try:
            erase_account(request.user, by=request.user, now=timezone.now())
        except ErasureRefusedError as error:
            reasons = error.reasons
        else:
            logout(request)
            return redirect("privacy:erased")
    kept = all_about(request.user)
    context = {
        "form": form,
        "reasons": reasons,
        "goes": [one for one in kept if not one.kept],
        "stays": [one for one in kept if one.kept],
    }
    return render(request, "portal/account/erase.html", context)


@login_not_required
@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/account/erased.html")
