"""The page by which a contributor follows what they sent, with a key or with their account."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from maillage.core.throttle import allows
from maillage.moderation.actions.contribute import confirm
from maillage.moderation.actions.following import reply, withdraw
from maillage.moderation.models import Contribution
from maillage.moderation.queries.following import by_key, sent_by, story_of
from maillage.spaces.access import allowed


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed("contribution.send")
def follow(request: HttpRequest, key: str) -> HttpResponse:
    """A mail scanner that opens the link changes nothing: each act is a button."""
    if not allows(request, "follow", times=120, seconds=600):
        return render(request, "429.html", status=429)
    contribution = by_key(key, now=timezone.now())
    if contribution is None:
        return render(request, "moderation/no_key.html", status=404)
    return _page(request, contribution)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed("account.keep")
def one(request: HttpRequest, pk: int) -> HttpResponse:
    mine = Contribution.objects.filter(contributor=request.user).select_related(
        "space", "structure"
    )
    return _page(request, get_object_or_404(mine, pk=pk))


@require_safe
@allowed("account.keep")
def mine(request: HttpRequest) -> HttpResponse:
    return render(request, "moderation/mine.html", {"contributions": sent_by(request.user)})  # type: ignore[arg-type]


def _page(request: HttpRequest, contribution: Contribution) -> HttpResponse:
    request.space = contribution.space  # type: ignore[attr-defined]  (its name and its colours)
    typed = error = ""
    if request.method == "POST":
        typed = request.POST.get("text", "")[:4000]
        try:
            messages.success(request, _done(contribution, request.POST.get("act", ""), typed))
        except ValidationError as refused:
            error = refused.messages[0]
        else:
            return redirect(request.path)
    context = story_of(contribution) | {"typed": typed, "error": error}
    return render(request, "moderation/follow.html", context, status=409 if error else 200)


def _done(contribution: Contribution, act: str, text: str) -> str:
    """The sentence that says what was done. Raises `Http404` for an unknown act."""
    now = timezone.now()
    if act == "confirm":
        if confirm(contribution, now=now):
            return "Merci, votre adresse est confirmée : un agent lira votre envoi."
        return "Cette adresse est déjà confirmée."
    if act == "reply":
        reply(contribution, text, now=now)
        return "Votre réponse est envoyée."
    if act == "withdraw":
        withdraw(contribution, now=now)
        return "Votre envoi est retiré."
    raise Http404
