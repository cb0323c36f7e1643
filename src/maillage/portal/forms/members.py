"""Who keeps a page: invite, change, leave."""

from typing import Any

from django import forms

from maillage.portal.forms.claims import KindForm
from maillage.structures.models import Membership


class InviteForm(KindForm):
    email = forms.EmailField(
        label="Adresse e-mail de la personne",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("email", "kind")


class LeaveForm(forms.Form):
    """`heirs` are those the last administrator may hand the page over to."""

    GIVE_BACK = "rendre"
    choice = forms.ChoiceField(label="Que devient la fiche ?", widget=forms.RadioSelect)

    def __init__(self, *args: Any, heirs: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.heirs = {str(one.pk): one for one in heirs}
        self.fields["choice"].choices = [  # type: ignore[attr-defined]
            *((pk, f"La transmettre à {one.user}, puis partir") for pk, one in self.heirs.items()),
            (self.GIVE_BACK, "La rendre : plus personne ne l'administre"),
        ]

    @property
    def heir(self) -> Membership | None:
        """None when the page is given back."""
        return self.heirs.get(self.cleaned_data["choice"])
