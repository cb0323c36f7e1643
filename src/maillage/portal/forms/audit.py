"""The search of the journal, read into one dataclass."""

from typing import Any

from django import forms

from maillage.accounts.models import User
from maillage.portal.forms.layout import date_input
from maillage.portal.lib import ACTION_LABELS
from maillage.portal.queries.audit import AuditSearch, kinds
from maillage.spaces.models import Space


class SpaceAuditForm(forms.Form):
    """What the administrator of a space may ask."""

    qui = forms.CharField(label="Personne (nom ou adresse)", max_length=120, required=False)
    geste = forms.ChoiceField(label="Geste", required=False)
    objet = forms.ChoiceField(label="Sorte d'objet", required=False)
    numero = forms.CharField(label="Numéro de l'objet", max_length=40, required=False)
    structure = forms.CharField(label="Au nom de la structure", max_length=120, required=False)
    du = forms.DateField(label="Du", required=False, widget=date_input())
    au = forms.DateField(label="Au", required=False, widget=date_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        acts = sorted(ACTION_LABELS.items(), key=lambda item: item[1].casefold())
        self.fields["geste"].choices = [("", "Tous"), *acts]  # type: ignore[attr-defined]
        self.fields["objet"].choices = [("", "Toutes"), *kinds().items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        since, until = data.get("du"), data.get("au")
        if since and until and until < since:
            self.add_error("au", "La fin ne peut précéder le début.")
        return data

    def search(
        self, space_id: int | None = None, *, reader: User | None = None
    ) -> AuditSearch | None:
        """The question; None when it cannot be read, its errors being said beside the fields."""
        if not self.is_valid():
            return None
        read = self.cleaned_data.get
        return AuditSearch(
            person=read("qui", ""),
            act=read("geste", ""),
            kind=read("objet", ""),
            number=read("numero", ""),
            structure=read("structure", ""),
            space=read("espace", ""),
            network=read("reseau", ""),
            since=read("du"),
            until=read("au"),
            space_id=space_id,
            reader=reader,
        )


class HostAuditForm(SpaceAuditForm):
    """What the host may ask: of every space, and from where."""

    espace = forms.ChoiceField(label="Espace", required=False)
    reseau = forms.CharField(
        label="Réseau d'origine",
        max_length=43,
        required=False,
        help_text="Comme il est écrit dans une ligne, par exemple 192.0.2.0/24.",
    )
    field_order = ("qui", "geste", "objet", "numero", "espace", "structure", "reseau", "du", "au")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spaces = Space.objects.order_by("name").values_list("slug", "name")
        self.fields["espace"].choices = [("", "Tous"), *spaces]  # type: ignore[attr-defined]
