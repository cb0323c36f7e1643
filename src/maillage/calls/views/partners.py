"""Partners of a file, as the lead settles them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.calls.actions import partners as actions
from maillage.calls.enums import PartnerRole
from maillage.calls.forms.partners import LeadForm, PartnerForm, ShareForm, share_of
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Application, Partner
from maillage.calls.queries.finding import find_structures, shown_structure
from maillage.calls.queries.partners import (
    may_lead,
    not_engaged,
    present,
    refused,
    shares_problem,
)
from maillage.spaces.access import allowed


def file_of(request: HttpRequest, pk: int) -> Application:
    """A file that the person writes; 404 for anybody else."""
    mine = Application.objects.written_by(request.user).select_related("edition__space")
    return get_object_or_404(mine, pk=pk)


def led(request: HttpRequest, pk: int) -> Application:
    """A file whose partners the person settles."""
    application = file_of(request, pk)
    if not may_lead(request.user, application):
        raise Http404
    return application


def partner_led(request: HttpRequest, pk: int) -> Partner:
    partner = get_object_or_404(Partner.objects.select_related("structure"), pk=pk)
    partner.application = led(request, partner.application_id)
    return partner


def told(form: object, error: ValidationError) -> None:
    """Errors of an action, on the fields that the form has."""
    if hasattr(error, "error_dict"):
        for name, said in error.message_dict.items():
            form.add_error(name if name in form.fields else None, said)  # type: ignore[attr-defined]
    else:
        form.add_error(None, error.messages)  # type: ignore[attr-defined]


@require_safe
@allowed("account.keep")
def listing(request: HttpRequest, application: int) -> HttpResponse:
    found = file_of(request, application)
    partners = present(found)
    leads = may_lead(request.user, found)
    context = {
        "application": found,
        "partners": partners,
        "refused": refused(found),
        "late": not_engaged(found),
        "problem": shares_problem(found),
        "leads": leads,
        "lead_form": LeadForm(initial=_lead_values(partners)) if leads else None,
    }
    return render(request, "calls/partners/list.html", context)


def _lead_values(partners: list[Partner]) -> dict[str, object]:
    lead = next(one for one in partners if one.role == PartnerRole.LEAD)
    return {name: getattr(lead, name) for name in ("share", "amount", "redistributes")}


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("account.keep")
def add(request: HttpRequest, application: int) -> HttpResponse:
    """First the directory is searched (`q`); then the proposal is written, for a structure found or one told by hand."""
    found = led(request, application)
    chosen = request.POST.get("structure") or request.GET.get("structure", "")
    structure = shown_structure(chosen)
    by_hand = "nom" in request.GET or request.method == "POST"
    query = request.GET.get("q", "")[:200]
    context = {
        "application": found,
        "structure": structure,
        "query": query,
        "found": find_structures(query) if query else [],
        "form": None,
    }
    if structure is not None or by_hand:
        form = PartnerForm(request.POST or None, structure=structure, initial={"name": query})
        context["form"] = form
        if request.method == "POST" and form.is_valid():
            try:
                partner = actions.add_partner(
                    found, form.who(), form.value(), by=request.user, now=timezone.now()
                )
            except ValidationError as error:
                told(form, error)
            except StepRefused as error:
                form.add_error(None, str(error))
            else:
                messages.success(
                    request, f"{partner.name} est invité. Il doit maintenant s'engager."
                )
                return redirect("partners:list", found.pk)
    return render(request, "calls/partners/add.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("account.keep")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    partner = partner_led(request, pk)
    if partner.role == PartnerRole.LEAD:
        return redirect("partners:list", partner.application_id)
    form = ShareForm(request.POST or None, initial=share_of(partner))
    version = request.POST.get("version", "")
    if request.method == "POST" and form.is_valid():
        try:
            fell = actions.change_partner(
                partner,
                form.value(),
                by=request.user,
                now=timezone.now(),
                version=int(version) if version.isdecimal() and len(version) < 9 else -1,
            )
        except StepRefused as error:
            form.add_error(None, str(error))
        else:
            said = f"{partner.name} doit signer de nouveau : nous le lui avons écrit."
            messages.success(request, said if fell else "C'est enregistré.")
            return redirect("partners:list", partner.application_id)
    context = {"partner": partner, "application": partner.application, "form": form}
    return render(request, "calls/partners/edit.html", context)


@require_POST
@allowed("account.keep")
def lead(request: HttpRequest, application: int) -> HttpResponse:
    found = led(request, application)
    form = LeadForm(request.POST)
    if form.is_valid():
        try:
            actions.change_lead(found, by=request.user, now=timezone.now(), **form.values())
        except StepRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "La part du chef de file est enregistrée.")
        return redirect("partners:list", found.pk)
    context = {
        "application": found,
        "partners": present(found),
        "refused": refused(found),
        "late": not_engaged(found),
        "problem": shares_problem(found),
        "leads": True,
        "lead_form": form,
    }
    return render(request, "calls/partners/list.html", context)


@require_POST
@allowed("account.keep")
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    partner = partner_led(request, pk)
    try:
        actions.remove_partner(partner, by=request.user, now=timezone.now())
    except StepRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{partner.name} n'est plus dans la candidature.")
    return redirect("partners:list", partner.application_id)


@require_POST
@allowed("account.keep")
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    partner = partner_led(request, pk)
    try:
        actions.remind_partner(partner, by=request.user, now=timezone.now())
    except StepRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{partner.name} est relancé.")
    return redirect("partners:list", partner.application_id)
