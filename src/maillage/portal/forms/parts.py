"""Establishments, labels, terms and membership of the ESS."""

import re
from typing import Any

from django import forms
from stdnum.fr import siret as siret_number

from maillage.portal.forms.layout import Sections, date_input
from maillage.portal.forms.seen import Seen
from maillage.structures.enums import Axis, EssStatus, LocationQuality, State
from maillage.structures.models import Establishment, Structure, Term

PLACE_FIELDS = (
    "name",
    "siret",
    "is_head_office",
    "address",
    "postal_code",
    "municipality_code",
    "address_is_public",
    "lon",
    "lat",
    "opened_on",
    "closed_on",
    "state",
)


class EstablishmentForm(Sections, Seen, forms.ModelForm[Establishment]):
    compared = PLACE_FIELDS
    municipality_code = forms.ChoiceField(label="Commune")
    fieldsets = (
        ("Adresse", ("name", "address", "postal_code", "municipality_code", "address_is_public")),
        ("Identité", ("siret", "is_head_office", "state", "opened_on", "closed_on")),
        ("Position sur la carte", ("lat", "lon")),
    )

    class Meta:
        model = Establishment
        fields = PLACE_FIELDS
        widgets = {"opened_on": date_input(), "closed_on": date_input()}
        help_texts = {
            "siret": "Quatorze chiffres, espaces admis. Vide pour un lieu sans SIRET.",
            "address_is_public": "Décochez pour le domicile d'une personne : seule la commune est montrée.",
            "lat": "En degrés, par exemple 48.89651. Vide : sans position.",
            "lon": "En degrés, par exemple 2.40177.",
        }

    def __init__(
        self, *args: Any, structure: Structure, communes: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.structure = structure
        choices = list(communes)
        current = self.instance.municipality_code
        if current and current not in dict(choices):
            choices.append((current, f"{current} (hors du périmètre)"))
        self.fields["municipality_code"].choices = [("", "Choisir une commune"), *choices]  # type: ignore[attr-defined]
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            (State.ACTIVE.value, "ouvert"),
            (State.CEASED.value, "fermé"),
        ]
        self.begin(self.instance)

    def clean_siret(self) -> str | None:
        siret = re.sub(r"[\s.]", "", self.cleaned_data["siret"] or "")
        if not siret or siret == self.initial.get("siret"):
            return siret or None
        # The establishments of La Poste (356000000) follow another key: stdnum knows it.
        if not siret_number.is_valid(siret):
            raise forms.ValidationError(
                "Ce SIRET n'existe pas : il faut quatorze chiffres dont le dernier est une clé."
            )
        if self.structure.siren and siret[:9] != self.structure.siren:
            raise forms.ValidationError(
                f"Ce SIRET n'est pas de cette structure : il devrait commencer par {self.structure.siren}."
            )
        return siret

    def clean_postal_code(self) -> str:
        code = str(self.cleaned_data["postal_code"]).strip()
        if code and not re.fullmatch(r"\d{5}", code):
            raise forms.ValidationError("Un code postal a cinq chiffres.")
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        lon, lat = data.get("lon"), data.get("lat")
        if (lon is None) != (lat is None) and not self.errors:
            self.add_error("lon", "Une position demande la latitude et la longitude.")
        if lon is not None and not -180 <= lon <= 180:
            self.add_error("lon", "La longitude va de -180 à 180 degrés.")
        if lat is not None and not -90 <= lat <= 90:
            self.add_error("lat", "La latitude va de -90 à 90 degrés.")
        opened, closed = data.get("opened_on"), data.get("closed_on")
        if opened and closed and closed < opened:
            self.add_error("closed_on", "La fermeture ne peut précéder l'ouverture.")
        return data

    def changes(self) -> dict[str, Any]:
        """A point typed by hand says so."""
        changed = super().changes()
        if "lon" in changed or "lat" in changed:
            placed = self.cleaned_data["lon"] is not None
            changed["location_quality"] = LocationQuality.HOUSE if placed else LocationQuality.NONE
            changed["lon"], changed["lat"] = self.cleaned_data["lon"], self.cleaned_data["lat"]
        return changed


