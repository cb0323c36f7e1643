"""A text of the space, with its words in braces checked."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from maillage.core.letters.compose import places_in
from maillage.core.letters.kinds import LetterKind
from maillage.notices.queries.texts import known_places

_BRACES = re.compile(r"\{[^{}]*\}|[{}]")


class TextForm(forms.Form):
    subject = forms.CharField(label="Objet", max_length=200)
    text = forms.CharField(
        label="Texte", max_length=5000, widget=forms.Textarea(attrs={"rows": 14})
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)

    def __init__(self, *args: Any, kind: LetterKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def clean_subject(self) -> str:
        subject = " ".join(self.cleaned_data["subject"].split())
        in_subject = places_in(self.kind.subject) | ({"space"} & set(self.kind.places))
        self._check(subject, sorted(in_subject))
        return subject

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].replace("\r\n", "\n").strip()
        self._check(text, known_places(self.kind))
        return text

    def _check(self, text: str, known: list[str]) -> None:
        """Only words we can fill; a brace that closes nothing is seen too."""
        allowed = {f"{{{name}}}" for name in known}
        wrong = [found for found in _BRACES.findall(text) if found not in allowed]
        if wrong:
            names = ", ".join(sorted(allowed)) or "aucun"
            raise ValidationError(
                f"Mot entre accolades inconnu : {', '.join(dict.fromkeys(wrong))}. Connus ici : {names}."
            )


class SearchForm(forms.Form):
    q = forms.CharField(label="Chercher une adresse", max_length=254, required=False)
    etat = forms.CharField(max_length=7, required=False, widget=forms.HiddenInput)
