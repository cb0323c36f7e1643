"""What who holds a reminder's key may correct: the public fields, and words for the rest."""

import secrets
from typing import Any

from django import forms

from maillage.moderation.lib.fields import FIELDS
from maillage.portal.queries.reminders import CORRECTABLE

_LONGEST = {"name": 250, "description": 10_000, "website": 300, "address": 250}
_KIND = {"email": "email", "phone": "tel", "website": "url", "postal_code": "postal-code"}


class CorrectionForm(forms.Form):
    """`token` names this filled form: sent twice, it is one contribution."""

    message = forms.CharField(
        label="Autre chose à corriger",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Horaires, activités, lieux… : une phrase suffit, un agent s'en charge.",
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args: Any, values: dict[str, str], **kwargs: Any) -> None:
        initial = {**values, "token": secrets.token_urlsafe(18)}
        super().__init__(*args, initial=initial, **kwargs)
        for name in CORRECTABLE:
            field = FIELDS[name]
            rows = {"rows": 6} if field.is_long else {}
            attrs = {**rows, **({"autocomplete": _KIND[name]} if name in _KIND else {})}
            widget = forms.Textarea(attrs) if field.is_long else forms.TextInput(attrs)
            self.fields[name] = forms.CharField(
                label=field.label[:1].upper() + field.label[1:],
                required=name == "name",
                max_length=_LONGEST.get(name, 200),
                widget=widget,
            )
        self.order_fields([*CORRECTABLE, "message", "token"])

    def proposed(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in CORRECTABLE}
