"""Editing a structure by hand, without losing anything when two people edit at once."""

import json
from typing import Any

from django import forms
from stdnum.fr import siren as siren_number

from maillage.portal.forms.layout import Sections, date_input, url_field
from maillage.structures.lib import wire
from maillage.structures.models import Activity, LegalCategory, Structure

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
    "Présentation et contact": ("description", "website", "email", "phone"),
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


class StructureForm(Sections, forms.ModelForm[Structure]):
    """`seen` comes back with the form: the values the person was shown, to tell what they changed."""

    website = url_field("Site web", max_length=300)
    activity_nomenclature = forms.ChoiceField(
        label="Nomenclature d'activité",
        required=False,
        choices=[("", "Non indiquée"), *Activity.Nomenclature.choices],
    )
    seen = forms.JSONField(widget=forms.HiddenInput, required=False)
    fieldsets = tuple(FIELDS.items())

    class Meta:
        model = Structure
        fields = NAMES
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
        known = self.instance
        self.initial["seen"] = {name: wire(getattr(known, name)) for name in NAMES}

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

    def changes(self) -> dict[str, Any]:
        """Fields whose typed value differs from the one the person saw."""
        seen = self.seen_values()
        return {
            name: self.cleaned_data[name]
            for name in NAMES
            if wire(self.cleaned_data[name]) != seen.get(name, "")
        }

    def seen_values(self) -> dict[str, str]:
        seen = self.cleaned_data.get("seen")
        return seen if isinstance(seen, dict) else {}

    def show_again(self, newly_seen: dict[str, str]) -> None:
        """Render what was typed once more, with `newly_seen` counted as shown to the person."""
        self.data = self.data.copy()  # type: ignore[assignment]
        self.data["seen"] = json.dumps({**self.seen_values(), **newly_seen})

    def explain(self, hints: dict[str, str]) -> None:
        """Add to each field's hint where its present value comes from."""
        for name, hint in hints.items():
            if name in self.fields:
                field = self.fields[name]
                field.help_text = f"{field.help_text} {hint}".strip()


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
            name: value for name in NAMES if (value := self.cleaned_data[name]) not in (None, "")
        }

    def place_fields(self) -> dict[str, Any]:
        return {
            "address": self.cleaned_data["address"],
            "postal_code": self.cleaned_data["postal_code"],
            "municipality_code": self.cleaned_data["commune"],
            "is_head_office": True,
        }
