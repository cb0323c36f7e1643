"""What the lead types about a partner, and what the partner signs."""

from decimal import Decimal
from typing import Any

from django import forms
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fr import siret as siret_rule

from maillage.calls.actions.partners import Share, Who
from maillage.calls.enums import PartnerRole, WriterKind
from maillage.calls.models import Partner
from maillage.structures.models import Structure

_PLAIN = forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"})


def _share() -> forms.DecimalField:
    return forms.DecimalField(
        label="Part (%)", min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False,
        help_text="Du projet entier. Toutes les parts font 100 %.", widget=_PLAIN,
    )  # fmt: skip


def _amount() -> forms.DecimalField:
    return forms.DecimalField(
        label="Montant (€)", min_value=0, max_digits=12, decimal_places=2, required=False,
        help_text="De l'aide demandée, pour ce partenaire.", widget=_PLAIN,
    )  # fmt: skip


class ShareForm(forms.Form):
    """Role, share, amount and tasks: what the partner signs."""

    role = forms.ChoiceField(
        label="Rôle",
        choices=[
            (one, one.label.capitalize()) for one in (PartnerRole.FUNDED, PartnerRole.UNFUNDED)
        ],
        initial=PartnerRole.FUNDED,
    )
    share = _share()
    amount = _amount()
    tasks = forms.CharField(
        label="Ce qu'il fait",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ses tâches dans le projet, en une ou deux phrases.",
    )
    access = forms.ChoiceField(
        label="Ses personnes peuvent",
        choices=[
            (WriterKind.READER, "lire la candidature"),
            (WriterKind.EDITOR, "l'écrire avec nous"),
        ],
        initial=WriterKind.READER,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("role") == PartnerRole.FUNDED:
            for name, said in (("share", "la part"), ("amount", "le montant")):
                if cleaned.get(name) is None and name not in self.errors:
                    self.add_error(name, f"Un partenaire financé : dites {said}.")
        return cleaned

    def value(self) -> Share:
        names = ("role", "share", "amount", "tasks", "access")
        return Share(**{name: self.cleaned_data[name] for name in names})


def share_of(partner: Partner) -> dict[str, object]:
    return {name: getattr(partner, name) for name in ("role", "share", "amount", "tasks", "access")}


class PartnerForm(ShareForm):
    """A new partner: `structure` found in the directory, else a name and a SIRET."""

    field_order = ("name", "siret", "contact_name", "contact_email", "role", "share", "amount")
    name = forms.CharField(label="Nom de l'organisation", max_length=250)
    siret = forms.CharField(
        label="SIRET",
        max_length=20,
        required=False,
        help_text="14 chiffres ; laissez vide sans SIRET.",
    )
    contact_name = forms.CharField(
        label="Nom du contact", max_length=120, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    contact_email = forms.EmailField(
        label="Adresse e-mail du contact",
        max_length=254,
        help_text="Cette personne reçoit la proposition, lit le dossier et peut signer.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, structure: Structure | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.structure = structure
        if structure is not None:
            del self.fields["name"], self.fields["siret"]
            self.fields["contact_email"].required = False
            self.fields[
                "contact_email"
            ].help_text = "Les personnes qui administrent la fiche sont prévenues ; ajoutez un contact si vous voulez."

    def clean_siret(self) -> str:
        given = str(self.cleaned_data["siret"])
        if not given.strip():
            return ""
        try:
            return str(siret_rule.validate(given))
        except NumberError:
            raise forms.ValidationError(
                "Ce SIRET n'existe pas : 14 chiffres, sans faute de frappe."
            ) from None

    def who(self) -> Who:
        told = self.cleaned_data
        return Who(
            structure=self.structure,
            name=told.get("name", ""),
            siret=told.get("siret", ""),
            contact_name=told["contact_name"],
            contact_email=told["contact_email"],
        )


class LeadForm(forms.Form):
    """The lead's own part, and whether the money passes through it."""

    share = _share()
    amount = _amount()
    redistributes = forms.BooleanField(
        label="Le chef de file reçoit toute l'aide et la reverse aux partenaires",
        required=False,
        help_text="La convention devra le prévoir et nommer les bénéficiaires et les montants : sans cette "
        "clause, une organisation ne peut pas reverser une subvention (CGCT, art. L1611-4).",
    )

    def values(self) -> dict[str, Decimal | bool | None]:
        return {name: self.cleaned_data[name] for name in ("share", "amount", "redistributes")}


class SignForm(forms.Form):
    """`commits` only for who signs the contract of republican commitment."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    signed_as = forms.CharField(
        label="En quelle qualité signez-vous ?",
        max_length=160,
        help_text="« Présidente », « directeur, par délégation du 3 mars 2026 »…",
    )
    commits = forms.BooleanField(
        label="Nous souscrivons le contrat d'engagement républicain", required=False
    )

    def __init__(self, *args: Any, commitment: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if commitment:
            self.fields[
                "commits"
            ].help_text = f"{commitment}. Il s'impose aux associations et aux fondations aidées sur fonds publics."
        else:
            del self.fields["commits"]


class RefuseForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Un mot pour le chef de file",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
