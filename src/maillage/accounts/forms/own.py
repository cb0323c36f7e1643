"""Forms of « Mon compte »."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Profile


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("Nom affiché"),
        max_length=120,
        help_text=_("Le nom que verront les personnes avec qui vous travaillez ici."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    profile = forms.ChoiceField(
        label=_("Je suis"),
        choices=Profile.choices,
        widget=forms.RadioSelect,
        help_text=_("Ce mot ne donne aucun droit ; il sert à vous proposer ce qui vous est utile."),
    )


class EmailChangeForm(forms.Form):
    email = forms.EmailField(
        label=_("Nouvelle adresse e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class LanguageForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Langue de mon compte"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
