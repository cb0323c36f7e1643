"""What each column of a table says: a proposal that the agent corrects."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from maillage.sources.connectors.table.fields import FIELDS, IDENTIFIERS, LABEL_PREFIX
from maillage.sources.connectors.table.proposal import is_yes_no
from maillage.structures.enums import Axis
from maillage.structures.models import Term

_NOT_READ = ("", "Ne pas lire")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file on screen."""

    header: str
    examples: list[str]
    field: BoundField


class ColumnsForm(forms.Form):
    """One choice a column, named `c0`, `c1`… in the order of the file."""

    def __init__(
        self,
        *args: Any,
        headers: Sequence[str],
        sample: Sequence[dict[str, str]],
        mapping: dict[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.headers, self.sample = headers, sample
        groups = _groups()
        labels = [(f"{LABEL_PREFIX}{code}", label) for code, label in _labels()]
        for number, header in enumerate(headers):
            target = mapping.get(header, "")
            yes_no = target.startswith(LABEL_PREFIX) or is_yes_no(row[header] for row in sample)
            self.fields[f"c{number}"] = forms.ChoiceField(
                label=header,
                required=False,
                initial=target,
                choices=[
                    _NOT_READ,
                    *groups,
                    *([("Agrément ou label, oui ou non", labels)] if yes_no else []),
                ],
            )

    def columns(self) -> Iterator[Column]:
        for number, header in enumerate(self.headers):
            examples = dict.fromkeys(row[header][:60] for row in self.sample if row[header])
            yield Column(header, list(examples)[:3], self[f"c{number}"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        targets = set(cleaned.values())
        if not self.errors and not {"name", *IDENTIFIERS} & targets:
            raise forms.ValidationError(
                "Indiquez au moins la colonne du nom des structures, ou celle du SIRET, du SIREN ou du RNA."
            )
        if len(targets & {"longitude", "latitude"}) == 1:
            raise forms.ValidationError(
                "La longitude et la latitude vont ensemble : il en manque une."
            )
        return cleaned

    def mapping(self) -> dict[str, str]:
        return {
            header: self.cleaned_data[f"c{number}"] for number, header in enumerate(self.headers)
        }


def _groups() -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for field in FIELDS:
        groups.setdefault(field.group, []).append((field.key, field.label))
    return list(groups.items())


def _labels() -> list[tuple[str, str]]:
    rows = Term.objects.filter(axis=Axis.LABEL, ended_on=None).order_by("position", "label")
    return list(rows.values_list("code", "label"))
