"""What an agent chooses to print, and what anybody asks a sheet about."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime

from maillage.observatory.actions.reports import Choice
from maillage.observatory.lib.sections import SECTIONS, USUAL, known
from maillage.observatory.models import SavedReport
from maillage.spaces.models import Space
from maillage.territories.queries import municipalities

_RANK = "rank_"


def communes_of(space: Space) -> list[tuple[str, str]]:
    codes = space.perimeter.filter(until__isnull=True).values_list("municipality_code", flat=True)
    return [(town.code, town.name) for town in municipalities(codes)]


class SavedReportForm(forms.Form):
    """A rank for each part to print: without script, and with a keyboard alone."""

    title = forms.CharField(label="Titre du rapport", max_length=120)
    foreword = forms.CharField(
        label="Avant-propos",
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Quelques phrases en tête du rapport. Une ligne vide sépare deux paragraphes.",
    )
    place_code = forms.ChoiceField(label="Territoire", required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, space: Space, report: SavedReport | None = None, **kwargs: Any
    ) -> None:
        ranks = {code: rank for rank, code in enumerate(report.sections if report else USUAL, 1)}
        initial: dict[str, Any] = {_RANK + code: rank for code, rank in ranks.items()}
        if report is not None:
            initial |= {
                "title": report.title,
                "foreword": report.foreword,
                "place_code": report.place_code,
                "seen": report.saved_at.isoformat(),
            }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        place: Any = self.fields["place_code"]
        place.choices = [("", f"Tout {space.name}"), *communes_of(space)]
        for code, kind in SECTIONS.items():
            only = " Pour tout le territoire seulement." if kind.of_space_only else ""
            self.fields[_RANK + code] = forms.IntegerField(
                label=kind.label,
                help_text=kind.help + only,
                required=False,
                min_value=1,
                max_value=99,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    @property
    def ranks(self) -> list[forms.BoundField]:
        return [self[_RANK + code] for code in SECTIONS]

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        ranked = [(data[_RANK + code], code) for code in SECTIONS if data.get(_RANK + code)]
        order = list(SECTIONS)
        ranked.sort(key=lambda one: (one[0], order.index(one[1])))
        data["sections"] = known(
            (code for _rank, code in ranked), of_commune=bool(data.get("place_code"))
        )
        if not data["sections"] and not self.errors:
            raise forms.ValidationError(
                "Donnez un rang à une partie au moins : sans cela, le rapport est vide."
            )
        return data

    @property
    def choice(self) -> Choice:
        data = self.cleaned_data
        return Choice(data["title"], data["foreword"], data["place_code"], data["sections"])

    @property
    def seen_at(self) -> datetime | None:
        try:
            return parse_datetime(self.cleaned_data["seen"])
        except ValueError:
            return None
