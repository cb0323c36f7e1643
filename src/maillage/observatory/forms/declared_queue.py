"""What agents fill in about declared needs."""

from typing import Any

from django import forms

from maillage.observatory.actions.decide import ANSWER_LONGEST, REASON_LONGEST
from maillage.observatory.forms.declared import OTHER
from maillage.observatory.lib.catalogue import NeedSheet
from maillage.observatory.queries.declared_queue import Search, Tab
from maillage.observatory.queries.saying import by_theme

Needs = tuple[NeedSheet, ...]
Communes = list[tuple[str, str]]


class QueueForm(forms.Form):
    """Filters of the queue; what is unknown is ignored."""

    besoin = forms.ChoiceField(label="Besoin", required=False)
    commune = forms.ChoiceField(label="Commune", required=False)

    def __init__(self, *args: Any, needs: Needs, communes: Communes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [("", "Tous les besoins"), *by_theme(needs), (OTHER, "Autre chose")]
        self.fields["besoin"].choices = listed  # type: ignore[attr-defined]
        self.fields["commune"].choices = [("", "Tout le territoire"), *communes]  # type: ignore[attr-defined]

    def search(self) -> Search:
        self.is_valid()
        need = self.cleaned_data.get("besoin") or ""
        tab, page = str(self.data.get("etat", "")), str(self.data.get("page", ""))
        return Search(
            tab=tab if tab in Tab.values else Tab.WAITING,
            need=None if not need else "" if need == OTHER else need,
            commune=self.cleaned_data.get("commune") or "",
            page=int(page) if page.isdecimal() and len(page) < 7 else 1,
        )


class CorrectionForm(forms.Form):
    """The need and the commune under which it is published."""

    need = forms.ChoiceField(label="Besoin")
    commune = forms.ChoiceField(label="Commune")

    def __init__(self, *args: Any, needs: Needs, communes: Communes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(OTHER, "Autre chose (aucun besoin de la liste)"), *by_theme(needs)]
        self.fields["need"].choices = listed  # type: ignore[attr-defined]
        self.fields["commune"].choices = communes  # type: ignore[attr-defined]


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label="Motif envoyé à la personne",
        max_length=REASON_LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": REASON_LONGEST}),
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="Réponse de la collectivité",
        help_text="Publiée sur la page, et envoyée à la personne si elle a donné une adresse.",
        max_length=ANSWER_LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": ANSWER_LONGEST}),
    )
