"""A claim, for the person who made it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from maillage.portal.forms.acts import refused
from maillage.portal.forms.claims import ClaimForm, CodeForm
from maillage.portal.queries.claiming import claiming_page
from maillage.portal.views.claiming import PROOFS
from maillage.spaces.access import allowed
from maillage.structures.actions.claim_codes import send_code_again, type_code, why_no_code
from maillage.structures.actions.claim_decisions import waits_until
from maillage.structures.actions.claims import change_proof, withdraw_claim
from maillage.structures.models import Claim
from maillage.structures.queries.people import PENDING


def _mine(request: HttpRequest, claim: int) -> Claim:
    rows = Claim.objects.select_related("structure", "user")
    return get_object_or_404(rows, pk=claim, user=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("structure.claim")
def claim(request: HttpRequest, claim: int) -> HttpResponse:
    """Where the claim stands; type the code."""
    mine = _mine(request, claim)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            type_code(mine, form.cleaned_data["code"], by=request.user, now=timezone.now())
        except ValidationError as error:
            refused(form, error)
        else:
            return _after(request, mine)
    context = {
        "claim": mine,
        "form": form,
        "no_code": why_no_code(mine, now=timezone.now()),
        "pending": mine.state in PENDING,
        "until": waits_until(mine),
    }
    return render(request, "portal/member/claim.html", context)


def _after(request: HttpRequest, mine: Claim) -> HttpResponse:
    if mine.state == Claim.State.ACCEPTED:
        messages.success(request, f"Vous tenez maintenant la fiche de {mine.structure}.")
        return redirect("member:home", mine.structure_id)
    messages.success(request, "La preuve est faite. Il reste à attendre une réponse.")
    return redirect("member:claim", mine.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("structure.claim")
def proof(request: HttpRequest, claim: int) -> HttpResponse:
    """Choose another proof, then give it."""
    mine = _mine(request, claim)
    page = {**claiming_page(mine.structure, request.user), "claim": mine}
    chosen = PROOFS.get(request.GET.get("preuve", ""))
    if mine.state not in PENDING:
        return redirect("member:claim", mine.pk)
    if chosen is None:
        return render(request, "portal/member/claim_proof.html", page)
    initial = {"email": page["own_address"], "function": mine.function, "message": mine.message}
    form = ClaimForm(request.POST or None, proof=chosen, domains=page["domains"], initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_proof(mine, form.given(), by=request.user, now=timezone.now())
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, "Votre nouvelle preuve est enregistrée.")
            return redirect("member:claim", mine.pk)
    page |= {"form": form, "proof": chosen}
    return render(request, "portal/member/claim_proof.html", page)


@require_POST
@allowed("structure.claim")
def resend(request: HttpRequest, claim: int) -> HttpResponse:
    mine = _mine(request, claim)
    try:
        send_code_again(mine, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Un nouveau code est parti. L'ancien ne vaut plus rien.")
    return redirect("member:claim", mine.pk)


@require_POST
@allowed("structure.claim")
def withdraw(request: HttpRequest, claim: int) -> HttpResponse:
    mine = _mine(request, claim)
    try:
        withdraw_claim(mine, by=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Votre demande est retirée.")
    return redirect("member:mine")
