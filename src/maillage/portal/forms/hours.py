"""Opening hours: a week of plain fields, or the syntax itself for who knows it."""

from collections.abc import Iterator
from typing import Any

from django import forms

from maillage.core.hours.reading import DAY_NAMES, problem_with
from maillage.core.hours.week import (
    MOST_CLOSURES,
    MOST_SPANS,
    Closure,
    Day,
    Span,
    Week,
    clock,
    is_day,
    read_week,
    write_week,
)
from maillage.portal.forms.seen import Seen
from maillage.structures.models import Establishment

_MIDNIGHT = 24 * 60
_MONTH_NAMES = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre",
)  # fmt: skip


def _time(label: str) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(
        label=label,
        required=False,
        widget=widget,
        error_messages={"invalid": "Une heure s'écrit 9:00 ou 18:30."},
    )


class HoursForm(Seen, forms.Form):
    """Writes one value, `opening_hours`. When the stored text is no usual week, only the syntax is offered."""

    compared = ("opening_hours",)

    def __init__(self, *args: Any, place: Establishment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        week = read_week(place.opening_hours)
        self.is_week = week is not None
        for number, name in enumerate(DAY_NAMES):
            for rank in range(1, MOST_SPANS + 1):
                self.fields[f"d{number}_{rank}_from"] = _time(f"{name}, plage {rank}, de")
                self.fields[f"d{number}_{rank}_to"] = _time(f"{name}, plage {rank}, à")
            self.fields[f"d{number}_appointment"] = forms.BooleanField(
                label="sur rendez-vous", required=False
            )
        self.fields["holidays"] = forms.BooleanField(label="Fermé les jours fériés", required=False)
        months = [("", "mois"), *((number, name) for number, name in enumerate(_MONTH_NAMES, 1))]
        for rank in range(1, MOST_CLOSURES + 1):
            for edge, words in (("from", "du"), ("to", "au")):
                self.fields[f"c{rank}_{edge}_day"] = forms.IntegerField(
                    label=f"Fermeture {rank}, {words}", required=False, min_value=1, max_value=31
                )
                self.fields[f"c{rank}_{edge}_month"] = forms.TypedChoiceField(
                    label=f"Fermeture {rank}, mois ({words})",
                    required=False,
                    choices=months,
                    coerce=int,
                    empty_value=None,
                )
        self.fields["note"] = forms.CharField(
            label="Saisons et précisions",
            required=False,
            max_length=150,
            help_text="Par exemple « En été, le marché ferme à 13 h ».",
        )
        self.fields["advanced"] = forms.CharField(
            label="Syntaxe OpenStreetMap",
            required=False,
            max_length=500,
            widget=forms.Textarea(
                attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "off"}
            ),
            help_text="Remplie, elle remplace le tableau. Par exemple Mo-Fr 09:00-12:00; Jul-Aug off.",
        )
        self.initial |= _initial(week or Week()) | {"advanced": "" if week else place.opening_hours}
        self.begin(place)

    def days(
        self,
    ) -> Iterator[tuple[str, list[tuple[forms.BoundField, forms.BoundField]], forms.BoundField]]:
        """Name, ranges and « sur rendez-vous » of each day, for the page."""
        for number, name in enumerate(DAY_NAMES):
            ranges = [
                (self[f"d{number}_{rank}_from"], self[f"d{number}_{rank}_to"])
                for rank in range(1, MOST_SPANS + 1)
            ]
            yield name, ranges, self[f"d{number}_appointment"]

    def closures(self) -> list[tuple[forms.BoundField, ...]]:
        return [
            tuple(
                self[f"c{rank}_{edge}_{part}"]
                for edge in ("from", "to")
                for part in ("day", "month")
            )
            for rank in range(1, MOST_CLOSURES + 1)
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        advanced = " ".join(str(data.get("advanced") or "").split())
        if advanced:
            data["opening_hours"] = advanced
            if problem := problem_with(advanced):
                self.add_error("advanced", problem)
            return data
        days = tuple(self._day(number) for number in range(7))
        closures = tuple(
            one for rank in range(1, MOST_CLOSURES + 1) if (one := self._closure(rank))
        )
        if not self.errors:
            week = Week(days, bool(data["holidays"]), closures, data["note"])
            seen = str(self.seen_values().get("opening_hours", ""))
            same = bool(seen) and read_week(seen) == week
            data["opening_hours"] = seen if same else write_week(week)
            if problem := problem_with(data["opening_hours"]):
                self.add_error("note", problem)
        return data

    def _day(self, number: int) -> Day:
        spans: list[Span] = []
        for rank in range(1, MOST_SPANS + 1):
            names = (f"d{number}_{rank}_from", f"d{number}_{rank}_to")
            start, end = (self.cleaned_data.get(name) for name in names)
            if start is None and end is None:
                continue
            if start is None or end is None:
                missing = names[0] if start is None else names[1]
                if not self.errors.get(missing):
                    self.add_error(missing, "Une plage a un début et une fin.")
                continue
            span = Span(start.hour * 60 + start.minute, (end.hour * 60 + end.minute) or _MIDNIGHT)
            if span.start == span.end:
                self.add_error(names[1], "La fin est la même heure que le début.")
            elif any(_overlap(span, other) for other in spans):
                self.add_error(names[0], "Cette plage en recouvre une autre.")
            else:
                spans.append(span)
        return Day(tuple(sorted(spans)), bool(self.cleaned_data.get(f"d{number}_appointment")))

    def _closure(self, rank: int) -> Closure | None:
        edges = [
            (
                self.cleaned_data.get(f"c{rank}_{edge}_month"),
                self.cleaned_data.get(f"c{rank}_{edge}_day"),
            )
            for edge in ("from", "to")
        ]
        if not any(part for edge in edges for part in edge):
            return None
        for name, (month, day) in zip(("from", "to"), edges, strict=True):
            if month is None or day is None or not is_day(month, day):
                self.add_error(f"c{rank}_{name}_day", "Donnez un jour et un mois qui existent.")
                return None
        (first_month, first), (last_month, last) = edges
        return Closure((first_month or 1, first or 1), (last_month or 1, last or 1))


def _overlap(one: Span, other: Span) -> bool:
    """A range that ends the next day goes on until midnight here."""
    ends = [span.end if span.end > span.start else _MIDNIGHT for span in (one, other)]
    return one.start < ends[1] and other.start < ends[0]


def _initial(week: Week) -> dict[str, Any]:
    found: dict[str, Any] = {"holidays": week.closed_on_holidays, "note": week.note}
    for number, day in enumerate(week.days):
        found[f"d{number}_appointment"] = day.by_appointment
        for rank, span in enumerate(day.spans, start=1):
            found[f"d{number}_{rank}_from"] = clock(span.start)
            found[f"d{number}_{rank}_to"] = clock(span.end % _MIDNIGHT)
    for rank, closure in enumerate(week.closures, start=1):
        for edge, (month, day_number) in (("from", closure.first), ("to", closure.last)):
            found[f"c{rank}_{edge}_month"] = month
            found[f"c{rank}_{edge}_day"] = day_number
    return found
