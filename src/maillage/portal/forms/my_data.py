"""What a person asks about their own account."""

from typing import Any

from django import forms

from maillage.spaces.models import Right, Space


class EraseForm(forms.Form):
    sure = forms.BooleanField(
        label="J'ai compris : mon compte est effacé tout de suite et ne peut pas revenir.",
        error_messages={"required": "Cochez la case pour confirmer."},
    )


class MyRightForm(forms.Form):
    right = forms.ChoiceField(
        label="Je veux",
        choices=[
            one
            for one in Right.choices
            if one[0] in {Right.LIMITATION, Right.OPPOSITION, Right.RECTIFICATION}
        ],
        widget=forms.RadioSelect,
    )
    space = forms.ModelChoiceField(
        label="À quelle collectivité", queryset=Space.objects.none(), empty_label=None
    )
    reason = forms.CharField(
        label="Votre demande", max_length=2000, widget=forms.Textarea(attrs={"rows": 6})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["space"]
        field.queryset = Space.objects.filter(is_public=True).order_by("name")
