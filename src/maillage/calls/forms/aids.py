"""What an agent sends, or searches, of public aid."""

from typing import Any

from django import forms
from django.conf import settings


class AidFileForm(forms.Form):
    file = forms.FileField(
        label="Fichier",
        max_length=200,
        help_text="CSV, XLSX ou ODS : données ouvertes « subventions » (SCDL), ou la table de votre service.",
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )
    giver = forms.CharField(
        label="Qui a donné ces aides",
        max_length=200,
        help_text="Employé pour les lignes qui ne nomment pas d'attribuant.",
    )
    source = forms.CharField(
        label="Source",
        max_length=200,
        help_text="D'où vient ce fichier, et sa date : c'est montré à côté de chaque aide.",
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if (upload.size or 0) > settings.MAX_UPLOAD_MB * 1_000_000:
            raise forms.ValidationError(
                f"Ce fichier dépasse {settings.MAX_UPLOAD_MB} Mo. Un administrateur de la plateforme peut le lire par la "
                "commande « maillage import_aids »."
            )
        return upload


class AidSearchForm(forms.Form):
    q = forms.CharField(
        label="Chercher",
        required=False,
        max_length=100,
        help_text="Un nom, un SIREN, un numéro RNA ou un mot de l'objet.",
    )

    def words(self) -> str:
        self.is_valid()
        return str(self.cleaned_data.get("q") or "").strip()
