"""What managers do to a whole call: check, publish, unseal, extend, correct, cancel."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from maillage.calls.actions.editions import events, publish, run
from maillage.calls.forms.editions import ErratumForm, ExtendForm, ReasonForm
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Edition
from maillage.calls.queries import editions as queries
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from maillage.accounts.models import User

_FORM_METHODS = ["GET", "HEAD", "POST"]
_DONE = {
    "relire": "L'appel attend une relecture ; les autres agents sont prévenus.",
    "renvoyer": "L'appel est de nouveau en brouillon.",
    "publier": "L'appel est publié.",
    "ouvrir-les-plis": "Les plis sont ouverts : c'est noté au journal.",
    "instruire": "L'instruction commence.",
}


@require_POST
@for_agents
def advance(request: HttpRequest, space: Space, edition: int, verb: str) -> HttpResponse:
    found = queries.load(space, edition)
    if verb not in _DONE:
        raise Http404
    try:
        _act(request, found, verb)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _DONE[verb])
    return redirect("editions:one", space.slug, found.pk)


def _act(request: HttpRequest, found: Edition, verb: str) -> None:
    by, now = cast("User", request.user), timezone.now()
    said = request.POST.get("version", "")
    version = int(said) if said.isdecimal() and len(said) < 10 else None
    if verb == "relire":
        publish.ask_check(found, by=by, now=now, version=version)
    elif verb == "renvoyer":
        reason = request.POST.get("reason", "")[:500]
        publish.send_back(found, reason=reason, by=by, now=now, version=version)
    elif verb == "publier":
        publish.schedule(found, by=by, now=now, version=version)
    elif verb == "ouvrir-les-plis":
        run.unseal(found, by=by, now=now)
    else:
        run.begin_instruction(found, by=by, now=now)


@require_http_methods(_FORM_METHODS)
@for_agents
def extend(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    found = queries.load(space, edition)
    name = queries.running_deadline(found)
    current = getattr(found, name) if name else None
    if current is None:
        messages.error(request, "Cet appel n'attend plus de dossiers : il ne peut plus être prolongé.")  # fmt: skip
        return redirect("editions:one", space.slug, found.pk)
    form = ExtendForm(request.POST or None, current=current)
    if request.method == "POST" and form.is_valid():
        try:
            events.extend(
                found, **form.cleaned_data, by=cast("User", request.user), now=timezone.now()
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "L'appel est prolongé ; les candidats sont prévenus.")
            return redirect("editions:one", space.slug, found.pk)
    people = len(queries.people_writing(found))
    context = {"edition": found, "form": form, "current": current, "people": people}
    return render(request, "calls/editions/extend.html", context)


@require_http_methods(_FORM_METHODS)
@for_agents
def erratum(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    found = queries.load(space, edition)
    version = found.version
    form = ErratumForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in events.CORRECTABLE}
        said = request.POST.get("version", "")
        try:
            events.correct(
                found,
                text=form.cleaned_data["text"],
                values=values,
                by=cast("User", request.user),
                now=timezone.now(),
                version=int(said) if said.isdecimal() and len(said) < 10 else None,
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "L'erratum est publié ; les candidats sont prévenus.")
            return redirect("editions:one", space.slug, found.pk)
    people = len(queries.people_writing(found))
    context = {"edition": found, "form": form, "version": version, "people": people}
    return render(request, "calls/editions/erratum.html", context)


@require_http_methods(_FORM_METHODS)
@for_agents
def cancel(request: HttpRequest, space: Space, edition: int) -> HttpResponse:
    found = queries.load(space, edition)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            events.cancel(found, reason=reason, by=cast("User", request.user), now=timezone.now())
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "L'appel est annulé.")
            return redirect("editions:one", space.slug, found.pk)
    people = len(queries.people_writing(found)) if found.published_at else 0
    context = {"edition": found, "form": form, "people": people}
    return render(request, "calls/editions/cancel.html", context)
