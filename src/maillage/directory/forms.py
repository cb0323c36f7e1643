"""What a visitor types besides the search."""

from typing import Any

from django import forms

from maillage.directory.actions.booklets import TITLE
from maillage.directory.lib.booklet import CONTACTS, FORMATS, GROUPS, BookletOptions
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


class BookletForm(forms.Form):
    """How to print a list. Only who manages the space chooses its title: it goes out under the authority's name."""

    title = forms.CharField(label="Titre de la couverture", max_length=120, initial=TITLE)
    group = forms.ChoiceField(
        label="Ranger les structures",
        choices=[*GROUPS.items()],
        initial="secteur",
        widget=forms.RadioSelect,
    )
    format = forms.ChoiceField(
        label="Papier", choices=[*FORMATS.items()], initial="a4", widget=forms.RadioSelect
    )
    contacts = forms.MultipleChoiceField(
        label="Coordonnées à imprimer",
        choices=[(code, label.capitalize()) for code, label in CONTACTS.items()],
        initial=[*CONTACTS],
        required=False,
        help_text="Celles que chaque structure rend publiques, et elles seules.",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, chooses_title: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not chooses_title:
            del self.fields["title"]

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    @property
    def options(self) -> BookletOptions:
        return BookletOptions.from_json(self.cleaned_data)
