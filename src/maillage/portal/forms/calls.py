"""Result of a call, filters of the list, decisions on closures, corrections by a reminder's key."""

import re
from collections.abc import Mapping
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


def read_search(data: Mapping[str, Any]) -> CallSearch:
    """What can be read of an address; a value that does not exist is ignored."""
    reason, commune = _number(data.get("motif")), str(data.get("commune") or "")
    return CallSearch(
        reason=reason if reason in CallReason.values else 0,
        commune=commune if re.fullmatch(r"[0-9][0-9AB][0-9]{3}", commune) else "",
        page=_number(data.get("page")) or 1,
        chosen=_number(data.get("fiche")),
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
