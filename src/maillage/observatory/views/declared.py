"""Pages by which anybody says what is missing, reads what others said, and says « moi aussi »."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.core.throttle import address_of, allows
from maillage.moderation.queries.queue import communes_of
from maillage.observatory.actions import declare
from maillage.observatory.feeds import DeclaredNeeds, SaidLately
from maillage.observatory.forms.declared import SayForm, ShelfForm, prefilled
from maillage.observatory.lib.prints import print_of
from maillage.observatory.models import DeclaredNeed
from maillage.observatory.queries.needs import need_of, needs_of
from maillage.observatory.queries.saying import (
    alike,
    has_echoed,
    kept_by,
    latest_shown,
    load_shown,
    quarters_of,
    shown_page,
    where_merged,
)
from maillage.spaces.access import allowed
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes

SENDINGS, ECHOES, HOUR = 10, 60, 3600
_FULL = "Beaucoup d'envois viennent de votre connexion : réessayez dans une heure."


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("contribution.send")
def say(request: HttpRequest, space: Space) -> HttpResponse:
    """Valid and unlike what is published, or said to be something else: it is sent."""
    by = request.user if request.user.is_authenticated else None
    needs, communes = needs_of(space), communes_of(space)
    acting = getattr(request, "acting_structure", None)
    form = SayForm(
        request.POST or None,
        request=request,
        needs=needs,
        communes=communes,
        quarters=quarters_of(space),
        structures=kept_by(by) if by else [],
        initial=prefilled(request.GET, needs=needs, communes=communes, structure=acting),
    )
    near: list[DeclaredNeed] = []
    status = 200
    if request.method == "POST" and form.is_valid():
        if not allows(request, "declare", times=SENDINGS, seconds=HOUR):
            form.add_error(None, _FULL)
            status = 429
        elif "new" not in request.POST:
            near = _near(space, form.values())
        if form.is_valid() and not near and _sent(request, space, form):
            return redirect("declared:thanks", space.slug)
    context = {"form": form, "near": near}
    return render(request, "observatory/declared/say.html", context, status=status)


def _near(space: Space, values: dict[str, Any]) -> list[DeclaredNeed]:
    return alike(
        space, need_code=values["need_code"], commune=values["commune"], text=values["text"]
    )


def _sent(request: HttpRequest, space: Space, form: SayForm) -> bool:
    """False when it is refused, the form saying why."""
    by = request.user if request.user.is_authenticated else None
    try:
        declare.declare_need(space, by=by, now=timezone.now(), **form.values())
    except ValidationError as error:
        for name, said in error.message_dict.items():
            form.add_error(name if name in form.fields else None, said)
        return False
    return True


@require_safe
@allowed("contribution.send")
def thanks(request: HttpRequest, space: Space) -> HttpResponse:
    return render(request, "observatory/declared/thanks.html")


@require_safe
@allowed("public.read")
def listing(request: HttpRequest, space: Space) -> HttpResponse:
    form = ShelfForm(request.GET, needs=needs_of(space), communes=communes_of(space))
    need, commune = form.asked()
    page = request.GET.get("page", "")
    found = shown_page(
        space,
        need_code=need,
        commune=commune,
        page=int(page) if page.isdecimal() and len(page) < 7 else 1,
    )
    kept = {name: form.cleaned_data.get(name, "") for name in ("besoin", "commune")}
    query = urlencode({name: value for name, value in kept.items() if value})
    context = {
        "form": form,
        "found": found,
        "query": query,
        "page_base": f"?{query}&page=" if query else "?page=",
    }
    return render(request, "observatory/declared/list.html", context)


@require_safe
@allowed("public.read")
def feed(request: HttpRequest, space: Space) -> HttpResponse:
    return DeclaredNeeds()(request, found=SaidLately(space, latest_shown(space)))


@require_safe
@allowed("public.read")
def one(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    target = where_merged(space, pk)
    if target is not None:
        return redirect("declared:one", space.slug, target, permanent=True)
    declared = load_shown(space, pk)
    near = alike(
        space,
        need_code=declared.need_code,
        commune=declared.municipality_code,
        text=declared.text,
        but=declared.pk,
    )
    return _one(request, space, declared, near=near)


def _one(
    request: HttpRequest,
    space: Space,
    declared: DeclaredNeed,
    *,
    near: list[DeclaredNeed],
    problem: str = "",
) -> HttpResponse:
    place = declared.municipality_code
    is_followed = need_of(space, declared.need_code) and place in perimeter_codes(space)
    context = {
        "declared": declared,
        "near": near,
        "mine": request.user.is_authenticated and has_echoed(declared, request.user),
        "problem": problem,
        "gap_url": reverse("gaps:gap", args=[space.slug, declared.need_code, place])
        if is_followed
        else "",
    }
    status = 429 if problem else 200
    return render(request, "observatory/declared/one.html", context, status=status)


@require_POST
@allowed("contribution.send")
def echo(request: HttpRequest, space: Space, pk: int) -> HttpResponse:
    """Count the voice and come back to the page; a voice counted already changes nothing."""
    declared, now = load_shown(space, pk), timezone.now()
    if not allows(request, "echo", times=ECHOES, seconds=HOUR):
        return _one(request, space, declared, near=[], problem=_FULL)
    by = request.user if request.user.is_authenticated else None
    key = "" if by else print_of(address_of(request), timezone.localdate(now), declared.pk)
    try:
        is_new = declare.echo(declared, by=by, key=key, now=now)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("declared:list", space.slug)
    said = "Merci, votre voix est comptée." if is_new else "Votre voix était déjà comptée."
    messages.success(request, said)
    return redirect("declared:one", space.slug, declared.pk)
