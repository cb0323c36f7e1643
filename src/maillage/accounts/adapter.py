"""What the sign-in library may do here."""

import base64
import hashlib
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from maillage.accounts import notices
from maillage.accounts.access import PER_ACCOUNT, PER_ADDRESS
from maillage.accounts.models import User
from maillage.accounts.permissions import authorities_of
from maillage.core import journal, throttle


class FactorStage(AuthenticateStage):  # type: ignore[misc]
    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        if user is not None and request.session.get("proconnect_strong") == user.pk:
            return False
        return bool(super()._should_handle(request))


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("Cette adresse et ce mot de passe ne vont pas ensemble."),
        "incorrect_code": _("Ce code n'est pas le bon, ou il ne sert plus."),
        "incorrect_password": _("Ce mot de passe n'est pas le bon."),
        "too_many_login_attempts": _("Trop d'essais : attendez cinq minutes, puis recommencez."),
        "rate_limited": _("Trop de demandes : attendez quelques minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Anyone may have an account: it is needed to keep a page, follow and answer."""
        return True

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where the person works, or « Mon compte » for who works nowhere here."""
        works = request.user.is_staff or authorities_of(request.user)  # type: ignore[arg-type, union-attr]
        return reverse("portal:after_login" if works else "account_home")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_home")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_home")

    def is_safe_url(self, url: str | None) -> bool:
        """Only a path of this site: an address with a host, even ours, is not followed."""
        return bool(url) and str(url).startswith("/") and url_has_allowed_host_and_scheme(url, None)

    def save_user(
        self,
        request: HttpRequest,
        user: User,
        form: BaseForm,
        commit: bool = True,  # noqa: FBT001, FBT002  (the library's signature)
    ) -> AbstractBaseUser:
        user.name = form.cleaned_data["name"]
        user.profile = form.cleaned_data["profile"]
        user.language = (get_language() or settings.LANGUAGE_CODE)[:2]
        with transaction.atomic():
            saved = super().save_user(request, user, form, commit)
            # By nobody yet: whoever wrote the address has not proved it.
            journal.record("account_signed_up", user, by=None, at=user.date_joined)
        return saved

    def get_login_stages(self) -> list[str]:
        """The library's, but for the second factor: one used at ProConnect counts."""
        theirs = "allauth.mfa.stages.AuthenticateStage"
        ours = f"{FactorStage.__module__}.{FactorStage.__name__}"
        return [ours if stage == theirs else stage for stage in super().get_login_stages()]

    def get_reauthentication_methods(self, user: AbstractBaseUser) -> list[dict[str, Any]]:
        """The easiest first: a key, then a code, then the password. Recovery codes are kept for last."""
        words = {
            "mfa_reauthenticate:webauthn": _("Avec ma clé d'accès"),
            "mfa_reauthenticate": _("Par un code de mon application, ou un code de secours"),
            "reauthenticate": _("Par mon mot de passe"),
        }
        known = {one["id"]: one for one in super().get_reauthentication_methods(user)}
        return [
            known[code] | {"description": text} for code, text in words.items() if code in known
        ]

    # Letters

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """By the outbox: the answer takes the same time whether or not the address is known."""
        notices.send(template_prefix, email, context, now=timezone.now())

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        notices.warn(
            user, template_prefix, network=self.get_client_ip(self.request), now=timezone.now()
        )

    def get_reset_password_from_key_url(self, key: str) -> str:
        """From BASE_URL: what a request says of its host goes into no letter."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        uid, _dash, token = key.partition("-")
        return settings.BASE_URL + path.replace("UID-KEY", f"{uid}-{token}")

    # Attempts

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt before the password is looked at, for the account and for the address."""
        email = str(credentials.get("email", "")).lower()
        self._counted = (throttle.address_of(request), email)
        paces = (("sign-in-from", PER_ADDRESS), ("sign-in-to", PER_ACCOUNT))
        for (name, (times, seconds)), who in zip(paces, self._counted, strict=True):
            if not throttle.take(name, who, times=times, seconds=seconds):
                raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        """A right password is no attempt."""
        for name, who in zip(("sign-in-from", "sign-in-to"), self._counted, strict=True):
            throttle.give_back(name, who)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        throttle.forget("sign-in-to", str(credentials.get("email", "")).lower())


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors. Secrets are sealed with the installation's key: a stolen database opens nothing."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("Ce code n'est pas le bon, ou il ne sert plus."),
    }

    @property
    def _box(self) -> MultiFernet:
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        digests = [hashlib.sha256(f"second factor\0{key}".encode()).digest() for key in keys]
        return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])

    def encrypt(self, text: str) -> str:
        return self._box.encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self._box.decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the public host, whatever name the request came under."""
        return {"id": urlsplit(settings.BASE_URL).hostname or "localhost", "name": "Maillage"}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:  # noqa: A002
        return "Ma clé d'accès"
