"""One act on the contributions ticked in the queue."""

from typing import Any

from django import forms

from maillage.moderation.lib.reasons import Reason


class BulkForm(forms.Form):
    """Only what the act asks for is needed."""

    ACCEPT, REFUSE, ASSIGN, SNOOZE = "accept", "refuse", "assign", "snooze"
    MOST = 100
    act = forms.ChoiceField(
        label="Action",
        choices=[
            ("", "Choisir une action"),
            (ACCEPT, "Accepter tout ce qu'elles proposent"),
            (REFUSE, "Refuser avec un motif"),
            (ASSIGN, "Confier"),
            (SNOOZE, "Remettre à plus tard"),
        ],
        error_messages={"required": "Choisissez une action."},
    )
    reason = forms.ChoiceField(label="Motif du refus", required=False)
    to = forms.ChoiceField(label="Confier à", required=False)
    until = forms.DateField(
        label="Jusqu'au",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self,
        *args: Any,
        reasons: list[Reason],
        colleagues: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [  # type: ignore[attr-defined]
            ("", "Choisir"),
            *((reason.code, reason.label) for reason in reasons if reason.text),
        ]
        self.fields["to"].choices = [("", "Personne (en commun)"), *colleagues]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("act") == self.REFUSE and not data.get("reason"):
            self.add_error("reason", "Choisissez un motif : il est envoyé.")
        if data.get("act") == self.SNOOZE and not data.get("until"):
            self.add_error("until", "Choisissez un jour à venir.")
        return data


def ticked(values: list[str]) -> list[int]:
    """Numbers among posted `values`, at most `BulkForm.MOST`; anything else is left out."""
    numbers = [int(value) for value in values if value.isdecimal() and len(value) < 19]
    return list(dict.fromkeys(numbers))[: BulkForm.MOST]
