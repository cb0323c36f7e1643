"""Doubtful matches and suggestions: a person decides."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from maillage.sources.actions.decisions import (
    AlreadyDecidedError,
    decide_match,
    decide_suggestion,
)
from maillage.sources.actions.runs import RunRefusedError
from maillage.sources.models import Match, Suggestion
from maillage.sources.queries import doubts as queries
from maillage.sources.queries.runs import awaiting, open_doubts, open_suggestions
from maillage.sources.queries.wording import field_label, value_text
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

_ANSWERS = {
    "meme": Match.Decision.SAME,
    "differentes": Match.Decision.DIFFERENT,
    "plus-tard": Match.Decision.LATER,
}
_SAID = {
    Match.Decision.SAME: "C'est la même structure : la fiche est complétée.",
    Match.Decision.DIFFERENT: "Ce sont deux structures : une nouvelle fiche est créée.",
    Match.Decision.LATER: "La question est remise à plus tard.",
}


@require_safe
@for_agents
def doubts(request: HttpRequest, space: Space) -> HttpResponse:
    page = Paginator(queries.with_places(open_doubts(space)), 5).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "doubts": [queries.compare(match) for match in page],
        "awaiting": awaiting(space),
    }
    return render(request, "sources/doubts.html", context)


@require_POST
@for_agents
def decide_doubt(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    match = get_object_or_404(
        Match.objects.select_related("structure", "run", "space"), space=space, pk=pk
    )
    answer = _ANSWERS.get(request.POST.get("reponse", ""))
    if answer is None:
        return HttpResponseBadRequest("Réponse inconnue.")
    try:
        decide_match(match, answer, by=request.user, now=timezone.now())
    except (AlreadyDecidedError, RunRefusedError) as error:
        messages.info(request, str(error))
    else:
        messages.success(request, _SAID[answer])
    return redirect("sources:doubts", space.slug)


@require_safe
@for_agents
def suggestions(request: HttpRequest, space: Space) -> HttpResponse:
    page = Paginator(open_suggestions(space), 25).get_page(request.GET.get("page"))
    rows = [
        {
            "suggestion": one,
            "field": field_label(one.field),
            "current": value_text(one.field, one.current),
            "proposed": value_text(one.field, one.proposed),
        }
        for one in page
    ]
    context = {"page": page, "rows": rows, "awaiting": awaiting(space)}
    return render(request, "sources/suggestions.html", context)


@require_POST
@for_agents
def decide_suggested(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    one = get_object_or_404(
        Suggestion.objects.select_related("structure", "run__space"), run__space=space, pk=pk
    )
    answer = request.POST.get("reponse")
    if answer not in {"accepter", "refuser"}:
        return HttpResponseBadRequest("Réponse inconnue.")
    try:
        decide_suggestion(one, accept=answer == "accepter", by=request.user, now=timezone.now())
    except AlreadyDecidedError as error:
        messages.info(request, str(error))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request,
            f"« {one.structure.name} » est mise à jour."
            if answer == "accepter"
            else "La valeur actuelle est gardée ; cette suggestion ne reviendra pas.",
        )
    return redirect("sources:suggestions", space.slug)
