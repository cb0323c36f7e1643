"""The letters of the space and their texts, for its agents."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.core.letters import circuit
from maillage.core.models import LetterText
from maillage.notices.actions import outbox as actions
from maillage.notices.forms.outbox import SearchForm, TextForm
from maillage.notices.queries import outbox as queries
from maillage.notices.queries import texts
from maillage.notices.views.inbox import page_number
from maillage.spaces.access import for_agents
from maillage.spaces.models import Space


@require_safe
@for_agents
def outbox(request: HttpRequest, space: Space) -> HttpResponse:
    form = SearchForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"q": "", "etat": ""}
    state = asked["etat"] if asked["etat"] in queries.STATES else ""
    found = queries.outbox(space, state=state, q=asked["q"], page=page_number(request))
    server = circuit.state()
    context = {"outbox": found, "state": state, "q": asked["q"], "server": server}
    return render(request, "notices/manage/outbox.html", context)


@require_POST
@for_agents
def retry(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    letter = get_object_or_404(queries.letters_of(space), pk=pk)
    if actions.retry(letter, by=request.user, now=timezone.now(), space=space):
        messages.success(request, f"Le message à {letter.to} va être envoyé de nouveau.")
    else:
        messages.error(
            request,
            "Ce message ne peut pas repartir : il est déjà en route, ou il portait une clé qui est effacée.",
        )
    return redirect("outbox:list", space.slug)


@require_safe
@for_agents
def text_list(request: HttpRequest, space: Space) -> HttpResponse:
    return render(request, "notices/manage/texts.html", {"groups": texts.text_lines(space)})


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def text(request: HttpRequest, space: Space, kind: str) -> HttpResponse:
    """Write, preview, restore. What was typed is kept whatever is wrong."""
    found = texts.editable(kind)
    if found is None:
        raise Http404
    now, present = timezone.now(), texts.present_text(space, found)
    act = request.POST.get("act", "")
    if act == "restore":
        actions.restore_text(space, found, by=request.user, now=now)
        messages.success(request, "Notre texte est remis.")
        return redirect("outbox:text", space.slug, kind)
    initial = {
        "subject": present.subject, "text": present.text, "seen": texts.version_of(present)
    }  # fmt: skip
    form = TextForm(request.POST or None, kind=found, initial=initial)
    shown, theirs = present, None
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["subject"], form.cleaned_data["text"]
        shown = LetterText(space_id=space.pk, kind=kind, subject=words[0], text=words[1])
        if act == "save":
            try:
                actions.save_text(
                    space, found, *words, seen=form.cleaned_data["seen"], by=request.user, now=now
                )
            except actions.TextConflictError as conflict:
                theirs = conflict.theirs
                form = TextForm(
                    request.POST.copy() | {"seen": texts.version_of(theirs)}, kind=found
                )
            else:
                messages.success(request, "Le texte est enregistré.")
                return redirect("outbox:text", space.slug, kind)
    context = {
        "kind": found,
        "form": form,
        "preview": texts.preview(space, found, shown),
        "theirs": theirs,
        "is_ours": present.pk is None,
        "places": [
            (f"{{{name}}}", found.places.get(name, "")) for name in texts.known_places(found)
        ],
    }
    return render(request, "notices/manage/text.html", context)