class KeeperEstablishmentForm(EstablishmentForm):
    """What the structure's own people may write of a place: not its SIRET, nor which is the head office."""

    compared = tuple(
        name for name in PLACE_FIELDS if name not in {"siret", "is_head_office", "opened_on"}
    )
    fieldsets = (
        ("Adresse", ("name", "address", "postal_code", "municipality_code", "address_is_public")),
        ("Ouverture au public", ("state", "closed_on")),
        ("Position sur la carte", ("lat", "lon")),
    )

    class Meta(EstablishmentForm.Meta):
        fields = tuple(
            name for name in PLACE_FIELDS if name not in {"siret", "is_head_office", "opened_on"}
        )


class LabelForm(forms.Form):
    term = forms.ModelChoiceField(
        Term.objects.filter(axis=Axis.LABEL, ended_on__isnull=True),
        label="Agrément, label ou statut",
        empty_label="Choisir",
    )
    establishment = forms.ModelChoiceField(
        Establishment.objects.none(),
        label="Établissement concerné",
        required=False,
        empty_label="Toute la structure",
    )
    identifier = forms.CharField(label="Numéro", max_length=60, required=False)
    valid_from = forms.DateField(label="Début", required=False, widget=date_input())
    valid_to = forms.DateField(
        label="Fin",
        required=False,
        widget=date_input(),
        help_text="Vide : sans date de fin connue.",
    )
    proof = forms.CharField(
        label="Preuve",
        max_length=300,
        help_text="Référence de l'arrêté, adresse de la liste officielle, ou document vu et sa date.",
    )

    def __init__(self, *args: Any, structure: Structure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = self.fields["establishment"]
        places.queryset = structure.establishments.filter(state=State.ACTIVE)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        start, end = data.get("valid_from"), data.get("valid_to")
        if start and end and end < start:
            self.add_error("valid_to", "La fin ne peut précéder le début.")
        return data


class TermsForm(forms.Form):
    """Codes by axis, labels left out: they have their own dates and proof."""

    main = forms.ChoiceField(label="Secteur principal", required=False)
    sectors = forms.MultipleChoiceField(
        label="Autres secteurs", required=False, widget=forms.CheckboxSelectMultiple
    )
    aims = forms.MultipleChoiceField(
        label="Finalités d'utilité sociale", required=False, widget=forms.CheckboxSelectMultiple
    )
    audiences = forms.MultipleChoiceField(
        label="Publics", required=False, widget=forms.CheckboxSelectMultiple
    )
    roles = forms.MultipleChoiceField(
        label="Rôles dans l'écosystème", required=False, widget=forms.CheckboxSelectMultiple
    )
    AXES = {
        "sectors": Axis.SECTOR,
        "aims": Axis.AIM,
        "audiences": Axis.AUDIENCE,
        "roles": Axis.ROLE,
    }

    def __init__(self, *args: Any, terms: list[Term], held: dict[str, bool], **kwargs: Any) -> None:
        """`held` maps the codes of the structure to whether each is the main one."""
        super().__init__(*args, **kwargs)
        for name, axis in self.AXES.items():
            choices = [(term.code, term.label) for term in terms if term.axis == axis]
            self.fields[name].choices = choices  # type: ignore[attr-defined]
            codes = {code for code, _ in choices}
            self.initial[name] = [code for code, main in held.items() if code in codes and not main]
        sectors = self.fields["sectors"].choices  # type: ignore[attr-defined]
        self.fields["main"].choices = [("", "Aucun pour l'instant"), *sectors]  # type: ignore[attr-defined]
        self.initial["main"] = next((code for code, main in held.items() if main), "")

    def codes(self) -> tuple[list[str], str]:
        """All codes without repetition, and the main one (empty when there is none)."""
        main = self.cleaned_data["main"]
        chosen = [main] if main else []
        for name in self.AXES:
            chosen += self.cleaned_data[name]
        return list(dict.fromkeys(chosen)), main


class EssForm(forms.Form):
    status = forms.ChoiceField(
        label="Décision",
        choices=[
            ("", "Suivre le calcul (retirer la décision)"),
            (EssStatus.CONFIRMED.value, "Elle appartient à l'ESS"),
            (EssStatus.EXCLUDED.value, "Elle n'appartient pas à l'ESS"),
            (EssStatus.PRESUMED.value, "Appartenance présumée"),
            (EssStatus.UNKNOWN.value, "À vérifier"),
        ],
        required=False,
    )
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Il reste dans l'historique avec votre nom et la date.",
    )
