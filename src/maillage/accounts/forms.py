"""Sign-in forms: the library's rules, our words, no placeholder standing for a label."""

from typing import Any

from allauth.account import forms as library
from django import forms

from maillage.accounts.models import Profile


class _Plain(forms.Form):
    """Gives the fields the labels and hints named in `words`: `{field: (label, hint)}`."""

    words: dict[str, tuple[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            label, hint = self.words.get(name, (field.label, ""))
            field.label, field.help_text = label, hint


_EMAIL = ("Adresse e-mail", "")
_NEW = ("Nouveau mot de passe", "Au moins 12 caractères. Une phrase de quatre mots convient bien.")
_AGAIN = ("Nouveau mot de passe, une seconde fois", "")


class LoginForm(_Plain, library.LoginForm):
    words = {"login": _EMAIL, "password": ("Mot de passe", "")}


class ResetPasswordForm(_Plain, library.ResetPasswordForm):
    words = {"email": ("Adresse e-mail de votre compte", "")}


class ResetPasswordKeyForm(_Plain, library.ResetPasswordKeyForm):
    words = {"password1": _NEW, "password2": _AGAIN}


class SetPasswordForm(_Plain, library.SetPasswordForm):
    words = {"password1": _NEW, "password2": _AGAIN}


class ChangePasswordForm(_Plain, library.ChangePasswordForm):
    words = {"oldpassword": ("Mot de passe actuel", ""), "password1": _NEW, "password2": _AGAIN}


class ProfileForm(forms.Form):
    name = forms.CharField(
        label="Nom affiché",
        max_length=120,
        help_text="Le nom que verront les personnes avec qui vous travaillez ici.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    profile = forms.ChoiceField(
        label="Je suis",
        choices=Profile.choices,
        widget=forms.RadioSelect,
        help_text="Ce mot ne donne aucun droit ; il sert à vous proposer ce qui vous est utile.",
    )
