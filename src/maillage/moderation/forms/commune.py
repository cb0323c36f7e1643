"""A commune typed with the help of a list, so that any size of territory fits."""

from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from maillage.territories.queries import find_municipality, names_by_code


class CommuneInput(forms.TextInput):
    """A text field with the communes of the space as suggestions."""

    def __init__(self, names: list[str], attrs: dict[str, Any] | None = None) -> None:
        self.names = names
        super().__init__(attrs={"autocomplete": "off", **(attrs or {})})

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        listed = f"{name}-communes"
        field = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((n,) for n in self.names))
        return format_html('{}<datalist id="{}">{}</datalist>', field, listed, options)


def commune_field(communes: list[tuple[str, str]], *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label="Commune",
        max_length=80,
        required=required,
        widget=CommuneInput([name for _code, name in communes]),
    )


def commune_code(name: str, postal_code: str, communes: list[tuple[str, str]]) -> str:
    """INSEE code of what was typed: a commune of the space first. Raises `ValidationError`."""
    wanted = name.strip().casefold()
    for code, known in communes:
        if known.casefold() == wanted:
            return code
    found = find_municipality(name, postal_code)
    if found is None or found not in names_by_code():
        raise forms.ValidationError(
            "Cette commune n'est pas connue, ou plusieurs portent ce nom : vérifiez, et donnez le code postal."
        )
    return found
