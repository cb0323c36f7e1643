"""The sheet of a need, as administrators write it."""

import re
from typing import Any

from django import forms
from django.utils.text import slugify

from maillage.observatory.lib.catalogue import NeedSheet
from maillage.structures.enums import Axis
from maillage.structures.models import Term
from maillage.territories.models import PopulationGroup

MOST_ACTIVITIES = 20
_ACTIVITY = re.compile(r"\d{2}(\.?(\d{1,2}[A-Z]?)?)?")


class NeedForm(forms.Form):
    """`sheet` is the need to change, None for a new one; `taken` are the codes in use."""

    label = forms.CharField(label="Besoin", max_length=120, help_text="« Cours de français ».")
    theme = forms.CharField(label="Thème", max_length=60)
    question = forms.CharField(
        label="Question d'habitant",
        max_length=160,
        help_text="Comme on la poserait à un voisin : « Où apprendre le français ? »",
    )
    description = forms.CharField(
        label="Précisions",
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    terms = forms.MultipleChoiceField(
        label="Termes qui y répondent",
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 12}),
        help_text="Qui porte l'un de ces termes répond au besoin ; leurs sous-termes comptent aussi.",
    )
    activities = forms.CharField(
        label="Activités (NAF rév. 2)",
        max_length=200,
        required=False,
        help_text="Débuts de codes, séparés par des espaces : « 88.91A 86.2 ».",
    )
    target = forms.ChoiceField(
        label="Pour qui",
        required=False,
        choices=[("", "tous les habitants"), *PopulationGroup.choices],
        help_text="Un groupe n'est compté que s'il est connu dans toutes les communes.",
    )
    reach = forms.IntegerField(
        label="Portée (mètres)",
        min_value=100,
        max_value=50_000,
        initial=1500,
        help_text="La distance que l'on accepte de faire, à vol d'oiseau.",
    )

    def __init__(
        self, *args: Any, sheet: NeedSheet | None, taken: set[str], themes: list[str], **kwargs: Any
    ) -> None:
        initial = {}
        if sheet is not None:
            names = ("label", "theme", "question", "description", "target", "reach")
            initial = {name: getattr(sheet, name) for name in names}
            initial |= {"terms": list(sheet.terms), "activities": " ".join(sheet.activities)}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.sheet, self.taken = sheet, taken
        self.fields["terms"].choices = _terms(sheet)  # type: ignore[attr-defined]
        self.fields["theme"].help_text = f"Un thème d'ici ({', '.join(themes)}) ou un nouveau."

    def clean_activities(self) -> list[str]:
        codes = self.cleaned_data["activities"].upper().replace(",", " ").split()
        if len(codes) > MOST_ACTIVITIES:
            raise forms.ValidationError(f"{MOST_ACTIVITIES} codes d'activité au plus.")
        for code in codes:
            if not _ACTIVITY.fullmatch(code):
                raise forms.ValidationError(
                    f"« {code[:20]} » n'est pas le début d'un code NAF : attendu « 88 », « 88.9 » ou « 88.91A »."
                )
        return list(dict.fromkeys(codes))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("terms") and not cleaned.get("activities"):
            raise forms.ValidationError(
                "Choisissez au moins un terme ou une activité : sans cela, personne ne peut y répondre."
            )
        if self.sheet is None and "label" in cleaned and not self.errors:
            cleaned["code"] = self._free_code(cleaned["label"])
        return cleaned

    def _free_code(self, label: str) -> str:
        base = slugify(label)[:36].strip("-") or "besoin"
        tries = (base, *(f"{base}-{number}" for number in range(2, len(self.taken) + 3)))
        return next(code for code in tries if code not in self.taken)

    def values(self) -> dict[str, Any]:
        """Fields of a `Need`, its code left out."""
        names = ("label", "theme", "question", "description", "terms", "activities", "target")
        return {name: self.cleaned_data[name] for name in (*names, "reach")}


def _terms(sheet: NeedSheet | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Terms in use by axis; those of the sheet that are no longer in use stay, so that nothing is lost."""
    groups: dict[str, list[tuple[str, str]]] = {}
    kept = set(sheet.terms) if sheet else set()
    for term in Term.objects.select_related("parent").order_by("axis", "position", "label"):
        if term.ended_on is None or term.code in kept:
            label = f"{term.parent.label} : {term.label}" if term.parent else term.label
            groups.setdefault(str(Axis(term.axis).label), []).append((term.code, label))
    return [(axis.capitalize(), choices) for axis, choices in groups.items()]
