"""What jurors and their manager fill in."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from maillage.calls.actions.jurors import Profile
from maillage.calls.enums import InterestAnswer
from maillage.calls.lib.sheets import Mark, Sheet
from maillage.calls.models import Criterion, Edition, Juror

NOT_SAID = "na"


class JurorForm(forms.Form):
    """A juror of an edition; the address is asked when one is named, not when one is changed."""

    email = forms.EmailField(
        label="Adresse e-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text="La personne reçoit un message. Sans compte, elle choisira son mot de passe.",
    )
    name = forms.CharField(
        label="Prénom et nom", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    title = forms.CharField(label="Qualité", max_length=160, required=False, help_text="Par exemple : vice-présidente, experte de l'insertion.")  # fmt: skip
    organisation = forms.CharField(label="Organisme", max_length=160, required=False)
    skills = forms.MultipleChoiceField(
        label="Thèmes connus", required=False, widget=forms.CheckboxSelectMultiple
    )
    load_max = forms.IntegerField(
        label="Dossiers au plus", required=False, min_value=1, max_value=500
    )
    reads = forms.BooleanField(label="Lit et note des dossiers", required=False, initial=True)
    votes = forms.BooleanField(label="Siège et vote en séance", required=False, initial=True)
    is_elected = forms.BooleanField(label="Est une élue ou un élu", required=False)

    def __init__(
        self, *args: Any, edition: Edition, juror: Juror | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skills"].choices = [(one["code"], one["label"]) for one in edition.themes]  # type: ignore[attr-defined]
        if not edition.themes:
            del self.fields["skills"]
        if juror is not None:
            del self.fields["email"], self.fields["name"]
            for name in self.fields:
                self.initial.setdefault(name, getattr(juror, name))

    def profile(self) -> Profile:
        said = self.cleaned_data
        return Profile(
            title=said["title"],
            organisation=said["organisation"],
            skills=tuple(said.get("skills", ())),
            load_max=said["load_max"],
            reads=said["reads"],
            votes=said["votes"],
            is_elected=said["is_elected"],
        )


class DueForm(forms.Form):
    """By when. A date that is past cannot be kept by anybody."""

    due_on = forms.DateField(
        label="À rendre le",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Écrivez une date, par exemple 2026-12-15."},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["due_on"]
        if day is not None and day < self.today:
            raise forms.ValidationError("Cette date est passée : choisissez-en une à venir.")
        return day


class InterestForm(forms.Form):
    """`answer` is never chosen beforehand: the person must say it."""

    answer = forms.ChoiceField(
        label="Quelque chose vous lie-t-il à ce projet, ou à qui le porte ?",
        choices=[
            (InterestAnswer.NONE, "Non, aucun intérêt : je peux lire"),
            (InterestAnswer.DIRECT, "Oui, un intérêt direct (salariée, bénévole, administrateur, proche…)"),
            (InterestAnswer.INDIRECT, "Oui, un intérêt indirect (fournisseur, financeur, partenaire, concurrent…)"),
            (InterestAnswer.PREFERS, "Je préfère me retirer, sans dire pourquoi"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse : le dossier ne s'ouvre pas sans elle."},
    )  # fmt: skip
    text = forms.CharField(
        label="Précision pour les agents",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 600}),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Motif", max_length=300, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300})
    )


class TextsForm(forms.Form):
    """What jurors read first, and the text of law cited to them."""

    charter = forms.CharField(
        label="Charte", max_length=4000, widget=forms.Textarea(attrs={"rows": 10})
    )
    law_ref = forms.CharField(label="Texte de loi cité", max_length=200)
    law_text = forms.CharField(
        label="Ce qu'il dit", max_length=800, widget=forms.Textarea(attrs={"rows": 3})
    )
    law_on = forms.DateField(
        label="Référence relevée le",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def sheet_of(post: QueryDict, criteria: list[Criterion]) -> Sheet:
    """A posted reading. What is out of the lists is left to the action, which refuses it."""
    marks = {}
    for one in criteria:
        said = post.get(f"c{one.pk}", "")
        value = int(said) if said.isdecimal() and len(said) < 4 else None
        why = post.get(f"w{one.pk}", "")[:2000]
        if value is not None or said == NOT_SAID:
            marks[one.pk] = Mark(value, is_said=True, why=why)
    confidence = post.get("confidence", "")
    return Sheet(
        marks=marks,
        comment_jury=post.get("comment_jury", "")[:8000],
        comment_applicant=post.get("comment_applicant", "")[:8000],
        recommendation=post.get("recommendation", "")[:12],
        confidence=int(confidence) if confidence.isdecimal() and len(confidence) == 1 else None,
        abstains="abstains" in post,
    )
