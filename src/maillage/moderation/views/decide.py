"""What an agent does with one contribution: each act is a POST, then the next one of the queue."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from maillage.moderation.actions import decide, handle
from maillage.moderation.actions.deciding import StaleError
from maillage.moderation.actions.undo import undo
from maillage.moderation.filters import QueueForm
from maillage.moderation.lib.fields import FIELDS
from maillage.moderation.models import Contribution
from maillage.moderation.queries.item import Typed, load
from maillage.moderation.queries.queue import communes_of, next_in
from maillage.moderation.queries.scope import agents_of, structures_of
from maillage.moderation.queries.similar import search_structures
from maillage.moderation.queries.undoing import just_decided
from maillage.moderation.views.item import mark_decided, show
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

Who = dict[str, Any]


def _accept(request: HttpRequest, one: Contribution, who: Who) -> str:
    taken = request.POST.getlist("take")
    values = {name: request.POST.get(f"value-{name}", "") for name in taken if name in FIELDS}
    shown = {name: request.POST.get(f"shown-{name}", "") for name in values}
    done = decide.accept(
        one, values=values, shown=shown, text=_text(request), version=_version(request), **who
    )
    return f"« {done.subject} » : {done.get_state_display()}. La réponse part dans cinq minutes."


def _refuse(request: HttpRequest, one: Contribution, who: Who) -> str:
    reason = request.POST.get("reason", "")[:40]
    decide.refuse(one, reason=reason, text=_text(request), version=_version(request), **who)
    return f"« {one.subject} » : refusée. La réponse part dans cinq minutes."


def _ask(request: HttpRequest, one: Contribution, who: Who) -> str:
    handle.ask(one, _text(request), version=_version(request), **who)
    return "Votre question est envoyée : la contribution attend la réponse."


def _note(request: HttpRequest, one: Contribution, who: Who) -> str:
    handle.write_note(one, _text(request), by=who["by"], now=who["now"])
    return "Note gardée, pour les agents seulement."


def _snooze(request: HttpRequest, one: Contribution, who: Who) -> str:
    until = _day(request.POST.get("until", ""))
    handle.snooze(one, until, today=timezone.localdate(), version=_version(request), **who)
    return f"« {one.subject} » reviendra le {date_format(until, 'j F Y')}."


def _resume(request: HttpRequest, one: Contribution, who: Who) -> str:
    handle.resume(one, version=_version(request), **who)
    return "La contribution est de nouveau à traiter."


def _assign(request: HttpRequest, one: Contribution, who: Who) -> str:
    to = request.POST.get("to", "")
    person = None
    if to:
        person = next((agent for agent in agents_of(who["space"]) if str(agent.pk) == to), None)
        if person is None:
            raise ValidationError({"to": ["Choisissez un agent de cet espace."]})
    handle.assign(one, person, **who)
    return f"Confiée à {person}." if person else "Remise en commun."


def _attach(request: HttpRequest, one: Contribution, who: Who) -> str:
    pk = request.POST.get("structure", "")
    if not (pk.isdecimal() and len(pk) < 19):
        raise ValidationError("Choisissez une fiche.")
    structure = get_object_or_404(structures_of(who["space"]), pk=int(pk))
    done = handle.attach(one, structure, version=_version(request), **who)
    return f"Rattachée à « {done.subject} » : il reste à accepter ce qui y manque."


def _duplicate(request: HttpRequest, one: Contribution, who: Who) -> str:
    pk = request.POST.get("first", "")
    if not (pk.isdecimal() and len(pk) < 19):
        raise ValidationError("Choisissez l'autre envoi.")
    decide.mark_duplicate(one, load(who["space"], int(pk)), version=_version(request), **who)
    return f"« {one.subject} » : doublon. La réponse part dans cinq minutes."


_ACTS: dict[str, Callable[[HttpRequest, Contribution, Who], str]] = {
    "accepter": _accept,
    "refuser": _refuse,
    "demander": _ask,
    "noter": _note,
    "plus-tard": _snooze,
    "reprendre": _resume,
    "confier": _assign,
    "rattacher": _attach,
    "doublon": _duplicate,
}
_STAYS = {"noter", "reprendre", "confier", "rattacher"}


@require_POST
@for_agents
def act(request: HttpRequest, space: Space, pk: int, verb: str) -> HttpResponse:
    """Do it and go to the next one; refused, show the same page with everything that was typed."""
    one = load(space, pk)
    if verb not in _ACTS:
        raise Http404
    query = request.POST.get("file", "")[:500]
    who = {"by": request.user, "now": timezone.now(), "space": space}
    try:
        messages.success(request, _ACTS[verb](request, one, who))
    except StaleError as stale:
        return _again(request, space, pk, verb, query, _since(stale.contribution), 409)
    except decide.MovedError:
        said = "La fiche a changé pendant votre lecture : voyez les valeurs d'aujourd'hui et confirmez."
        return _again(request, space, pk, verb, query, said, 409)
    except ValidationError as error:
        return _again(request, space, pk, verb, query, _sentences(error), 200)
    mark_decided(request, timezone.now())
    if verb in _STAYS:
        return redirect(_item_url(request, pk, query))
    following = next_in(
        space,
        _search(request, space, query),
        one,
        by=request.user,  # type: ignore[arg-type]
        now=timezone.now(),
        today=timezone.localdate(),
    )
    if following is None:
        return redirect(f"{_queue_url(space)}?{query}" if query else _queue_url(space))
    return redirect(_item_url(request, following, query))


@require_POST
@for_agents
def take_back(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """Undo one decision, or with `lot` all those the agent made at the same moment."""
    one, now = load(space, pk), timezone.now()
    rows = [one]
    if "lot" in request.POST:
        rows = just_decided(space, request.user, now=now)  # type: ignore[arg-type]
    done = 0
    for row in rows:
        try:
            undo(row, by=request.user, now=now, space=space)  # type: ignore[arg-type]
        except ValidationError as error:
            messages.error(request, f"« {row.subject} » : {error.messages[0]}")
        else:
            done += 1
    if done:
        several = done > 1
        messages.success(
            request,
            f"{done} décisions défaites." if several else "Décision défaite : rien n'a été envoyé.",
        )
    if len(rows) > 1:
        return redirect(_queue_url(space))
    return redirect(_item_url(request, pk, request.POST.get("file", "")[:500]))


@require_safe
@for_agents
def attach_choose(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """Find the page that a proposal speaks of."""
    one = load(space, pk)
    q = request.GET.get("q", one.subject)[:200]
    context = {
        "contribution": one,
        "q": q,
        "found": search_structures(space, q),
        "query": request.GET.get("file", "")[:500],
    }
    return render(request, "moderation/attach.html", context)


def _again(
    request: HttpRequest, space: Space, pk: int, verb: str, query: str, problem: str, status: int
) -> HttpResponse:
    posted = request.POST
    typed = Typed(
        act=verb,
        values={name: posted[f"value-{name}"] for name in FIELDS if f"value-{name}" in posted},
        taken=set(posted.getlist("take")) if verb == "accepter" else None,
        text=_text(request),
        reason=posted.get("reason", "")[:40],
        until=posted.get("until", "")[:10],
    )
    one = load(space, pk)
    return show(request, space, one, query=query, typed=typed, problem=problem, status=status)


def _since(now: Contribution) -> str:
    """What happened to it while the agent was reading."""
    if now.decided_by is not None and now.decided_at is not None:
        at = date_format(timezone.localtime(now.decided_at), "j F Y à H \\h i")
        return f"{now.decided_by} a déjà tranché, le {at} : {now.get_state_display()}. Rien n'a été changé."
    return (
        f"Cette contribution a changé pendant votre lecture : {now.get_state_display()}. "
        "Relisez-la ; ce que vous avez écrit est gardé ci-dessous."
    )


def _sentences(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        f"{FIELDS[name].label.capitalize()} : {' '.join(found)}"
        if name in FIELDS
        else " ".join(found)
        for name, found in error.message_dict.items()
    )


def _version(request: HttpRequest) -> int:
    """The version that was read; an absent or absurd one is never the present one."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _text(request: HttpRequest) -> str:
    return request.POST.get("text", "")[:4000]


def _day(text: str) -> Any:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise ValidationError({"until": ["Choisissez un jour à venir."]})
    return day


def _search(request: HttpRequest, space: Space, query: str) -> Any:
    people = [(str(agent.pk), str(agent)) for agent in agents_of(space)]
    return QueueForm(QueryDict(query), communes=communes_of(space), colleagues=people).search()


def _queue_url(space: Space) -> str:
    return reverse("moderation:queue", args=[space.slug])


def _item_url(request: HttpRequest, pk: int, query: str) -> str:
    url = reverse("moderation:item", args=[request.space.slug, pk])  # type: ignore[attr-defined]
    return f"{url}?{urlencode({'file': query})}" if query else url
