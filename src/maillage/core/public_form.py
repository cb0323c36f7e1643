"""Forms that anybody may send without an account: no captcha, but what robots do and people do not."""

import secrets
from typing import Any

from django import forms
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.http import HttpRequest

TRAP = "adresse_web"
QUICKEST = 3  # seconds
LONGEST = 24 * 3600
_STAMP = "opened"
_signer = TimestampSigner(salt="core.public_form")


def new_stamp() -> str:
    """A signed number drawn at random, with the moment at which the page was made."""
    return _signer.sign(secrets.token_urlsafe(12))


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
    def trap(self) -> forms.BoundField | None:
        return self[TRAP] if TRAP in self.fields else None

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields that people fill."""
        return [bound for bound in self.visible_fields() if bound.name != TRAP]


class GuardedForm(PublicForm):
    """Whose sending is kept: a filled trap and a page answered at once are refused with a sentence.

    Both are for visitors only. `token`, once valid, names this filled form: sent twice, it is one thing.
    """

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.token = ""
        self.is_visitor = not request.user.is_authenticated
        self.fields[_STAMP] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.initial[_STAMP] = new_stamp()
        if not self.is_visitor:
            del self.fields[TRAP]

    def clean_adresse_web(self) -> str:
        if self.cleaned_data[TRAP]:
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
        data: Any = self.data
        data = data.copy()
        data[_STAMP] = new_stamp()
        self.data = data
