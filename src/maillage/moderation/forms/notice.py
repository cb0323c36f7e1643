"""A notice of illegal content: the elements of article 16 §2 of Regulation (EU) 2022/2065."""

from typing import Any

from django import forms

from maillage.moderation.enums import Illegal
from maillage.moderation.forms.guard import GuardedForm


class NoticeForm(GuardedForm):
    """Explanation, exact place, who speaks, good faith. No address is confirmed: it is read at once."""

    illegal = forms.ChoiceField(
        label="De quoi s'agit-il", choices=Illegal.choices, widget=forms.RadioSelect
    )
    where = forms.CharField(
        label="Où se trouve ce contenu",
        max_length=500,
        help_text="L'adresse de la page, et l'endroit sur la page.",
    )
    message = forms.CharField(
        label="Pourquoi ce contenu est illicite",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Les faits, et la règle si vous la connaissez.",
    )
    good_faith = forms.BooleanField(
        label="Je crois de bonne foi que ces informations sont exactes et complètes",
        error_messages={"required": "Cette déclaration est nécessaire."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_visitor:
            self.fields["person_email"].required = False
            self.fields[
                "person_email"
            ].help_text = "Pour l'accusé de réception et la décision. Jamais publiée."
            self.fields[
                "person_name"
            ].help_text = (
                "Nom et adresse sont nécessaires, sauf pour une atteinte sexuelle sur un enfant."
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.is_visitor and data.get("illegal") not in {Illegal.CHILD, None}:
            for name in ("person_name", "person_email"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, "Ce champ est nécessaire pour ce signalement.")
        return data

    def details(self) -> dict[str, Any]:
        read = self.cleaned_data
        return {"illegal": read["illegal"], "where": read["where"], "good_faith": True}
