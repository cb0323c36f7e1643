"""A guarded form whose sender is answered: their name and address are asked of visitors."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpRequest

from maillage.core import public_form

_PERSON = ("person_name", "person_email")


class GuardedForm(public_form.GuardedForm):
    """`person` fields are for visitors only: an account tells them."""

    person_name = forms.CharField(
        label="Votre nom",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="Jamais publié.",
    )
    person_email = forms.EmailField(
        label="Votre adresse e-mail",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="Pour confirmer votre envoi et recevoir la réponse. Jamais publiée, effacée un an après "
        "la réponse.",
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, request=request, **kwargs)
        if not self.is_visitor:
            for name in _PERSON:
                del self.fields[name]

    def about(self) -> Iterator[forms.BoundField]:
        """Fields about the structure, in order."""
        return (field for field in self.asked if field.name not in _PERSON)

    def person(self) -> list[forms.BoundField]:
        return [self[name] for name in _PERSON if name in self.fields]

    def who(self) -> dict[str, str]:
        """Name and address given; empty for a signed-in person."""
        read = self.cleaned_data.get
        return {"name": read("person_name") or "", "email": read("person_email") or ""}
