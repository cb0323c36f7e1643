"""Result of a call, filters of the list, decisions on closures, corrections by a reminder's key."""

from typing import Any

from django import forms

from maillage.portal.queries.calls import CallSearch
from maillage.structures.enums import CallOutcome, CallReason


class CallForm(forms.Form):
    """`prefix`-less: one on a page."""

    outcome = forms.ChoiceField(
        label="Résultat",
        choices=CallOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez le résultat de l'appel."},
    )
    note = forms.CharField(
        label="Note",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Pour vos collègues : pas d'information personnelle.",
    )
    next_on = forms.DateField(
        label="Rappeler le",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Écrivez une date, par exemple 2026-12-31."},
    )


class CallSearchForm(forms.Form):
    motif = forms.TypedChoiceField(
        label="Motif",
        required=False,
        coerce=int,
        empty_value=0,
        choices=[("", "Tous"), *CallReason.choices],
    )
    commune = forms.ChoiceField(label="Commune", required=False)

    def __init__(self, *args: Any, communes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["commune"].choices = [("", "Toutes"), *communes]  # type: ignore[attr-defined]

    def search(self) -> CallSearch:
        """What can be read of the address; a value that does not exist is ignored."""
        self.is_valid()
        return CallSearch(
            reason=self.cleaned_data.get("motif") or 0,
            commune=self.cleaned_data.get("commune", ""),
            page=_number(self.data.get("page")) or 1,
            chosen=_number(self.data.get("fiche")),
        )


class ClosureForm(forms.Form):
    """What becomes of the structures that are ticked; `reason` is asked to keep."""

    END, KEEP = "end", "keep"
    act = forms.ChoiceField(
        choices=[(END, "Archiver"), (KEEP, "Garder")],
        error_messages={"required": "Choisissez : archiver ou garder."},
    )
    reason = forms.CharField(label="Pourquoi les garder", max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("act") == self.KEEP and not data.get("reason"):
            self.add_error("reason", "Dites pourquoi ces structures sont gardées.")
        return data


def _number(value: Any) -> int:
    text = str(value or "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
