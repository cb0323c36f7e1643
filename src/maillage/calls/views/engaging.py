"""A partner reads the proposal, signs or refuses; the link of a letter brings its contact in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.calls.actions import engaging as actions
from maillage.calls.enums import PartnerRole
from maillage.calls.forms.partners import RefuseForm, SignForm
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Partner
from maillage.calls.permissions import speaks_for
from maillage.calls.queries.partners import (
    is_contact,
    key_is_open,
    must_redistribute,
    present,
    signs_commitment,
    standing_of,
)
from maillage.calls.views.partners import told
from maillage.core.throttle import allows
from maillage.spaces.access import allowed

HOUR = 3600


def _partner(request: HttpRequest, pk: int) -> Partner:
    rows = Partner.objects.select_related("structure", "application__edition__space")
    partner = get_object_or_404(rows, pk=pk)
    if partner.role == PartnerRole.LEAD or not standing_of(request.user, partner).may_read:
        raise Http404
    return partner


def _page(
    request: HttpRequest,
    partner: Partner,
    *,
    sign: SignForm | None = None,
    refusal: RefuseForm | None = None,
) -> HttpResponse:
    commitment = ""
    if signs_commitment(partner):
        commitment = actions.commitment_text(partner.application.edition)
    seen = {"version": partner.version}
    standing = standing_of(request.user, partner)
    context = {
        "partner": partner,
        "application": partner.application,
        "partners": present(partner.application),
        "standing": standing,
        "redistributes": must_redistribute(partner.application),
        "sign": sign or SignForm(initial=seen, commitment=commitment),
        "refusal": refusal or RefuseForm(initial=seen, prefix="refus"),
    }
    return render(request, "calls/partners/one.html", context)


@require_safe
@allowed("account.keep")
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _partner(request, pk))


@require_POST
@allowed("account.keep")
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    partner = _partner(request, pk)
    commitment = ""
    if signs_commitment(partner):
        commitment = actions.commitment_text(partner.application.edition)
    form = SignForm(request.POST, commitment=commitment)
    if form.is_valid():
        try:
            actions.engage(
                partner,
                by=request.user,
                now=timezone.now(),
                signed_as=form.cleaned_data["signed_as"],
                commits=form.cleaned_data.get("commits", False),
                version=form.cleaned_data["version"],
            )
        except ValidationError as error:
            told(form, error)
        except StepRefused as error:
            messages.error(request, str(error))
            return redirect("partners:one", pk)
        else:
            messages.success(request, f"{partner.name} s'est engagé. Le chef de file est prévenu.")
            return redirect("partners:one", pk)
    return _page(request, partner, sign=form)


@require_POST
@allowed("account.keep")
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    partner = _partner(request, pk)
    form = RefuseForm(request.POST, prefix="refus")
    if not form.is_valid():
        return _page(request, partner, refusal=form)
    try:
        actions.refuse(
            partner,
            by=request.user,
            now=timezone.now(),
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
        )
    except StepRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Votre refus est enregistré. Le chef de file est prévenu.")
    return redirect("partners:one", pk)


@require_POST
@allowed("account.keep")
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the whole file, read-only unless the lead lets this partner write."""
    partner = _partner(request, pk)
    try:
        actions.read_as_partner(partner, by=request.user, now=timezone.now())
    except StepRefused as error:
        messages.error(request, str(error))
        return redirect("partners:one", pk)
    return redirect("applications:one", partner.application_id)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, key: str) -> HttpResponse:
    """Opened by mail scanners too: reading it does nothing. Somebody of the partner goes on by a button."""
    partner = actions.partner_of_key(key)
    if partner is None:
        raise Http404
    now = timezone.now()
    if request.method == "POST" and request.user.is_authenticated:
        try:
            actions.join_by_key(key, by=request.user, now=now)
        except StepRefused as error:
            messages.error(request, str(error))
        else:
            return redirect("partners:one", partner.pk)
    user = request.user
    theirs = user.is_authenticated and (
        is_contact(user, partner)
        or (partner.structure is not None and speaks_for(user, partner.structure))
    )
    context = {
        "partner": partner,
        "application": partner.application,
        "is_open": key_is_open(partner, now),
        "is_theirs": theirs,
        "key": key,
    }
    return render(request, "calls/partners/invitation.html", context)


@login_not_required
@require_POST
def new_link(request: HttpRequest, key: str) -> HttpResponse:
    """A new link, to the address that had the first. Says the same whether the link was known or not."""
    if not allows(request, "partner_link", times=10, seconds=HOUR):
        messages.error(request, "Trop de demandes : réessayez dans une heure.")
    else:
        actions.send_new_link(key, now=timezone.now())
        messages.success(request, "Un nouveau lien part à l'adresse qui avait reçu le premier.")
    return render(request, "calls/partners/sent.html")
