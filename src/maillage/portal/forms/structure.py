"""Editing a structure by hand, without losing anything when two people edit at once."""

from typing import Any

from django import forms
from stdnum.fr import siren as siren_number

from maillage.portal.forms.layout import Sections, date_input, url_field
from maillage.portal.forms.seen import Seen
from maillage.structures.enums import ContactVisibility, TypologyOrigin
from maillage.structures.models import Activity, LegalCategory, Structure
from maillage.structures.models.structure import VISIBILITIES

FIELDS = {
    "Identité": (
        "name",
        "acronym",
        "legal_name",
        "siren",
        "rna",
        "created_on",
        "disclosure",
    ),
    "Forme et activité": (
        "family",
        "legal_category",
        "activity_code",
        "activity_nomenclature",
    ),
    "Présentation et contact": (
        "description",
        "website",
        "website_visibility",
        "email",
        "email_visibility",
        "phone",
        "phone_visibility",
    ),
    "Taille et étape de vie": (
        "size_band",
        "size_year",
        "is_employer",
        "life_stage",
        "typology",
        "typology_origin",
        "typology_reason",
    ),
}
NAMES = tuple(name for names in FIELDS.values() for name in names)


def _visibility(label: str) -> forms.ChoiceField:
    choices = [(value, text.capitalize()) for value, text in ContactVisibility.choices]
    return forms.ChoiceField(label=label, choices=choices, required=False)


class StructureForm(Sections, Seen, forms.ModelForm[Structure]):
    """All that an agent may write of a structure."""

    compared = NAMES
    website = url_field("Site web", max_length=300)
    activity_nomenclature = forms.ChoiceField(
        label="Nomenclature d'activité",
        required=False,
        choices=[("", "Non indiquée"), *Activity.Nomenclature.choices],
    )
    website_visibility = _visibility("Qui voit le site")
    email_visibility = _visibility("Qui voit l'adresse e-mail")
    phone_visibility = _visibility("Qui voit le téléphone")
    fieldsets = tuple(FIELDS.items())

    class Meta:
        model = Structure
        fields = tuple(name for name in NAMES if name not in VISIBILITIES)
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "description": forms.Textarea(attrs={"rows": 8}),
            "created_on": date_input(),
            "is_employer": forms.NullBooleanSelect,
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
        }
        help_texts = {
            "siren": "Neuf chiffres, espaces admis. Vide pour un collectif sans SIREN.",
            "rna": "W suivi de neuf chiffres.",
            "legal_category": "Quatre chiffres de l'INSEE, par exemple 9220.",
            "activity_code": "Par exemple 38.32Z.",
            "disclosure": "Partielle : le public ne voit que la commune.",
            "typology_reason": "Ce qui fait dire qu'elle est entrepreneuriale ou militante.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.TypedChoiceField) and field.empty_value == "":
                field.choices = [
                    (value, label if value else "Non renseigné") for value, label in field.choices
                ]
        for name in VISIBILITIES:
            self.initial[name] = getattr(self.instance, name)
        self.begin(self.instance)

    def clean_siren(self) -> str | None:
        siren = "".join((self.cleaned_data["siren"] or "").split())
        if siren and siren != self.initial.get("siren") and not siren_number.is_valid(siren):
            raise forms.ValidationError(
                "Ce SIREN n'existe pas : il faut neuf chiffres dont le dernier est une clé. Vérifiez la saisie."
            )
        return siren or None

    def clean_rna(self) -> str | None:
        rna = (self.cleaned_data["rna"] or "").strip().upper()
        if (
            rna
            and rna != self.initial.get("rna")
            and not (len(rna) == 10 and rna[0] == "W" and rna[1:].isalnum())
        ):
            raise forms.ValidationError(
                "Un numéro RNA est un W suivi de neuf chiffres. Vérifiez la saisie."
            )
        return rna or None

    def clean_legal_category(self) -> str:
        code = str(self.cleaned_data["legal_category"]).strip()
        known = code in {"", self.initial.get("legal_category")}
        if not known and not LegalCategory.objects.filter(pk=code).exists():
            raise forms.ValidationError(
                "Cette catégorie juridique n'existe pas. La liste est dans « Vocabulaire et règles »."
            )
        return code

    def clean_description(self) -> str:
        return str(self.cleaned_data["description"]).replace("\r\n", "\n").strip()

    def clean(self) -> dict[str, Any]:
        """A visibility that is not sent is the one there was."""
        data = super().clean() or self.cleaned_data
        for name in VISIBILITIES:
            if name in data:
                data[name] = data[name] or getattr(self.instance, name)
        return data

    def explain(self, hints: dict[str, str]) -> None:
        """Add to each field's hint where its present value comes from."""
        for name, hint in hints.items():
            if name in self.fields:
                field = self.fields[name]
                field.help_text = f"{field.help_text} {hint}".strip()


KEEPER_FIELDS = {
    "Identité": ("name", "acronym"),
    "Présentation et contact": FIELDS["Présentation et contact"],
    "Taille et étape de vie": (
        "size_band",
        "size_year",
        "is_employer",
        "life_stage",
        "typology",
        "typology_reason",
    ),
}


class KeeperStructureForm(StructureForm):
    """What the structure's own people may write: not what registers say of it."""

    compared = tuple(name for names in KEEPER_FIELDS.values() for name in names)
    fieldsets = tuple(KEEPER_FIELDS.items())
    activity_nomenclature = None  # type: ignore[assignment]  # takes the field away

    class Meta(StructureForm.Meta):
        fields = tuple(
            name for names in KEEPER_FIELDS.values() for name in names if name not in VISIBILITIES
        )

    def changes(self) -> dict[str, Any]:
        """Who says their own profile declares it."""
        changes = super().changes()
        if changes.get("typology"):
            changes["typology_origin"] = TypologyOrigin.DECLARED
        return changes


class NewStructureForm(StructureForm):
    """A structure needs a place in the perimeter to be in the directory at all."""

    commune = forms.ChoiceField(label="Commune")
    address = forms.CharField(label="Adresse", max_length=250, required=False)
    postal_code = forms.RegexField(
        r"^\d{5}$",
        label="Code postal",
        required=False,
        error_messages={"invalid": "Un code postal a cinq chiffres."},
    )
    fieldsets = (
        ("Identité", FIELDS["Identité"]),
        ("Lieu principal", ("address", "postal_code", "commune")),
        *((title, names) for title, names in FIELDS.items() if title != "Identité"),
    )

    def __init__(self, *args: Any, communes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["commune"].choices = [  # type: ignore[attr-defined]
            ("", "Choisir une commune"),
            *communes,
        ]

    def structure_fields(self) -> dict[str, Any]:
        return {
            name: value
            for name in NAMES
            if (value := self.cleaned_data[name]) not in (None, "", ContactVisibility.PUBLIC)
        }

    def place_fields(self) -> dict[str, Any]:
        return {
            "address": self.cleaned_data["address"],
            "postal_code": self.cleaned_data["postal_code"],
            "municipality_code": self.cleaned_data["commune"],
            "is_head_office": True,
        }
