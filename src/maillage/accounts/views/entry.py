"""The library's doors, with what our pages show besides."""

from typing import Any

from allauth.account import views
from allauth.account.internal.decorators import login_not_required
from allauth.mfa.base import views as factors
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpResponse
from django.utils.decorators import method_decorator

from maillage.accounts.views.proconnect import way_out


class LoginView(views.LoginView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"proconnect": bool(settings.PROCONNECT_ISSUER)}


class FactorView(factors.AuthenticateView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        found = Authenticator.objects.filter(user=self.stage.login.user)
        return context | {
            "has_passkey": found.filter(type=Authenticator.Type.WEBAUTHN).exists(),
        }


@method_decorator(login_not_required, name="dispatch")
class LogoutView(views.LogoutView):  # type: ignore[misc]
    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whoever came by ProConnect leaves it too: the next person at this computer is not them."""
        out = way_out(self.request)
        answer: HttpResponse = super().post(*args, **kwargs)
        return HttpResponse(status=302, headers={"Location": out}) if out else answer


login = LoginView.as_view()
logout = LogoutView.as_view()
factor = FactorView.as_view()
