"""One act on the contributions ticked in the queue."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from maillage.accounts.models import User
from maillage.moderation.actions import bulk as actions
from maillage.moderation.forms.bulk import BulkForm, ticked
from maillage.moderation.models import Contribution
from maillage.moderation.queries.reasons import reasons_of
from maillage.moderation.queries.scope import agents_of, seen_from
from maillage.moderation.views.item import mark_decided
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space


@require_POST
@for_agents
def bulk(request: HttpRequest, space: Space) -> HttpResponse:
    """Without `confirm`, show what would be done to which; with it, do it."""
    chosen = list(
        seen_from(space)
        .filter(pk__in=ticked(request.POST.getlist("ids")))
        .select_related("space", "structure", "contributor")
        .order_by("created_at", "pk")
    )
    if not chosen:
        messages.warning(request, "Cochez au moins une contribution dans la file.")
        return redirect("moderation:queue", space.slug)
    confirming = "confirm" in request.POST
    agents = agents_of(space)
    form = BulkForm(
        request.POST if confirming else None,
        initial={"act": request.POST.get("act", "")},
        reasons=reasons_of(space),
        colleagues=[(str(person.pk), str(person)) for person in agents],
    )
    if confirming and form.is_valid():
        mark_decided(request, timezone.now())
        _tell(request, _apply(request, space, form, chosen, agents), len(chosen))
        return redirect("moderation:queue", space.slug)
    return render(request, "moderation/bulk.html", {"form": form, "chosen": chosen})


def _apply(
    request: HttpRequest,
    space: Space,
    form: BulkForm,
    chosen: list[Contribution],
    agents: list[User],
) -> actions.Done:
    asked = form.cleaned_data
    who: dict[str, Any] = {"by": request.user, "now": timezone.now(), "space": space}
    if asked["act"] == form.ACCEPT:
        return actions.accept_all(chosen, **who)
    if asked["act"] == form.REFUSE:
        return actions.refuse_all(chosen, asked["reason"], **who)
    if asked["act"] == form.ASSIGN:
        to = next((person for person in agents if str(person.pk) == asked["to"]), None)
        return actions.assign_all(chosen, to, **who)
    return actions.snooze_all(chosen, asked["until"], today=timezone.localdate(), **who)


def _tell(request: HttpRequest, done: actions.Done, chosen: int) -> None:
    s = "s" if done.count > 1 else ""
    messages.success(request, f"{done.count} contribution{s} sur {chosen} : c'est fait.")
    for row, why in done.left[:10]:
        messages.warning(request, f"« {row.subject} » n'est pas faite : {why}")
