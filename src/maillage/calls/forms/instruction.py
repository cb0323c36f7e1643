"""What an agent fills in on one file."""

from typing import Any, cast

from django import forms
from django.utils import timezone

from maillage.accounts.models import User
from maillage.calls.enums import Outcome
from maillage.calls.lib.form import Form
from maillage.calls.models import Edition, EligibilityRule
from maillage.calls.queries.examining import correctable

_DAY = {"type": "date"}


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class NoteForm(forms.Form):
    text = forms.CharField(label="Note pour les collègues", max_length=4000, widget=_area(3))


class MessageForm(forms.Form):
    text = forms.CharField(label="Message au candidat", max_length=4000, widget=_area(5))
    reply_by = forms.DateField(
        label="Réponse attendue le",
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
    )
    file = forms.FileField(label="Pièce jointe", required=False, max_length=200)


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Motif", max_length=2000, widget=_area(3))


class DropForm(forms.Form):
    reason = forms.CharField(
        label="Motif donné au candidat",
        max_length=500,
        widget=_area(2),
        help_text="Par exemple : demande déposée deux fois, structure dissoute.",
    )


class InadmissibleForm(forms.Form):
    """The cause is one of the rules of the call, or one question left without what it asked."""

    cause = forms.ChoiceField(label="Règle ou pièce en cause")
    reason = forms.CharField(label="Motif donné au candidat", max_length=2000, widget=_area(3))

    def __init__(self, *args: Any, rules: list[EligibilityRule], form: Form, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["cause"]).choices = [
            ("", "Choisissez"),
            ("Règle non remplie", [(f"rule:{one.code}", one.label) for one in rules]),
            (
                "Réponse ou pièce manquante",
                [(f"missing:{code}", label) for code, label in correctable(form)],
            ),
        ]


class AssignForm(forms.Form):
    user = forms.ChoiceField(label="Suivie par", required=False)

    def __init__(self, *args: Any, colleagues: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(one.pk), str(one)) for one in colleagues]
        cast("forms.ChoiceField", self.fields["user"]).choices = [("", "Personne"), *people]


class OverruleForm(forms.Form):
    code = forms.CharField(max_length=20, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label="Votre réponse",
        required=False,
        choices=[("", "Celle de la règle"), *Outcome.choices],
    )
    reason = forms.CharField(label="Pourquoi", required=False, max_length=500)


class SiretForm(forms.Form):
    alive = forms.ChoiceField(
        label="L'établissement est", choices=[("oui", "en activité"), ("non", "fermé")]
    )
    source = forms.CharField(label="Où l'avez-vous vu", max_length=120)
    source_on = forms.DateField(
        label="Le",
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        initial=timezone.localdate,
    )


class DeclaredAidForm(forms.Form):
    giver = forms.CharField(label="Qui l'a donnée", max_length=200)
    amount = forms.DecimalField(
        label="Montant (€)", min_value=1, max_digits=12, decimal_places=2, localize=True
    )
    decided_on = forms.DateField(
        label="Date", widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    )
    is_de_minimis = forms.BooleanField(label="Aide « de minimis »", required=False, initial=True)


class WaiverForm(forms.Form):
    reason = forms.CharField(
        label="Dispensée du nombre de lectures, parce que",
        required=False,
        max_length=500,
        help_text="Vide : pas de dispense.",
    )


class RoutingRowForm(forms.Form):
    """One rule: a question of the form or a column, a value, a person. A row without a person is no rule."""

    field = forms.ChoiceField(label="Quand", required=False)
    op = forms.ChoiceField(
        label="est",
        required=False,
        choices=[
            ("eq", "vaut"),
            ("ne", "ne vaut pas"),
            ("contains", "contient"),
            ("ge", "au moins"),
            ("le", "au plus"),
        ],
    )
    value = forms.CharField(label="Valeur", required=False, max_length=100)
    user = forms.ChoiceField(label="Confier à", required=False)

    def __init__(
        self, *args: Any, asked: list[tuple[str, str]], people: list[User], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        known = [(str(one.pk), str(one)) for one in people]
        cast("forms.ChoiceField", self.fields["user"]).choices = [("", "Personne"), *known]
        cast("forms.ChoiceField", self.fields["field"]).choices = [("", "Toujours"), *asked]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("user") and cleaned.get("field") and not cleaned.get("value"):
            self.add_error("value", "Donnez la valeur.")
        return cleaned

    def condition(self, yes_no: set[str]) -> dict[str, Any]:
        """`yes_no` are the questions answered by true or false: « oui » is then true."""
        said = self.cleaned_data
        if not said.get("field"):
            return {}
        value: object = said["value"]
        if said["field"] in yes_no:
            value = str(value).casefold() in {"oui", "vrai", "1"}
        return {"field": said["field"], "op": said.get("op") or "eq", "value": value}


def routable(edition: Edition, form: Form | None) -> list[tuple[str, str]]:
    """What a rule may look at."""
    columns = [
        ("_theme", "Le thème"),
        ("_typology", "La typologie"),
        ("_places", "Les communes de l'action (code INSEE)"),
        ("_requested", "Le montant demandé"),
    ]
    plain = {"text", "integer", "money", "yes_no", "choice", "choices", "commune", "communes"}
    asked = [(one.code, one.label[:80]) for one in form.fields if one.type in plain] if form else []
    return columns + asked
