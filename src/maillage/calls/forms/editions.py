"""Smaller forms of the call manager: begin an edition, money, team, what changes after publication."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from maillage.accounts.models import User
from maillage.calls.enums import TeamKind
from maillage.calls.forms.fields import DayField, MomentField
from maillage.calls.models import Edition, Envelope, Programme


class NewEditionForm(forms.Form):
    """An empty edition; `name` makes a programme when none is chosen."""

    programme = forms.ModelChoiceField(
        label="Programme",
        queryset=Programme.objects.none(),
        required=False,
        empty_label="un nouveau programme",
    )
    name = forms.CharField(label="Nom du nouveau programme", max_length=120, required=False)
    title = forms.CharField(label="Titre de l'appel", max_length=160)
    year = forms.IntegerField(label="Année", min_value=2000, max_value=2100)

    def __init__(self, *args: Any, programmes: QuerySet[Programme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("programme") and not cleaned.get("name"):
            self.add_error("name", "Choisissez un programme, ou nommez-en un nouveau.")
        return cleaned


class ProgrammeForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Programme
        fields: ClassVar = ["name", "summary", "service", "contact_email", "is_active"]


class EnvelopeForm(forms.ModelForm):  # type: ignore[type-arg]
    voted_on = DayField(label="Votée le")

    class Meta:
        model = Envelope
        fields: ClassVar = ["year", "label", "amount", "budget_line", "voted_ref", "voted_on"]

    def validate_constraints(self) -> None:
        """The action says in words what the database would refuse."""

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if not 2000 <= year <= 2100:
            raise forms.ValidationError("Une année entre 2000 et 2100.")
        return year


class TeamForm(forms.Form):
    user = forms.ModelChoiceField(label="Personne", queryset=User.objects.none())
    kind = forms.ChoiceField(label="Rôle dans cet appel", choices=TeamKind.choices)

    def __init__(self, *args: Any, agents: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(pk__in=[one.pk for one in agents]).order_by("name", "email")
        self.fields["user"].queryset = people  # type: ignore[attr-defined]


class ExtendForm(forms.Form):
    until = MomentField(label="Nouvelle clôture", required=True, help_text="Heure de Paris.")
    reason = forms.CharField(
        label="Pourquoi",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Publié, et envoyé à toutes les personnes qui écrivent ou ont déposé.",
    )

    def __init__(self, *args: Any, current: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current = current

    def clean_until(self) -> datetime:
        until: datetime = self.cleaned_data["until"]
        if until <= self.current:
            raise forms.ValidationError("Un appel ne peut être que prolongé, jamais raccourci.")
        return until


class ErratumForm(forms.ModelForm):  # type: ignore[type-arg]
    text = forms.CharField(
        label="Ce qui change, et pourquoi",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Publié, et envoyé à toutes les personnes qui écrivent ou ont déposé.",
    )
    field_order = ("text",)

    class Meta:
        model = Edition
        fields: ClassVar = ["description", "eligible_costs", "contact_email", "closing_message"]
        widgets: ClassVar = {
            "description": forms.Textarea(attrs={"rows": 6}),
            "eligible_costs": forms.Textarea(attrs={"rows": 4}),
            "closing_message": forms.Textarea(attrs={"rows": 2}),
        }

    def validate_constraints(self) -> None:
        """Nothing that the database constrains is written here."""


class ReasonForm(forms.Form):
    """`label` is the question."""

    reason = forms.CharField(
        label="Motif", max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
