"""Leave for ProConnect, come back, and leave it again."""

import logging
from dataclasses import asdict
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from maillage.accounts.actions.proconnect import AdmissionRefused, admit
from maillage.accounts.connectors import proconnect

logger = logging.getLogger("maillage.accounts")
PENDING, ID_TOKEN, STRONG = "proconnect", "proconnect_id_token", "proconnect_strong"
_SORRY = "L'échange avec ProConnect n'a pas abouti. Recommencez ; si cela dure, entrez autrement."
_CANCELLED = "Vous avez renoncé à ProConnect, ou votre administration vous a refusé l'accès."


def _back() -> str:
    return f"{settings.BASE_URL}{reverse('account_proconnect_back')}"


def _refuse(request: HttpRequest, sentence: str, status: int = 403) -> HttpResponse:
    context = {"sentence": sentence}
    return render(request, "accounts/proconnect_refused.html", context, status=status)


@login_not_required
@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    if not settings.PROCONNECT_ISSUER:
        raise Http404
    try:
        address, pending = proconnect.leave(_back())
    except proconnect.ProConnectError as error:
        logger.warning("ProConnect: %s", error)
        return _refuse(request, _SORRY, 502)
    wanted = request.POST.get("next", "")
    request.session[PENDING] = asdict(pending) | {
        "next": wanted if get_adapter(request).is_safe_url(wanted) else ""
    }
    return HttpResponse(status=302, headers={"Location": address})


@login_not_required
@never_cache
@require_safe
def come_back(request: HttpRequest) -> HttpResponse:
    """The library's stages follow (second factor), as after any other door."""
    kept: dict[str, Any] | None = request.session.pop(PENDING, None)
    if not settings.PROCONNECT_ISSUER:
        raise Http404
    if kept is None:
        return _refuse(request, _SORRY, 400)
    wanted = kept.pop("next")
    if request.GET.get("error"):
        return _refuse(request, _CANCELLED)
    code, state = request.GET.get("code", "")[:2000], request.GET.get("state", "")[:200]
    try:
        identity = proconnect.come_back(code, state, proconnect.Pending(**kept), _back())
        user = admit(identity, now=timezone.now())
    except proconnect.ProConnectError as error:
        logger.warning("ProConnect: %s", error)
        return _refuse(request, _SORRY)
    except AdmissionRefused as refused:
        return _refuse(request, str(refused))
    if request.user.is_authenticated:
        get_adapter(request).logout(request)
    request.session[ID_TOKEN] = identity.id_token
    request.session[STRONG] = user.pk if identity.strong else 0
    record_authentication(request, user, "socialaccount", provider="proconnect", uid=identity.sub)
    return perform_login(request, Login(user=user, redirect_url=wanted or None, email=user.email))


def way_out(request: HttpRequest) -> str:
    """Where to end the session at ProConnect too; empty when one did not come from there."""
    id_token = request.session.get(ID_TOKEN, "")
    if not (id_token and settings.PROCONNECT_ISSUER):
        return ""
    try:
        return proconnect.way_out(id_token, f"{settings.BASE_URL}/")
    except proconnect.ProConnectError as error:
        logger.warning("ProConnect: %s", error)
        return ""
