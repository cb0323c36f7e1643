"""Sign-in forms: the library's rules, our words, no placeholder standing for a label."""

from typing import Any

from allauth.account import forms as library
from allauth.account.adapter import get_adapter
from allauth.core import context
from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from maillage.accounts.access import PER_CODE
from maillage.accounts.actions import prove_address
from maillage.accounts.forms.factors import (
    ActivateTotpForm,
    AddPasskeyForm,
    FactorAgainForm,
    FactorForm,
    RenamePasskeyForm,
)
from maillage.accounts.forms.own import EmailChangeForm, LanguageForm, ProfileForm
from maillage.accounts.forms.plain import Plain
from maillage.accounts.models import Profile, User
from maillage.core import throttle

__all__ = [
    "ActivateTotpForm",
    "AddPasskeyForm",
    "EmailChangeForm",
    "FactorAgainForm",
    "FactorForm",
    "LanguageForm",
    "ProfileForm",
    "RenamePasskeyForm",
]

_EMAIL = (_("Adresse e-mail"), "")
_NEW = (
    _("Nouveau mot de passe"),
    _("Au moins 12 caractères. Une phrase de quatre mots convient bien."),
)
_AGAIN = (_("Nouveau mot de passe, une seconde fois"), "")


class LoginForm(Plain, library.LoginForm):
    words = {"login": _EMAIL, "password": (_("Mot de passe"), "")}

    def _setup_password_field(self) -> None:
        """The library drops the field where no sign-up asks for a password; here it may be chosen later."""


class SignupForm(Plain, library.SignupForm):
    words = {"email": _EMAIL}
    field_order = ["email", "name", "profile", "of_age"]

    name = forms.CharField(
        label=_("Nom affiché"),
        max_length=120,
        help_text=_("Le nom que verront les personnes avec qui vous travaillez ici."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    profile = forms.ChoiceField(
        label=_("Je suis"),
        choices=Profile.choices,
        initial=Profile.RESIDENT,
        widget=forms.RadioSelect,
        help_text=_("Ce mot ne donne aucun droit ; vous pourrez en changer."),
    )
    of_age = forms.BooleanField(
        label=_("J'ai 15 ans ou plus"),
        help_text=_(
            "Avant 15 ans, la loi demande l'accord d'un parent, que nous ne savons pas recueillir. "
            "Nous ne gardons pas votre date de naissance."
        ),
        error_messages={
            "required": _(
                "Un compte s'ouvre à partir de 15 ans : cochez la case si c'est votre cas."
            )
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Chosen afterwards, by whoever proved the address.
        self.fields.pop("password1", None)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def try_save(self, request: HttpRequest) -> tuple[User | None, Any]:
        try:
            with transaction.atomic():
                return super().try_save(request)  # type: ignore[no-any-return]
        except IntegrityError:  # the same address, sent twice at once
            self.account_already_exists = True
            return super().try_save(request)  # type: ignore[no-any-return]


class ResetPasswordForm(Plain, library.ResetPasswordForm):
    words = {"email": (_("Adresse e-mail de votre compte"), "")}


class ResetPasswordKeyForm(Plain, library.ResetPasswordKeyForm):
    words = {"password1": _NEW, "password2": _AGAIN}

    def save(self) -> None:
        """The link came by the mailbox: the address is proved."""
        super().save()
        prove_address(self.user)


class SetPasswordForm(Plain, library.SetPasswordForm):
    words = {"password1": _NEW, "password2": _AGAIN}


class ChangePasswordForm(Plain, library.ChangePasswordForm):
    words = {
        "oldpassword": (_("Mot de passe actuel"), ""),
        "password1": _NEW,
        "password2": _AGAIN,
    }


class ReauthenticateForm(Plain, library.ReauthenticateForm):
    words = {"password": (_("Mot de passe"), "")}


class RequestLoginCodeForm(Plain, library.RequestLoginCodeForm):
    words = {"email": (_("Adresse e-mail de votre compte"), "")}


class _SentCode(Plain):
    """A code received by letter. Three guesses in all, however many are sent at once."""

    words = {
        "code": (
            _("Code reçu par e-mail"),
            _("Huit lettres. Majuscules, minuscules et tiret sont indifférents."),
        )
    }

    def clean_code(self) -> str:
        # An unknown address has no code: it is counted all the same, and refused with the same words.
        who = f"{context.request.session.session_key}:{self.expected_code}"  # type: ignore[attr-defined]
        times, seconds = PER_CODE
        if not throttle.take("code", who, times=times, seconds=seconds):
            raise get_adapter().validation_error("incorrect_code")
        return super().clean_code()  # type: ignore[misc, no-any-return]


class ConfirmLoginCodeForm(_SentCode, library.ConfirmLoginCodeForm):
    pass


class ConfirmEmailForm(_SentCode, library.ConfirmEmailVerificationCodeForm):
    pass
