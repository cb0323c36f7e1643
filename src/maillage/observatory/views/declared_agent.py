"""The agents' queue of declared needs: each act is a POST, then the next one that waits."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from maillage.moderation.queries.queue import communes_of
from maillage.observatory.actions import decide as actions
from maillage.observatory.forms.declared import OTHER
from maillage.observatory.forms.declared_queue import (
    AnswerForm,
    CorrectionForm,
    QueueForm,
    RefusalForm,
)
from maillage.observatory.models import DeclaredNeed
from maillage.observatory.queries.declared_queue import (
    Tab,
    load,
    next_waiting,
    queue_page,
    waiting_count,
)
from maillage.observatory.queries.needs import needs_of
from maillage.observatory.queries.saying import alike
from maillage.observatory.queries.undoing import UNDO, can_undo, just_decided
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space

if TYPE_CHECKING:
    from maillage.accounts.models import User

MOST = 200  # ticked at once
_MARK = "declared_decided"


@require_safe
@for_agents
def queue(request: HttpRequest, space: Space) -> HttpResponse:
    by, now = cast("User", request.user), timezone.now()
    form = QueueForm(request.GET, needs=needs_of(space), communes=communes_of(space))
    search = form.search()
    found = queue_page(space, search)
    filters = {name: form.cleaned_data.get(name, "") for name in ("besoin", "commune")}
    query = urlencode({name: value for name, value in filters.items() if value})
    is_recent = now.timestamp() - float(request.session.get(_MARK, 0)) < UNDO.total_seconds()
    context = {
        "form": form,
        "found": found,
        "tabs": [
            {"code": code, "label": label, "count": found.counts[code]}
            for code, label in Tab.choices
        ],
        "tab": search.tab,
        "query": query,
        "page_base": f"?etat={search.tab}&{query}&page=" if query else f"?etat={search.tab}&page=",
        "just": just_decided(space, by, now=now) if is_recent else [],
    }
    return render(request, "observatory/files/declared.html", context)


@require_safe
@for_agents
def one(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    return _show(request, space, load(space, pk))


@require_POST
@for_agents
def decide(request: HttpRequest, space: Space, pk: int, verb: str) -> HttpResponse:
    """Do it and go to the next one; refused, show the same page with everything that was typed."""
    declared = load(space, pk)
    if verb not in _ACTS:
        raise Http404
    was_waiting = declared.state == "waiting"
    who = {"by": request.user, "now": timezone.now(), "version": _version(request)}
    try:
        messages.success(request, _ACTS[verb](request, space, declared, who))
    except actions.StaleError as stale:
        return _show(request, space, load(space, pk), problem=_since(stale), status=409)
    except ValidationError as error:
        said = " ".join(message for found in error.message_dict.values() for message in found)
        return _show(request, space, load(space, pk), problem=said)
    request.session[_MARK] = timezone.now().timestamp()
    following = next_waiting(space, declared) if was_waiting else None
    if following is None:
        return redirect("files:declared", space.slug)
    return redirect("files:declared_one", space.slug, following)


@require_POST
@for_agents
def undo(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """Undo one decision, or with `lot` all those the agent made at the same moment."""
    declared, now, by = load(space, pk), timezone.now(), cast("User", request.user)
    rows = just_decided(space, by, now=now) if "lot" in request.POST else [declared]
    done = 0
    for row in rows:
        try:
            actions.undo(row, by=by, now=now)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            done += 1
    if done:
        said = (
            f"{done} décisions défaites." if done > 1 else "Décision défaite : rien n'a été envoyé."
        )
        messages.success(request, said)
    if len(rows) > 1:
        return redirect("files:declared", space.slug)
    return redirect("files:declared_one", space.slug, pk)


@require_POST
@for_agents
def bulk(request: HttpRequest, space: Space) -> HttpResponse:
    """Publish those that were ticked, as they were said."""
    ticked = [int(pk) for pk in request.POST.getlist("ids") if pk.isdecimal() and len(pk) < 19][
        :MOST
    ]
    chosen = list(
        DeclaredNeed.objects.filter(space=space, pk__in=ticked, state="waiting").order_by("pk")
    )
    if not chosen:
        messages.warning(request, "Cochez au moins un besoin à lire.")
        return redirect("files:declared", space.slug)
    now = timezone.now()
    done, left = actions.publish_all(chosen, by=cast("User", request.user), now=now)
    request.session[_MARK] = now.timestamp()
    several = len(done) > 1
    said = f"{len(done)} besoins publiés." if several else "Besoin publié." if done else ""
    if said:
        messages.success(request, said)
    if left:
        messages.warning(request, f"{len(left)} déjà tranché par un autre agent : rien n'a changé.")
    return redirect("files:declared", space.slug)


def _publish(
    request: HttpRequest, space: Space, declared: DeclaredNeed, who: dict[str, Any]
) -> str:
    need, commune = request.POST.get("need"), request.POST.get("commune")
    code = "" if need == OTHER else need
    actions.publish(
        declared,
        need_code=code[:40] if code is not None else None,
        commune=commune[:5] if commune is not None else None,
        **who,
    )
    return "Publié. La personne est prévenue dans cinq minutes."


def _refuse(request: HttpRequest, space: Space, declared: DeclaredNeed, who: dict[str, Any]) -> str:
    actions.refuse(declared, reason=request.POST.get("reason", "")[:2000], **who)
    return "Refusé. Le motif part dans cinq minutes."


def _merge(request: HttpRequest, space: Space, declared: DeclaredNeed, who: dict[str, Any]) -> str:
    pk = request.POST.get("into", "")
    if not (pk.isdecimal() and len(pk) < 19):
        raise ValidationError({"into": ["Choisissez le besoin qui dit la même chose."]})
    actions.merge(declared, load(space, int(pk)), **who)
    return "Réuni : les voix s'ajoutent. La personne est prévenue dans cinq minutes."


def _answer(request: HttpRequest, space: Space, declared: DeclaredNeed, who: dict[str, Any]) -> str:
    actions.answer(declared, text=request.POST.get("answer", "")[:4000], **who)
    return "Réponse publiée. La personne est prévenue dans cinq minutes."


_ACTS = {"publier": _publish, "refuser": _refuse, "reunir": _merge, "repondre": _answer}


def _show(
    request: HttpRequest,
    space: Space,
    declared: DeclaredNeed,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page, with what the agent typed when it was not done."""
    typed = request.POST
    lists: dict[str, Any] = {"needs": needs_of(space), "communes": communes_of(space)}
    read = {"need": declared.need_code or OTHER, "commune": declared.municipality_code}
    context = {
        "declared": declared,
        "near": alike(
            space,
            need_code=declared.need_code,
            commune=declared.municipality_code,
            text=declared.text,
            but=declared.pk,
        ),
        "correction": CorrectionForm(
            initial={name: typed.get(name, value)[:40] for name, value in read.items()}, **lists
        ),
        "refusal": RefusalForm(initial={"reason": typed.get("reason", declared.reason)[:2000]}),
        "answering": AnswerForm(initial={"answer": typed.get("answer", declared.answer)[:4000]}),
        "can_undo": can_undo(declared, now=timezone.now()),
        "waiting": waiting_count(space),
        "problem": problem,
        "kept": (typed.get("reason") or typed.get("answer") or "")[:4000] if problem else "",
    }
    return render(request, "observatory/files/declared_one.html", context, status=status)


def _since(stale: actions.StaleError) -> str:
    """What happened to it while the agent was reading."""
    held = stale.declared
    state = held.get_state_display()
    if held.decided_by is None or held.decided_at is None:
        return (
            f"Ce besoin a changé pendant votre lecture : {state}. Relisez ; votre texte est gardé."
        )
    at = date_format(timezone.localtime(held.decided_at), "j F Y à H \\h i")
    return f"{held.decided_by} a déjà tranché, le {at} : {state}. Rien n'a été changé ; votre texte est gardé."


def _version(request: HttpRequest) -> int:
    """The version that was read; an absent or absurd one is never the present one."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1
