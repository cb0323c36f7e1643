"""A small table in a form: a few rows of fields, empty ones forgotten."""

from collections.abc import Callable
from typing import Any

from django import forms


class Rows:
    """`parts` makes one field by column; fields are named `name-rank-part`. `spare` rows are left to fill."""

    def __init__(
        self,
        name: str,
        legend: str,
        parts: dict[str, Callable[[], forms.Field]],
        *,
        hint: str = "",
        spare: int = 2,
        most: int = 20,
    ) -> None:
        self.name, self.legend, self.parts = name, legend, parts
        self.hint, self.spare, self.most = hint, spare, most

    def add_to(self, form: forms.BaseForm, initial: list[dict[str, Any]]) -> None:
        """As many rows as there are, and `spare` more; rows of the request are read up to `most`."""
        sent = 0
        while sent < self.most and any(
            form.add_prefix(self._field(sent, part)) in form.data for part in self.parts
        ):
            sent += 1
        self.count = min(max(len(initial) + self.spare, sent), self.most)
        for rank in range(self.count):
            values = initial[rank] if rank < len(initial) else {}
            for part, make in self.parts.items():
                field = make()
                field.required = False
                field.initial = values.get(part, "")
                form.fields[self._field(rank, part)] = field

    def _field(self, rank: int, part: str) -> str:
        return f"{self.name}-{rank}-{part}"

    def bound(self, form: forms.BaseForm) -> list[list[forms.BoundField]]:
        return [
            [form[self._field(rank, part)] for part in self.parts] for rank in range(self.count)
        ]

    def names(self) -> set[str]:
        return {self._field(rank, part) for rank in range(self.count) for part in self.parts}

    def values(self, form: forms.BaseForm, key: str) -> list[dict[str, Any]]:
        """Rows whose `key` is filled; a row begun without it is an error beside it."""
        found = []
        for rank in range(self.count):
            row = {part: form.cleaned_data.get(self._field(rank, part)) for part in self.parts}
            if row[key] not in {None, ""}:
                found.append(row)
            elif any(row[part] not in {None, ""} for part in self.parts if part != key):
                name = self._field(rank, key)
                if name not in form.errors:
                    form.add_error(name, "Remplissez cette case, ou videz la ligne.")
        return found
