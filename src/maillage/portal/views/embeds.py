"""Frames of other sites, and the page where they are made."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods, require_safe

from maillage.core.room import embeds
from maillage.portal.actions.space import set_embed_sites
from maillage.portal.forms.embeds import FrameForm, SitesForm
from maillage.portal.queries.embeds import Frame, frame, full_url
from maillage.spaces.access import for_administrators
from maillage.spaces.models import Space

_MAX_AGE = 300


@login_not_required
@require_safe
def framed(request: HttpRequest, space: Space, kind: str, item: str = "") -> HttpResponse:
    """The same for everybody: no session, no cookie, nothing of the reader."""
    found = embeds().get(kind)
    if found is None or bool(found.item) != bool(item):
        raise Http404
    shown = found.shown(request, space, item, timezone.now())
    if shown is None:
        raise Http404
    context = {"shown": shown, "full_url": full_url(shown)}
    response = render(request, found.template, context)
    # Before it opens, a space is seen by its own people only: no other site frames what they see.
    anyone = space.is_public and not space.embed_sites
    sites = ["*"] if anyone else ["'self'", *(space.embed_sites if space.is_public else ())]
    response._csp_replace = {"frame-ancestors": sites}  # type: ignore[attr-defined]  # noqa: SLF001  (its way in)
    response.xframe_options_exempt = True  # type: ignore[attr-defined]
    response["Permissions-Policy"] = settings.PERMISSIONS_POLICY_EMBED
    if space.is_public:
        patch_cache_control(response, public=True, max_age=_MAX_AGE)
    return response


@login_not_required
@require_safe
def builder(request: HttpRequest, space: Space) -> HttpResponse:
    """What the address says is what is made: kind, item, filters and size."""
    kinds, now = embeds(), timezone.now()
    asked = request.GET.copy()
    if asked.get("quoi") not in kinds:
        asked["quoi"] = next(iter(kinds))
    form = FrameForm(asked, kinds)
    kind = kinds[asked["quoi"]]
    item = asked.get("lequel", "")[:200] if kind.item else ""
    made = _made(request, space, form, item, now) if form.is_valid() else None
    words = asked.get("cherche", "")[:200]
    context = {
        "form": form,
        "kinds": kinds.values(),
        "kind": kind,
        "item": item,
        "words": words,
        "made": made,
        "choices": kind.choices(space, words, now) if kind.choices and made is None else [],
        "carried": made.state if made else [],
    }
    response = render(request, "portal/embeds/builder.html", context)
    response._csp_update = {"frame-src": ["'self'"]}  # type: ignore[attr-defined]  # noqa: SLF001  (its way in)
    return response


def _made(
    request: HttpRequest, space: Space, form: FrameForm, item: str, now: datetime
) -> Frame | None:
    given = form.cleaned_data
    kind = embeds()[given["quoi"]]
    if kind.item and not item:
        return None
    width, height = given["largeur"] or 0, given["hauteur"] or 0
    return frame(request, space, kind, item, now=now, width=width, height=height)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def sites(request: HttpRequest, space: Space) -> HttpResponse:
    """Who may frame the space."""
    form = SitesForm(request.POST or None, initial={"sites": "\n".join(space.embed_sites)})
    if request.method == "POST" and form.is_valid():
        set_embed_sites(space, form.cleaned_data["sites"], by=request.user, now=timezone.now())
        messages.success(request, "Les sites qui peuvent afficher l'espace sont à jour.")
        return redirect("manage:embedding", space.slug)
    return render(request, "portal/manage/embedding.html", {"form": form})
