"""Hiding content with its reasons, the register of decisions, and the reasons for refusing."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.moderation.actions.reasons import save_reason
from maillage.moderation.actions.restrict import lift, restrict
from maillage.moderation.exports import register_csv
from maillage.moderation.forms.restrict import ReasonForm, RestrictForm
from maillage.moderation.lib.reasons import SHIPPED
from maillage.moderation.models import DecisionReason
from maillage.moderation.queries.item import load
from maillage.moderation.queries.restrictions import (
    load_restriction,
    notices_of,
    restrictions_of,
    tallies,
    targets_of,
    years_of,
)
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from django.forms import Form

    from maillage.accounts.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def hide(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """Take something of the page out of sight, on the occasion of a contribution about it."""
    one = load(space, pk)
    if one.structure is None:
        raise Http404
    form = RestrictForm(request.POST or None, targets=targets_of(one.structure))
    if request.method == "POST" and form.is_valid():
        try:
            restrict(
                one.structure,
                form.cleaned_data["target"],
                ground=form.cleaned_data["ground"],
                ground_text=form.cleaned_data["ground_text"],
                facts=form.cleaned_data["facts"],
                by=cast("User", request.user),
                now=timezone.now(),
                space=space,
                contribution=one,
            )
        except ValidationError as error:
            _refused(form, error)
        else:
            messages.success(
                request,
                "C'est caché, et les membres de la fiche en ont reçu les motifs. Répondez maintenant à l'envoi.",
            )
            return redirect("moderation:item", space.slug, pk)
    return render(request, "moderation/restrict.html", {"contribution": one, "form": form})


@require_POST
@for_agents
def put_back(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    made = load_restriction(space, pk)
    try:
        lift(made, by=cast("User", request.user), now=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"La restriction sur « {made.structure.name} » est levée.")
    return redirect("moderation:log", space.slug)


@require_safe
@for_agents
def log(request: HttpRequest, space: Space) -> HttpResponse:
    years = years_of(space, timezone.localdate())
    asked = request.GET.get("annee", "")
    year = next((one for one in years if str(one) == asked), years[0])
    context = {
        "years": years,
        "year": year,
        "tallies": tallies(space, year),
        "restrictions": restrictions_of(space),
        "notices": notices_of(space),
    }
    return render(request, "moderation/log.html", context)


@require_safe
@for_agents
def register(request: HttpRequest, space: Space, year: int) -> HttpResponse:
    if not 2000 <= year <= 9999:
        raise Http404
    answer = HttpResponse(register_csv(space, year), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="decisions-{space.slug}-{year}.csv"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def reasons(request: HttpRequest, space: Space, code: str = "") -> HttpResponse:
    """The list, with the form of one reason: ours, the space's, or a new one."""
    theirs = {row.code: row for row in DecisionReason.objects.filter(space=space)}
    shipped = {reason.code: reason for reason in SHIPPED if reason.text}
    known = theirs.get(code) or shipped.get(code)
    if code and known is None:
        raise Http404
    initial = {}
    if known is not None:
        active = getattr(known, "is_active", True)
        initial = {"label": known.label, "text": known.text, "is_active": active}
    form = ReasonForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            save_reason(
                space,
                **form.cleaned_data,
                code=code,
                by=cast("User", request.user),
                now=timezone.now(),
            )
        except ValidationError as error:
            _refused(form, error)
        else:
            messages.success(request, "Le motif est enregistré.")
            return redirect("moderation:reasons", space.slug)
    listed = {**shipped, **theirs}
    rows = [
        {
            "code": key,
            "label": one.label,
            "text": one.text,
            "is_retired": not getattr(one, "is_active", True),
        }
        for key, one in listed.items()
    ]
    context = {"form": form, "code": code, "rows": sorted(rows, key=lambda row: row["label"])}
    return render(request, "moderation/reasons.html", context)


def _refused(form: "Form", error: ValidationError) -> None:
    found = error.error_dict if hasattr(error, "error_dict") else {"": [error]}
    for name, errors in found.items():
        for one in errors:
            form.add_error(name if name in form.fields else None, one)
