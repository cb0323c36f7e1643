"""How the forms of the management pages are laid out."""

from collections.abc import Iterator
from typing import Any

from django import forms


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def url_field(label: str, **kwargs: Any) -> forms.URLField:
    """An optional address; « pantin.example » typed alone is read as https."""
    return forms.URLField(label=label, required=False, assume_scheme="https", **kwargs)


class Sections:
    """Groups the fields of a form under titles: `fieldsets` holds `(title, names)`."""

    fieldsets: tuple[tuple[str, tuple[str, ...]], ...]

    def sections(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        for title, names in self.fieldsets:
            yield title, [self[name] for name in names]  # type: ignore[index]
