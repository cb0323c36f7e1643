"""A form open to everybody: a trap for robots, a moment to read, one sending per filled form."""

import secrets
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.http import HttpRequest

QUICKEST = 3  # seconds
LONGEST = 24 * 3600
_TRAP, _STAMP = "site_bis", "opened"
_signer = TimestampSigner(salt="moderation.form")


def new_stamp() -> str:
    """A signed number drawn at random, with the moment at which the page was made."""
    return _signer.sign(secrets.token_urlsafe(12))


class GuardedForm(forms.Form):
    """`site_bis` is hidden from people; `opened` is when the page was made. Both are for visitors only.

    `token` names this filled form: sent twice, it is one contribution.
    """

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
    site_bis = forms.CharField(
        label="Laissez ce champ vide",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.token = ""
        self.is_visitor = not request.user.is_authenticated
        self.initial[_STAMP] = new_stamp()
        if not self.is_visitor:
            for name in ("person_name", "person_email", _TRAP):
                del self.fields[name]

    def about(self) -> Iterator[forms.BoundField]:
        """Fields about the structure, in order."""
        own = {"person_name", "person_email", _TRAP}
        return (field for field in self.visible_fields() if field.name not in own)

    def person(self) -> list[forms.BoundField]:
        return [self[name] for name in ("person_name", "person_email") if name in self.fields]

    def trap(self) -> forms.BoundField | None:
        return self[_TRAP] if _TRAP in self.fields else None

    def clean_site_bis(self) -> str:
        if self.cleaned_data[_TRAP]:
            raise forms.ValidationError(
                "Un champ caché a été rempli, comme le font les robots : rien n'est envoyé. Videz-le et renvoyez."
            )
        return ""

    def clean_opened(self) -> str:
        given = str(self.cleaned_data[_STAMP] or "")
        try:
            self.token = _signer.unsign(given, max_age=LONGEST)
        except SignatureExpired:
            self._stamp_again()
            raise forms.ValidationError(
                "Cette page était ouverte depuis plus d'un jour : relisez, puis envoyez de nouveau."
            ) from None
        except BadSignature:
            self._stamp_again()
            raise forms.ValidationError("Envoyez de nouveau : rien n'est perdu.") from None
        if self.is_visitor and self._is_too_quick(given):
            raise forms.ValidationError(
                "C'était trop rapide pour une personne : attendez trois secondes et envoyez de nouveau."
            )
        return given

    def _is_too_quick(self, given: str) -> bool:
        try:
            _signer.unsign(given, max_age=QUICKEST)
        except SignatureExpired:
            return False
        return True

    def _stamp_again(self) -> None:
        self.data = self.data.copy()  # type: ignore[assignment]
        self.data[_STAMP] = new_stamp()

    def who(self) -> dict[str, str]:
        """Name and address given; empty for a signed-in person."""
        read = self.cleaned_data.get
        return {"name": read("person_name") or "", "email": read("person_email") or ""}
