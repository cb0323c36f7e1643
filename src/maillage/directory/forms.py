"""What a visitor types besides the search."""

from django import forms

from maillage.sources.connectors.one_address import LONGEST_ADDRESS


class AroundForm(forms.Form):
    adresse = forms.CharField(
        label="Adresse, commune ou code postal",
        max_length=LONGEST_ADDRESS,
        help_text="Par exemple : 12 rue de Paris, Les Lilas.",
        error_messages={"required": "Indiquez une adresse, une commune ou un code postal."},
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )


class SavedSearchForm(forms.Form):
    name = forms.CharField(label="Nom de la recherche", max_length=120)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())
