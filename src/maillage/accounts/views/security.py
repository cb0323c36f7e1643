"""« Ma sécurité »: factors, devices, recovery codes."""

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from maillage.accounts.actions import end_sessions
from maillage.accounts.queries import devices_of, factors_of, has_second_factor


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """How the account is protected."""
    return render(request, "accounts/security.html", {"factors": factors_of(request.user)})  # type: ignore[arg-type]


@require_safe
def protect(request: HttpRequest) -> HttpResponse:
    """Where a guard sends whoever manages without a second factor."""
    wanted = request.GET.get("next", "")
    context = {"done": has_second_factor(request.user), "next": wanted}
    return render(request, "accounts/protect.html", context)


@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    found = devices_of(request.user, request.session.session_key, now=timezone.now())  # type: ignore[arg-type]
    return render(request, "accounts/devices.html", {"devices": found})


@require_POST
def end_device(request: HttpRequest) -> HttpResponse:
    """Sign one device out (`device`), or all the others."""
    user = request.user
    chosen = request.POST.get("device", "")
    if chosen.isdecimal():
        session = get_object_or_404(UserSession, pk=int(chosen[:18]), user=user)
        session.end()
    else:
        end_sessions(user, but=request.session.session_key or "")  # type: ignore[arg-type]
    messages.success(request, _("C'est fait : il faudra s'y connecter à nouveau."))
    return redirect("account_devices")


def _unused_codes(request: HttpRequest) -> list[str]:
    kind = Authenticator.Type.RECOVERY_CODES
    found = Authenticator.objects.filter(user_id=request.user.pk, type=kind).first()
    if found is None:
        raise Http404
    return list(found.wrap().get_unused_codes())


@never_cache
@reauthentication_required(app="allauth.mfa")
@require_safe
def recovery_codes(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/recovery_codes.html", {"codes": _unused_codes(request)})


@never_cache
@reauthentication_required(app="allauth.mfa")
@require_safe
def download_codes(request: HttpRequest) -> HttpResponse:
    """The sheet as a text file, one code a line."""
    codes = _unused_codes(request)
    answer = HttpResponse("\n".join(codes) + "\n", content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="maillage-codes-de-secours.txt"'
    return answer
