"""One act on the structures ticked in the list."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from maillage.portal.actions import bulk as actions
from maillage.portal.forms.acts import BulkForm, ticked
from maillage.portal.queries import structures as queries
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space
from maillage.structures.enums import Axis


@require_POST
@for_agents
def bulk(request: HttpRequest, space: Space) -> HttpResponse:
    """Without `confirm`, show what would be done to which; with it, do it."""
    chosen = list(
        queries.managed_structures(space).filter(pk__in=ticked(request.POST.getlist("ids")))
    )
    if not chosen:
        messages.warning(request, "Cochez au moins une structure dans la liste.")
        return redirect("manage:structures", space.slug)
    confirming = "confirm" in request.POST
    terms = queries.active_terms()
    form = BulkForm(
        request.POST if confirming else None,
        initial={"act": request.POST.get("act", "")},
        sectors=[term for term in terms if term.axis == Axis.SECTOR],
        audiences=[term for term in terms if term.axis == Axis.AUDIENCE],
    )
    if confirming and form.is_valid():
        done = _apply(request, space, form, chosen)
        messages.success(request, _told(done, len(chosen)))
        return redirect("manage:structures", space.slug)
    return render(request, "portal/manage/bulk.html", {"form": form, "chosen": chosen})


def _apply(request: HttpRequest, space: Space, form: BulkForm, chosen: list) -> int:
    asked = form.cleaned_data
    who = {"by": request.user, "now": timezone.now(), "space": space}
    if asked["act"] == form.ARCHIVE:
        return actions.archive_all(chosen, asked["reason"], **who)
    if asked["act"] == form.SECTOR:
        return actions.give_sector(chosen, asked["sector"], **who)
    if asked["act"] == form.AUDIENCE:
        return actions.add_audience(chosen, asked["audience"], **who)
    return actions.check_all(chosen, **who)


def _told(done: int, chosen: int) -> str:
    s, e = ("s" if done > 1 else "", "s" if chosen > 1 else "")
    return f"{done} structure{s} modifiée{s} sur {chosen} choisie{e}."
