"""Claims on the structures of a space: the queue, one claim, the answers."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.portal.forms.acts import ReasonForm, refused
from maillage.portal.forms.claims import AcceptForm, ReasonToClaimantForm, WayForm
from maillage.portal.queries import claims as queries
from maillage.portal.queries import structures
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space
from maillage.structures.actions.claim_codes import BY_AGENT, give_code
from maillage.structures.actions.claim_decisions import (
    accept_claim,
    ask_other_proof,
    refuse_claim,
)
from maillage.structures.actions.members import remove_member
from maillage.structures.queries.people import administrators_of, members_of


@require_safe
@for_agents
def claims(request: HttpRequest, space: Space) -> HttpResponse:
    chosen = request.GET.get("liste", "")
    chosen = chosen if chosen in queries.LISTS else "a-examiner"
    number = request.GET.get("page", "1")
    context = {
        "chosen": chosen,
        "counts": queries.claim_counts(space),
        "page": queries.claims_page(
            space, chosen, int(number) if number.isdecimal() and len(number) < 9 else 1
        ),
    }
    return render(request, "portal/manage/claims.html", context)


@require_safe
@for_agents
def claim(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = queries.load_claim(space, pk)
    sheet = queries.claim_sheet(one, now=timezone.now())
    return render(request, "portal/manage/claim.html", sheet)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def accept(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = queries.load_claim(space, pk)
    form = AcceptForm(
        request.POST or None,
        kept=administrators_of(one.structure).exists(),
        proved="proved_at" in one.evidence,
    )
    return _answer(
        request,
        space,
        one.pk,
        form,
        lambda: accept_claim(
            one, **form.cleaned_data, by=request.user, now=timezone.now(), space=space
        ),
        title=f"Accepter la demande de {one.user}",
        submit="Accepter",
        done=f"{one.user} tient maintenant la fiche de {one.structure}.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def refuse(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = queries.load_claim(space, pk)
    form = ReasonToClaimantForm(request.POST or None)
    return _answer(
        request,
        space,
        one.pk,
        form,
        lambda: refuse_claim(
            one, form.cleaned_data["reason"], by=request.user, now=timezone.now(), space=space
        ),
        title=f"Refuser la demande de {one.user}",
        submit="Refuser",
        done=f"La réponse est partie à {one.user}.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def ask(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = queries.load_claim(space, pk)
    form = ReasonToClaimantForm(request.POST or None)
    return _answer(
        request,
        space,
        one.pk,
        form,
        lambda: ask_other_proof(
            one, form.cleaned_data["reason"], by=request.user, now=timezone.now(), space=space
        ),
        title=f"Demander une autre preuve à {one.user}",
        submit="Envoyer",
        done=f"La question est partie à {one.user}.",
    )


def _answer(
    request: HttpRequest,
    space: Space,
    pk: int,
    form: AcceptForm | ReasonToClaimantForm,
    act: Callable[[], object],
    *,
    title: str,
    submit: str,
    done: str,
) -> HttpResponse:
    """Show a form of answer, then do it; what refuses is said beside the fields."""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, done)
            return redirect("manage:claim", space.slug, pk)
    sheet = queries.claim_sheet(queries.load_claim(space, pk), now=timezone.now())
    context = {**sheet, "form": form, "title": title, "submit": submit}
    return render(request, "portal/manage/claim_answer.html", context)


@require_POST
@for_agents
def code(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """Make a code and show it, this once: as a letter to print, or to read on the phone."""
    one = queries.load_claim(space, pk)
    form = WayForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choisissez le courrier ou le téléphone.")
        return redirect("manage:claim", space.slug, pk)
    now, way = timezone.now(), form.cleaned_data["way"]
    try:
        made = give_code(one, way, by=request.user, now=now, space_id=space.pk)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("manage:claim", space.slug, pk)
    sheet = queries.claim_sheet(one, now=now)
    context = {**sheet, "code": made, "way": way, "today": now, "until": now + BY_AGENT}
    return render(request, "portal/manage/claim_code.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def remove(request: HttpRequest, space: Space, pk: int, member: int) -> HttpResponse:
    """Take a page from somebody who misuses it."""
    one = structures.load(space, pk)
    keeper = get_object_or_404(members_of(one), pk=member)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            remove_member(
                keeper,
                by=request.user,
                now=timezone.now(),
                reason=form.cleaned_data["reason"],
                space_id=space.pk,
            )
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, f"{keeper.user} ne tient plus cette fiche.")
            return redirect("manage:structure", space.slug, one.pk)
    context = {"structure": one, "member": keeper, "form": form}
    return render(request, "portal/manage/remove_member.html", context)
