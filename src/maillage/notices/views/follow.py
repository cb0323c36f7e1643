"""Follow a structure, a sector, a commune; see what one follows."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from maillage.notices.actions.follow import TooManyError, unfollow
from maillage.notices.actions.follow import follow as start
from maillage.notices.lib.targets import KINDS, STRUCTURE
from maillage.notices.queries import follow as queries
from maillage.spaces.access import allowed
from maillage.spaces.models import Space


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("account.keep")
def follow(request: HttpRequest, space: Space, kind: str, value: str) -> HttpResponse:
    """GET shows what will be received: signing in brings back here. POST follows, or stops."""
    if kind not in KINDS:
        raise Http404
    target = queries.target(space, kind, value)
    if request.method == "POST" and request.POST.get("act") == "stop":
        if unfollow(kind, value, by=request.user, space=space):
            messages.success(
                request, f"Vous ne suivez plus {target.name if target else 'cette page'}."
            )
        return _back(request)
    if target is None:
        raise Http404
    if request.method == "POST":
        try:
            start(target, by=request.user, now=timezone.now(), space=space)
        except TooManyError as refused:
            messages.error(request, str(refused))
        else:
            words = f"Vous suivez {target.name} : ce qui change vous sera dit la nuit suivante."
            messages.success(request, words)
        return _back(request)
    known = queries.is_followed(request.user, space, kind, value)
    context = {"target": target, "is_followed": known, "is_structure": kind == STRUCTURE}
    return render(request, "notices/follow.html", context)


def _back(request: HttpRequest) -> HttpResponse:
    """To the page of this site where the button was, or to the list."""
    back = request.POST.get("retour", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if is_ours else reverse("inbox:follows"))


@require_safe
@allowed("account.keep")
def follows(request: HttpRequest) -> HttpResponse:
    return render(request, "notices/follows.html", {"follows": queries.follows_of(request.user)})
