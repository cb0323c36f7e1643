"""Who keeps the page: invite, change, remove, hand over, leave, answer claims."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.portal.forms.acts import refused
from maillage.portal.forms.claims import KindForm, ReasonToClaimantForm
from maillage.portal.forms.members import InviteForm, LeaveForm
from maillage.structures.access import for_keepers
from maillage.structures.actions import members as actions
from maillage.structures.actions.claim_decisions import accept_claim, refuse_claim
from maillage.structures.actions.invitations import invite_member, withdraw_invitation
from maillage.structures.models import Membership, Structure
from maillage.structures.queries.people import (
    administrators_of,
    members_of,
    open_invitations,
    pending_claims,
)


@require_safe
@for_keepers("structure.members")
def members(request: HttpRequest, structure: Structure) -> HttpResponse:
    context = {
        "structure": structure,
        "members": members_of(structure),
        "invitations": open_invitations(structure),
        "claims": pending_claims(structure),
        "now": timezone.now(),
    }
    return render(request, "portal/member/members.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_keepers("structure.members")
def invite(request: HttpRequest, structure: Structure) -> HttpResponse:
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invite_member(structure, **form.cleaned_data, by=request.user, now=timezone.now())
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, f"L'invitation est partie à {form.cleaned_data['email']}.")
            return redirect("member:members", structure.pk)
    return render(request, "portal/member/invite.html", {"structure": structure, "form": form})


@require_POST
@for_keepers("structure.members")
def withdraw(request: HttpRequest, structure: Structure, invitation: int) -> HttpResponse:
    one = get_object_or_404(structure.invitations, pk=invitation)
    try:
        withdraw_invitation(one, by=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"L'invitation de {one.email} est retirée.")
    return redirect("member:members", structure.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_keepers("structure.members")
def member(request: HttpRequest, structure: Structure, member: int) -> HttpResponse:
    """Change what somebody may do; with `remove`, take the page from them; with `hand_over`, give it to them."""
    one = get_object_or_404(members_of(structure), pk=member)
    form = KindForm(request.POST or None, initial={"kind": one.kind})
    moving = "remove" in request.POST or "hand_over" in request.POST
    if request.method == "POST" and (moving or form.is_valid()):
        try:
            done = _change(request, structure, one, form)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("member:member", structure.pk, one.pk)
        messages.success(request, done)
        # Who has just handed the page over opens this page no more.
        return redirect(
            "member:home" if "hand_over" in request.POST else "member:members", structure.pk
        )
    context = {"structure": structure, "member": one, "form": form}
    return render(request, "portal/member/member.html", context)


def _change(request: HttpRequest, structure: Structure, one: Membership, form: KindForm) -> str:
    """Do what was asked and say it."""
    now = timezone.now()
    if "remove" in request.POST:
        actions.remove_member(one, by=request.user, now=now)
        return f"{one.user} ne tient plus la fiche."
    if "hand_over" in request.POST:
        mine = get_object_or_404(members_of(structure), user=request.user)
        actions.hand_over(mine, one, now=now)
        return f"{one.user} administre maintenant la fiche. Vous pouvez encore la modifier."
    actions.change_kind(one, form.cleaned_data["kind"], by=request.user, now=now)
    return f"{one.user} : {one.get_kind_display()}."


@require_http_methods(["GET", "HEAD", "POST"])
@for_keepers("structure.edit")
def leave(request: HttpRequest, structure: Structure) -> HttpResponse:
    """Leave; the last administrator says first what becomes of the page."""
    mine = get_object_or_404(members_of(structure), user=request.user)
    others = list(members_of(structure).exclude(pk=mine.pk))
    last = (
        mine.kind == Membership.Kind.ADMINISTRATOR
        and not administrators_of(structure).exclude(pk=mine.pk).exists()
    )
    form = LeaveForm(request.POST or None, heirs=others) if last else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            if form is not None and form.heir is None:
                actions.release(mine, now=timezone.now())
            else:
                actions.leave(mine, heir=form.heir if form else None, now=timezone.now())
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("member:leave", structure.pk)
        messages.success(request, f"Vous ne tenez plus la fiche de {structure}.")
        return redirect("member:mine")
    context = {"structure": structure, "form": form, "others": others}
    return render(request, "portal/member/leave.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_keepers("structure.members")
def answer_claim(request: HttpRequest, structure: Structure, claim: int) -> HttpResponse:
    """Somebody asks to keep the page too: accept, or refuse with a reason."""
    one = get_object_or_404(pending_claims(structure), pk=claim)
    refusing = "refuse" in request.POST
    accept = KindForm(request.POST if request.POST and not refusing else None)
    refuse = ReasonToClaimantForm(request.POST if refusing else None)
    form = refuse if refusing else accept
    if request.method == "POST" and form.is_valid():
        who = {"by": request.user, "now": timezone.now()}
        try:
            if refusing:
                refuse_claim(one, form.cleaned_data["reason"], **who)
            else:
                accept_claim(one, kind=form.cleaned_data["kind"], **who)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, f"Votre réponse est partie à {one.user}.")
        return redirect("member:members", structure.pk)
    context = {"structure": structure, "claim": one, "accept": accept, "refuse": refuse}
    return render(request, "portal/member/answer_claim.html", context)
