"""Archiving, merging, bulk actions: a choice, a reason, a confirmation."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from maillage.structures.models import Structure, Term


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Il reste dans l'historique avec votre nom et la date.",
    )


class CeasedForm(forms.Form):
    on = forms.DateField(
        label="Date de cessation",
        required=False,
        help_text="Vide si elle n'est pas connue.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(label="Source ou motif", max_length=300)


class MergeForm(forms.Form):
    winner = forms.TypedChoiceField(label="Fiche gardée", coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, pair: tuple[Structure, Structure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["winner"].choices = [  # type: ignore[attr-defined]
            (one.pk, f"{one.name} (adresse : {one.slug})") for one in pair
        ]


class BulkForm(forms.Form):
    """`ids` are those ticked in the list; only those of the space are acted upon."""

    ARCHIVE, SECTOR, AUDIENCE, CHECKED = "archive", "sector", "audience", "checked"
    MOST = 200
    act = forms.ChoiceField(
        label="Action",
        choices=[
            ("", "Choisir une action"),
            (CHECKED, "Marquer comme vérifiées"),
            (SECTOR, "Donner un secteur principal"),
            (AUDIENCE, "Ajouter un public"),
            (ARCHIVE, "Archiver"),
        ],
        error_messages={"required": "Choisissez une action."},
    )
    sector = forms.ChoiceField(label="Secteur", required=False)
    audience = forms.ChoiceField(label="Public", required=False)
    reason = forms.CharField(label="Motif", max_length=300, required=False)

    def __init__(
        self, *args: Any, sectors: list[Term], audiences: list[Term], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, terms in (("sector", sectors), ("audience", audiences)):
            self.fields[name].choices = [  # type: ignore[attr-defined]
                ("", "Choisir"),
                *((term.code, term.label) for term in terms),
            ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        needs = {
            self.SECTOR: ("sector", "Choisissez le secteur à donner."),
            self.AUDIENCE: ("audience", "Choisissez le public à ajouter."),
            self.ARCHIVE: ("reason", "Écrivez pourquoi ces structures sont archivées."),
        }
        name, message = needs.get(data.get("act", ""), ("", ""))
        if name and not data.get(name):
            self.add_error(name, message)
        return data


def ticked(values: list[str]) -> list[int]:
    """Numbers among posted `values`, at most `BulkForm.MOST`; anything else is left out."""
    numbers = [int(value) for value in values if value.isdecimal() and len(value) < 19]
    return list(dict.fromkeys(numbers))[: BulkForm.MOST]


def refused(form: forms.BaseForm, error: ValidationError) -> None:
    """Show beside the fields what an action refused."""
    messages = getattr(error, "error_dict", {None: error.messages})
    for name, found in messages.items():
        known = name if name in form.fields else None
        for one in found:
            form.add_error(known, one)
