"""The library's doors, with what our pages show besides."""

from typing import Any

from allauth.account import views
from allauth.mfa.base import views as factors
from allauth.mfa.models import Authenticator
from django.conf import settings


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


login = LoginView.as_view()
factor = FactorView.as_view()
