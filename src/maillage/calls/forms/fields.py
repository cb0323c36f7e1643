"""Fields that the forms of the calls share: instants of Paris, lists typed one a line, small tables."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.text import slugify

from maillage.calls.lib.moments import NoSuchMomentError, clock_of, in_paris

_SHAPES = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M")
_DAYS = ("%Y-%m-%d", "%d/%m/%Y")


class MomentField(forms.Field):
    """An instant, shown and typed as a clock of Paris says it; a day alone takes the hour `at`."""

    def __init__(self, *, at: time = time(23, 59), **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateTimeInput(attrs={"type": "datetime-local"}))
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.at = at

    def prepare_value(self, value: Any) -> Any:
        return (
            clock_of(value).strftime("%Y-%m-%dT%H:%M")
            if isinstance(value, datetime) and value.tzinfo
            else value
        )

    def to_python(self, value: Any) -> datetime | None:
        said = str(value or "").strip()
        if not said:
            return None
        local = _read(said, self.at)
        if local is None:
            raise forms.ValidationError("Écrivez un jour et une heure : 06/02/2027 23:59.")
        try:
            return in_paris(local)
        except NoSuchMomentError as error:
            raise forms.ValidationError(str(error)) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


def _read(said: str, at: time) -> datetime | None:
    for shape in _SHAPES:
        try:
            found = datetime.strptime(said, shape)  # noqa: DTZ007
        except ValueError:
            continue
        return found if 2000 <= found.year <= 2100 else None
    for shape in _DAYS:
        try:
            found = datetime.strptime(said, shape)  # noqa: DTZ007
        except ValueError:
            continue
        return datetime.combine(found.date(), at) if 2000 <= found.year <= 2100 else None
    return None


class DayField(forms.DateField):
    """A day; browsers show a calendar."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, input_formats=list(_DAYS), **kwargs)


class LinesField(forms.CharField):
    """A list of short texts, one a line; doubles count once."""

    def __init__(self, *, most: int, longest: int, **kwargs: Any) -> None:
        self.most, self.longest = most, longest
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        super().__init__(max_length=most * (longest + 2), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(str(one) for one in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        said = super().clean(value)
        lines = list(dict.fromkeys(" ".join(line.split()) for line in said.splitlines()))
        lines = [line for line in lines if line]
        if len(lines) > self.most:
            raise forms.ValidationError(f"{self.most} lignes au plus.")
        if any(len(line) > self.longest for line in lines):
            raise forms.ValidationError(f"{self.longest} caractères au plus par ligne.")
        return lines


def themes_from(labels: list[str], known: list[dict[str, str]]) -> list[dict[str, str]]:
    """`[{"code", "label"}]`: a theme that keeps its label keeps its code."""
    codes = {one["label"]: one["code"] for one in known}
    found: list[dict[str, str]] = []
    for label in labels:
        code = codes.get(label) or slugify(label)[:36].strip("-") or "theme"
        used = {one["code"] for one in found}
        if code in used:
            code = next(f"{code}-{n}" for n in range(2, 99) if f"{code}-{n}" not in used)
        found.append({"code": code, "label": label})
    return found


def dated_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`[{"on": ISO, "label"}]` as a form shows it: the instant or the day, on a clock of Paris."""
    return [{"on": _shown(str(one.get("on", ""))), "label": one.get("label", "")} for one in rows]


def _shown(said: str) -> str:
    try:
        if "T" in said:
            moment = datetime.fromisoformat(said)
            return clock_of(moment).strftime("%Y-%m-%dT%H:%M") if moment.tzinfo else said
        return f"{date.fromisoformat(said).isoformat()}T00:00"
    except ValueError:
        return ""
