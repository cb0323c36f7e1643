"""The library's fields with our words."""

from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise

Words = str | Promise


class Plain(forms.Form):
    """Gives the fields the labels and hints named in `words`: `{field: (label, hint)}`."""

    words: ClassVar[dict[str, tuple[Words, Words]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            label, hint = self.words.get(name, (field.label, field.help_text))
            field.label, field.help_text = label, hint
