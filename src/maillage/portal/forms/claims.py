"""Ask to keep a page, and answer."""

from typing import Any

from django import forms

from maillage.portal.forms.layout import date_input
from maillage.structures.actions.claims import Given
from maillage.structures.enums import Proof
from maillage.structures.models import Membership

_FUNCTION = {"autocomplete": "organization-title"}
_NEEDED = {
    Proof.DOMAIN: ("email", "function"),
    Proof.CODE: ("function", "message"),
    Proof.OFFICIAL: ("official", "function"),
    Proof.WORD: ("function", "message"),
}


class ClaimForm(forms.Form):
    """The fields of one proof."""

    email = forms.EmailField(
        label="Adresse e-mail de la structure",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    official = forms.CharField(
        label="Votre prénom et votre nom, comme au registre",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    function = forms.CharField(
        label="Votre fonction dans la structure",
        max_length=80,
        required=False,
        help_text="Par exemple : présidente, trésorier, salariée chargée de communication.",
        widget=forms.TextInput(attrs=_FUNCTION),
    )
    message = forms.CharField(
        label="Votre message à l'agent",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, proof: str, domains: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proof = proof
        for name in set(self.fields) - set(_NEEDED[Proof(proof)]):
            del self.fields[name]
        if domains and "email" in self.fields:
            ends = " ou ".join(f"@{domain}" for domain in domains)
            self.fields["email"].help_text = f"Elle finit par {ends}. Nous y enverrons un code."
        if proof == Proof.OFFICIAL:
            self.fields["function"].required = True
        if proof == Proof.WORD:
            self.fields["message"].required = True
            self.fields["message"].label = "Votre lien avec la structure"

    def given(self) -> Given:
        return Given(proof=self.proof, **self.cleaned_data)


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code reçu",
        max_length=40,
        help_text="Huit lettres et chiffres, par exemple ABCD-EFGH.",
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )


class ReasonToClaimantForm(forms.Form):
    reason = forms.CharField(
        label="Ce que la personne lira",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class KindForm(forms.Form):
    """What the person becomes beside those who administer the page."""

    kind = forms.ChoiceField(
        label="Ce que cette personne pourra faire",
        choices=[
            (Membership.Kind.MEMBER, "Modifier la fiche"),
            (Membership.Kind.ADMINISTRATOR, "Modifier la fiche, inviter et retirer des personnes"),
        ],
        initial=Membership.Kind.MEMBER,
        widget=forms.RadioSelect,
    )


class AcceptForm(KindForm):
    """An agent's: `kept` says whether the page has administrators, `proved` whether the proof stands alone."""

    checked = forms.CharField(
        label="Ce que vous avez vérifié, et où",
        max_length=300,
        help_text="Par exemple : le nom figure parmi les dirigeants déclarés au registre national des "
        "associations. Ces mots restent dans le dossier.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    checked_on = forms.DateField(label="Date de ce document", required=False, widget=date_input())

    def __init__(self, *args: Any, kept: bool, proved: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not kept:
            del self.fields["kind"]
        self.fields["checked"].required = not proved
        self.order_fields(["checked", "checked_on", "kind"])


class WayForm(forms.Form):
    """How an agent gives a code."""

    way = forms.ChoiceField(choices=[("letter", "courrier"), ("phone", "téléphone")])
