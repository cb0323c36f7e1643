"""What anybody may send: propose, correct, say closed, report."""

from typing import Any

from django import forms

from maillage.moderation.enums import Wrong
from maillage.moderation.forms.commune import commune_code, commune_field
from maillage.moderation.forms.guard import GuardedForm
from maillage.moderation.lib.fields import FIELDS
from maillage.moderation.queries.public import Shown

_AUTOCOMPLETE = {"autocomplete": "off"}
_LIMITS = {
    "name": 250,
    "acronym": 40,
    "description": 10_000,
    "address": 250,
    "postal_code": 5,
    "website": 300,
    "email": 254,
    "phone": 20,
    "siret": 20,
    "rna": 12,
}


def _text(name: str, *, required: bool = False, **more: Any) -> forms.CharField:
    """The field of the same name; what it may hold is checked by the action, in one place."""
    types = {"email": "email", "phone": "tel", "website": "url"}
    if FIELDS[name].is_long:
        widget: forms.Widget = forms.Textarea(attrs={"rows": 5})
    else:
        kind = {"type": types[name]} if name in types else {}
        widget = forms.TextInput(attrs={**_AUTOCOMPLETE, **kind})
    return forms.CharField(
        label=FIELDS[name].label[0].upper() + FIELDS[name].label[1:],
        max_length=_LIMITS[name],
        required=required,
        widget=widget,
        strip=True,
        **more,
    )


def _message(label: str, *, required: bool = False, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=4000,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ProposeForm(GuardedForm):
    name = _text("name", required=True)
    description = _text(
        "description", help_text="En quelques phrases : ce qu'elle fait, et pour qui."
    )
    sector = forms.ChoiceField(label="Secteur principal", required=False)
    address = _text("address")
    postal_code = _text("postal_code")
    commune = forms.CharField()
    website = _text("website")
    email = _text("email", help_text="L'adresse de la structure, qui sera publiée.")
    phone = _text("phone")
    siret = _text("siret", help_text="Quatorze chiffres, si vous le connaissez.")
    rna = _text("rna", help_text="Pour une association : W suivi de neuf chiffres.")
    proof = _message(
        "Ce qui montre qu'elle relève de l'économie sociale et solidaire",
        help_text="Sa forme (association, coopérative…), un agrément, ses statuts, une page de son site.",
    )

    def __init__(
        self,
        *args: Any,
        communes: list[tuple[str, str]],
        sectors: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.communes = communes
        self.fields["commune"] = commune_field(communes)
        self.fields["sector"].choices = [("", "Je ne sais pas"), *sectors]  # type: ignore[attr-defined]
        self.commune_code = ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("commune"):
            try:
                self.commune_code = commune_code(
                    data["commune"], data.get("postal_code", ""), self.communes
                )
            except forms.ValidationError as error:
                self.add_error("commune", error)
        return data

    def values(self) -> dict[str, str]:
        """Proposed fields that were filled, by their name in the house."""
        names = [name for name in FIELDS if name in self.cleaned_data]
        filled = {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}
        return {**filled, "municipality_code": self.commune_code}


class CorrectForm(GuardedForm):
    """Fields of `shown`, filled with what the page says. `seen` comes back with the form."""

    message = _message(
        "Autre chose à dire",
        help_text="Ce qui n'entre pas dans un champ, ou d'où vous tenez l'information.",
    )
    seen = forms.JSONField(widget=forms.HiddenInput, required=False)
    place = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        shown: Shown,
        communes: list[tuple[str, str]],
        sectors: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.shown, self.communes = shown, communes
        names = dict(communes)
        fields: dict[str, forms.Field] = {}
        for name, value in shown.values.items():
            if name == "municipality_code":
                fields["commune"] = commune_field(communes)
                self.initial["commune"] = names.get(value, "")
                continue
            if name == "sector":
                choices = [("", "Non indiqué"), *sectors]
                fields[name] = forms.ChoiceField(
                    label="Secteur principal", required=False, choices=choices
                )
            else:
                fields[name] = _text(name, required=name == "name")
            fields[name].help_text = shown.hints.get(name, "")
            self.initial[name] = value
        self.fields = {**fields, **self.fields}
        self.initial |= {
            "seen": dict(shown.values),
            "place": shown.place.pk if shown.place else None,
        }
        self.commune_code = ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("commune"):
            try:
                self.commune_code = commune_code(
                    data["commune"], data.get("postal_code", ""), self.communes
                )
            except forms.ValidationError as error:
                self.add_error("commune", error)
        return data

    def values(self) -> dict[str, str]:
        values = {
            name: self.cleaned_data[name] for name in self.shown.values if name in self.cleaned_data
        }
        if "municipality_code" in self.shown.values:
            values["municipality_code"] = self.commune_code
        return values

    def seen_values(self) -> dict[str, str]:
        """What the person was shown; only fields of the form count."""
        seen = self.cleaned_data.get("seen")
        seen = seen if isinstance(seen, dict) else {}
        return {name: str(seen.get(name) or "") for name in self.shown.values}

    def details(self) -> dict[str, Any]:
        """The place corrected, when it is one of those shown."""
        known = {place.pk for place in self.shown.places}
        place = self.cleaned_data.get("place")
        return {"place": place} if place in known else {}


class ClosedForm(GuardedForm):
    on = forms.DateField(
        label="Depuis quand",
        required=False,
        help_text="Si vous le savez, même à peu près.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    message = _message(
        "Comment le savez-vous",
        required=True,
        help_text="Rideau baissé, annonce, dissolution publiée… Un agent vérifiera.",
    )

    def details(self) -> dict[str, Any]:
        day = self.cleaned_data["on"]
        return {"on": day.isoformat() if day else ""}


class ReportForm(GuardedForm):
    wrong = forms.ChoiceField(
        label="Ce que vous signalez", choices=Wrong.choices, widget=forms.RadioSelect
    )
    message = _message(
        "Expliquez", required=True, help_text="Ce que vous avez vu, et où sur la page."
    )

    def details(self) -> dict[str, Any]:
        return {"wrong": self.cleaned_data["wrong"]}
