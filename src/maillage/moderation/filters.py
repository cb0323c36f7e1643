"""The filters of the queue, read from the address."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.http import urlencode

from maillage.moderation.enums import Kind, Trust
from maillage.moderation.queries.queue import Search, Shelf


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a filter with its label."""

    value: str
    label: str


class QueueForm(forms.Form):
    """Everything is optional: a value that does not exist is ignored."""

    q = forms.CharField(label="Nom ou mots", max_length=200, required=False)
    etat = forms.ChoiceField(label="État", required=False, choices=Shelf.choices)
    sorte = forms.ChoiceField(
        label="Sorte", required=False, choices=[("", "Toutes"), *Kind.choices]
    )
    confiance = forms.ChoiceField(
        label="Confiance",
        required=False,
        choices=[("", "Toutes"), *((str(value), label) for value, label in Trust.choices)],
    )
    commune = forms.ChoiceField(label="Commune", required=False)
    qui = forms.ChoiceField(label="Confiée à", required=False)
    age = forms.ChoiceField(
        label="Reçue",
        required=False,
        choices=[
            ("", "Peu importe"),
            ("7", "Depuis plus de 7 jours"),
            ("30", "Depuis plus de 30 jours"),
        ],
    )

    def __init__(
        self,
        *args: Any,
        communes: list[tuple[str, str]],
        colleagues: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["commune"].choices = [("", "Toutes"), *communes]  # type: ignore[attr-defined]
        self.fields["qui"].choices = [  # type: ignore[attr-defined]
            ("", "Peu importe"),
            ("moi", "Moi"),
            ("personne", "Personne"),
            *colleagues,
        ]

    def search(self) -> Search:
        self.is_valid()
        read = self.cleaned_data.get
        page = str(self.data.get("page", "1"))
        trust, age = read("confiance", ""), read("age", "")
        return Search(
            q=read("q", ""),
            shelf=read("etat", "") or Shelf.WAITING,
            kind=read("sorte", ""),
            trust=int(trust) if trust else None,
            commune=read("commune", ""),
            who=read("qui", ""),
            older_than=int(age) if age else 0,
            page=int(page) if page.isdecimal() and len(page) < 7 else 1,
        )


def query_of(search: Search) -> str:
    """The address of a search without its page; empty for the plain queue."""
    asked = {
        "q": search.q,
        "etat": "" if search.shelf == Shelf.WAITING else search.shelf,
        "sorte": search.kind,
        "confiance": "" if search.trust is None else str(search.trust),
        "commune": search.commune,
        "qui": search.who,
        "age": str(search.older_than or ""),
    }
    return urlencode({name: value for name, value in asked.items() if value})
