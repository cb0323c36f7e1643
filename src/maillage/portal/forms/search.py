"""The filter form of the management list, read into one dataclass."""

from typing import Any

from django import forms

from maillage.portal.queries.structures import StructureSearch
from maillage.sources.queries.credits import CREDITS
from maillage.structures.enums import EssStatus, State
from maillage.structures.models import Term


class StructureSearchForm(forms.Form):
    q = forms.CharField(label="Nom, mots, SIREN ou SIRET", max_length=200, required=False)
    etat = forms.ChoiceField(
        label="État", required=False, choices=[("", "Tous, sauf archivées"), *State.choices]
    )
    appartenance = forms.ChoiceField(
        label="Appartenance à l'ESS", required=False, choices=[("", "Toutes"), *EssStatus.choices]
    )
    source = forms.ChoiceField(
        label="Origine du nom",
        required=False,
        choices=[
            ("", "Toutes"),
            *((key, one.name) for key, one in CREDITS.items()),
        ],
    )
    commune = forms.ChoiceField(label="Commune", required=False)
    secteur = forms.ChoiceField(label="Secteur", required=False)
    manque = forms.ChoiceField(
        label="Manque",
        required=False,
        choices=[
            ("", "Peu importe"),
            ("point", "Sans position sur la carte"),
            ("sector", "Sans secteur"),
            ("label", "Agrément ou label périmé"),
        ],
    )

    fraicheur = forms.ChoiceField(
        label="Fraîcheur",
        required=False,
        choices=[
            ("", "Peu importe"),
            ("published", "Publiées"),
            ("within_6", "Confirmées depuis moins de 6 mois"),
            ("within_9", "Confirmées depuis moins de 9 mois"),
            ("within_12", "Confirmées depuis moins de 12 mois"),
            ("old", "Anciennes (un an et plus)"),
            ("kept", "Tenues par leurs membres"),
            ("phone", "Avec un téléphone"),
            ("email", "Avec une adresse e-mail"),
            ("hours", "Avec des horaires"),
            ("description", "Avec une présentation"),
            ("sent", "Rappel envoyé depuis un an"),
            ("answered", "Rappel répondu depuis un an"),
        ],
    )

    def __init__(
        self, *args: Any, communes: list[tuple[str, str]], sectors: list[Term], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["commune"].choices = [  # type: ignore[attr-defined]
            ("", "Toutes"),
            *communes,
        ]
        self.fields["secteur"].choices = [  # type: ignore[attr-defined]
            ("", "Tous"),
            *((term.code, term.label) for term in sectors),
        ]

    def search(self) -> StructureSearch:
        """What can be read of the address; a value that does not exist is ignored."""
        self.is_valid()
        read = self.cleaned_data.get
        page = str(self.data.get("page", "1"))
        return StructureSearch(
            q=read("q", ""),
            state=read("etat", ""),
            status=read("appartenance", ""),
            source=read("source", ""),
            commune=read("commune", ""),
            sector=read("secteur", ""),
            missing=read("manque", ""),
            fresh=read("fraicheur", ""),
            page=int(page) if page.isdecimal() and len(page) < 7 else 1,
        )
