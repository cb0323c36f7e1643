"""Programmes, and envelopes with what is given, what is left, and when it is paid."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from maillage.calls.actions.editions import money
from maillage.calls.forms.editions import EnvelopeForm, ProgrammeForm
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Envelope, Programme
from maillage.calls.queries.editions import purses
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from maillage.accounts.models import User

_FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@for_agents
def programmes(request: HttpRequest, space: Space) -> HttpResponse:
    found = Programme.objects.filter(space=space).prefetch_related("editions")
    return render(request, "calls/editions/programmes.html", {"programmes": found})


@require_http_methods(_FORM_METHODS)
@for_agents
def programme(request: HttpRequest, space: Space, pk: int | None = None) -> HttpResponse:
    """A new one when `pk` is None."""
    found = get_object_or_404(Programme, space=space, pk=pk) if pk else None
    form = ProgrammeForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        known = Programme.objects.get(pk=pk) if pk else None
        by, now = cast("User", request.user), timezone.now()
        saved = money.save_programme(space, known, form.cleaned_data, by=by, now=now)
        messages.success(request, f"« {saved.name} » est enregistré.")
        return redirect("editions:programmes", space.slug)
    context = {"form": form, "what": "Programme", "known": found, "back": "editions:programmes"}
    return render(request, "calls/editions/form.html", context)


@require_safe
@for_agents
def envelopes(request: HttpRequest, space: Space) -> HttpResponse:
    found = purses(space)
    years = sorted({year for purse in found for year in purse.by_year})
    rows = [(purse, [purse.by_year.get(year) for year in years]) for purse in found]
    totals = [sum(purse.by_year.get(year, 0) for purse in found) for year in years]
    context = {"purses": found, "years": years, "rows": rows, "totals": totals}
    return render(request, "calls/editions/envelopes.html", context)


@require_http_methods(_FORM_METHODS)
@for_agents
def envelope(request: HttpRequest, space: Space, pk: int | None = None) -> HttpResponse:
    """A new one when `pk` is None."""
    found = get_object_or_404(Envelope, space=space, pk=pk) if pk else None
    initial = {} if pk else {"year": timezone.localdate().year}
    form = EnvelopeForm(request.POST or None, instance=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        known = Envelope.objects.get(pk=pk) if pk else None
        by, now = cast("User", request.user), timezone.now()
        try:
            saved = money.save_envelope(space, known, form.cleaned_data, by=by, now=now)
        except StepRefused as refusal:
            form.add_error("amount", str(refusal))
        else:
            messages.success(request, f"« {saved} » est enregistrée.")
            return redirect("editions:envelopes", space.slug)
    context = {"form": form, "what": "Enveloppe", "known": found, "back": "editions:envelopes"}
    return render(request, "calls/editions/form.html", context)
