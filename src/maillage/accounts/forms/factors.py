"""Second factors: codes of an application or of the recovery sheet, passkeys."""

from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.base import forms as base
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.accounts.access import PER_FACTOR
from maillage.accounts.forms.plain import Plain
from maillage.core import throttle

_CODE = {
    "code": (
        _("Code à six chiffres"),
        _("Celui que montre votre application, ou l'un de vos codes de secours."),
    )
}


class _CountedCode(Plain):
    """Few attempts for an account, and each right code once, however many come at the same time."""

    words = _CODE

    def clean_code(self) -> str:
        who = str(self.user.pk)  # type: ignore[attr-defined]
        times, seconds = PER_FACTOR
        adapter = account_adapter()
        if not throttle.take("factor", who, times=times, seconds=seconds):
            raise adapter.validation_error("too_many_login_attempts")
        code: str = super().clean_code()  # type: ignore[misc]
        used = f"{who}:{normalize_user_code(code)}"
        if not throttle.take("factor-used", used, times=1, seconds=120):
            raise adapter.validation_error("incorrect_code")
        throttle.give_back("factor", who)
        return code


class FactorForm(_CountedCode, base.AuthenticateForm):
    pass


class FactorAgainForm(_CountedCode, base.ReauthenticateForm):
    pass


class ActivateTotpForm(_CountedCode, ActivateTOTPForm):
    words = {
        "code": (_("Code à six chiffres"), _("Celui que montre maintenant votre application."))
    }


_NAME = (
    _("Nom de cette clé"),
    _("Pour la reconnaître plus tard : « téléphone », « ordinateur du bureau »…"),
)


class AddPasskeyForm(Plain, AddWebAuthnForm):
    """A passkey opens the account alone: the device asks for a finger, a face or a code itself."""

    words = {"name": _NAME}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        self.fields["name"].max_length = 60  # type: ignore[attr-defined]
        self.fields["name"].widget.attrs["maxlength"] = "60"
        self.fields["passwordless"].widget = forms.HiddenInput()
        self.fields["passwordless"].initial = True

    def clean_name(self) -> str:
        return str(super().clean_name())[:60]

    def clean_passwordless(self) -> bool:
        return True


class RenamePasskeyForm(Plain, EditWebAuthnForm):
    words = {"name": _NAME}

    def clean_name(self) -> str:
        return str(self.cleaned_data["name"])[:60]
