"""What is typed is kept as it is typed, for its author alone."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from maillage.portal.actions.drafts import drop_draft, save_draft
from maillage.portal.views.desk import FORM_KEY, Desk

_NOT_TYPED = frozenset({"csrfmiddlewaretoken", "seen", "preview", "back"})


@require_POST
def draft(request: HttpRequest, desk: Desk, form: str) -> HttpResponse:
    """Keep what was typed; the answer says when, for the page to tell."""
    if not FORM_KEY.match(form):
        raise Http404
    now = timezone.now()
    typed = [
        (name, values)
        for name, values in request.POST.lists()
        if name not in _NOT_TYPED and not name.startswith("keep-")
    ]
    kept = save_draft(
        desk.structure,
        form,
        typed,
        _seen(request.POST.get("seen", "")),
        by=request.user,  # type: ignore[arg-type]
        now=now,
    )
    if kept is None:
        return JsonResponse({"error": "Cette saisie est trop longue pour être gardée."}, status=413)
    at = date_format(timezone.localtime(now), "G \\h i")
    return JsonResponse({"kept": f"Saisie gardée à {at}. Elle n'est pas encore publiée."})


@require_POST
def drop(request: HttpRequest, desk: Desk, form: str) -> HttpResponse:
    drop_draft(desk.structure, form, by=request.user)  # type: ignore[arg-type]
    messages.success(request, "Votre saisie est abandonnée.")
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if safe else desk.home)


def _seen(text: str) -> dict[str, Any]:
    try:
        seen = json.loads(text)
    except ValueError:
        return {}
    return seen if isinstance(seen, dict) else {}
