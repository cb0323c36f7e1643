"""Files of a source, with what an agent knows of them."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from maillage.sources.connectors.catalogue import Source


class UploadForm(forms.Form):
    """One file field for each role of `source`."""

    def __init__(self, *args: Any, source: Source, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = source
        limit = f"{settings.MAX_UPLOAD_MB} Mo au plus."
        for file in source.files:
            self.fields[file.role] = forms.FileField(
                label=file.label,
                help_text=f"{file.hint} {limit}".strip(),
                max_length=200,
                error_messages={
                    "required": "Choisissez un fichier.",
                    "empty": "Ce fichier est vide.",
                },
            )
        if source.files:
            self._add_what_is_known()

    def _add_what_is_known(self) -> None:
        self.fields["date"] = forms.DateField(
            label="Date des données",
            required=False,
            initial=timezone.localdate,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            help_text="Entre deux fichiers, c'est le plus récent qui a raison.",
        )
        self.fields["source"] = forms.CharField(
            label="Origine",
            required=False,
            max_length=120,
            help_text="Qui tient ce fichier ? Par exemple « Adhérents de la Cress, export de mars ».",
        )

    def clean_date(self) -> Any:
        day = self.cleaned_data["date"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("Cette date est dans l'avenir.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for file in self.source.files:
            upload = cleaned.get(file.role)
            if upload is not None and (upload.size or 0) > settings.MAX_UPLOAD_MB * 1_000_000:
                self.add_error(
                    file.role,
                    f"Ce fichier dépasse {settings.MAX_UPLOAD_MB} Mo. Un administrateur de la plateforme peut "
                    f"le lire par la commande « maillage {self.source.command} ».",
                )
        return cleaned

    def uploads(self) -> dict[str, UploadedFile[Any]]:
        return {file.role: self.cleaned_data[file.role] for file in self.source.files}

    def options(self) -> dict[str, Any]:
        """What the run keeps of the answers."""
        day, credit = self.cleaned_data.get("date"), self.cleaned_data.get("source")
        return {
            **({"date": day.isoformat()} if day else {}),
            **({"source": credit} if credit else {}),
        }
