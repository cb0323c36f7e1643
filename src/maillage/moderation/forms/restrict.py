"""What an agent hides, and why."""

from typing import Any

from django import forms

from maillage.moderation.enums import Ground


class RestrictForm(forms.Form):
    target = forms.ChoiceField(label="Ce qui est caché", widget=forms.RadioSelect)
    ground = forms.ChoiceField(label="Fondement", choices=Ground.choices, widget=forms.RadioSelect)
    ground_text = forms.CharField(
        label="Règle appliquée",
        max_length=300,
        help_text="L'article de loi, ou la règle de l'annuaire, en clair.",
    )
    facts = forms.CharField(
        label="Faits",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Ce qui a été constaté, et pourquoi cela tombe sous cette règle. Envoyé aux membres de la fiche.",
    )

    def __init__(self, *args: Any, targets: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = targets  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """A reason of the space; `code` tells which of ours it replaces, or is drawn from its label."""

    label = forms.CharField(label="Intitulé", max_length=120)
    text = forms.CharField(
        label="Texte envoyé", max_length=1500, widget=forms.Textarea(attrs={"rows": 5})
    )
    is_active = forms.BooleanField(label="Proposé aux agents", required=False, initial=True)
