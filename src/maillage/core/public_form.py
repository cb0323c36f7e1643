"""A form that anybody may send without an account: a field that only programs fill stands in for a captcha."""

from typing import Any

from django import forms

TRAP = "adresse_web"


class PublicForm(forms.Form):
    """`is_trapped` once valid: answer as if all went well, and keep nothing.

    Show it with `{% include "core/public_form.html" %}`, which hides the trap from eyes and screen readers.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attributes = {"autocomplete": "off", "tabindex": "-1"}
        self.fields[TRAP] = forms.CharField(
            label="Ne remplissez pas ce champ",
            required=False,
            max_length=500,
            widget=forms.TextInput(attrs=attributes),
        )

    @property
    def is_trapped(self) -> bool:
        return bool(self.cleaned_data.get(TRAP))

    @property
    def trap(self) -> forms.BoundField:
        return self[TRAP]

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields that people fill."""
        return [bound for bound in self.visible_fields() if bound.name != TRAP]
