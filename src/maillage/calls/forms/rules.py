"""A rule in plain words: its inputs depend on what it bears on; nobody types a code."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from maillage.calls.enums import RuleKind
from maillage.calls.lib.rule_words import FAMILIES
from maillage.calls.models import Edition, EligibilityRule
from maillage.spaces.queries import perimeter_codes
from maillage.structures.models import Term
from maillage.territories.queries import names_by_code

_BOX = forms.CheckboxSelectMultiple


def _several(label: str, choices: Any, help_text: str = "") -> forms.Field:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=_BOX, help_text=help_text
    )


def _families(_: Edition) -> forms.Field:
    choices = [(code, word.capitalize()) for code, word in FAMILIES.items()]
    return _several("Formes acceptées", choices)


def _labels(_: Edition) -> forms.Field:
    terms = Term.objects.filter(axis="label", ended_on=None).values_list("code", "label")
    return forms.MultipleChoiceField(
        label="Agréments ou labels acceptés",
        choices=list(terms),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text="L'un d'eux suffit, s'il est valable le jour de la clôture.",
    )


def _communes(edition: Edition) -> forms.Field:
    names = names_by_code()
    codes = sorted(perimeter_codes(edition.space), key=lambda code: names.get(code, code))
    return forms.MultipleChoiceField(
        label="Communes",
        choices=[(code, names.get(code, code)) for code in codes],
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text="Aucune choisie : tout le territoire de l'espace.",
    )


def _operator_place(_: Edition) -> forms.Field:
    choices = [
        ("any", "au moins une commune de l'action"),
        ("all", "toutes les communes de l'action"),
    ]
    return forms.ChoiceField(label="Il faut", choices=choices)


def _operator_age(_: Edition) -> forms.Field:
    return forms.ChoiceField(label="Il faut", choices=[("ge", "au moins"), ("le", "au plus")])


def _months(_: Edition) -> forms.Field:
    return forms.IntegerField(
        label="Ancienneté (mois)",
        min_value=0,
        max_value=1200,
        help_text="Comptée le jour de la clôture.",
    )


def _people(label: str) -> Callable[[Edition], forms.Field]:
    def make(_: Edition) -> forms.Field:
        return forms.IntegerField(label=label, min_value=0, max_value=1_000_000, required=False)

    return make


def _euros(label: str, help_text: str = "") -> Callable[[Edition], forms.Field]:
    def make(_: Edition) -> forms.Field:
        return forms.DecimalField(
            label=label, min_value=0, max_digits=12, decimal_places=2, required=False,
            help_text=help_text, widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}),
        )  # fmt: skip

    return make


def _rate(_: Edition) -> forms.Field:
    return forms.DecimalField(
        label="Part maximale du coût (%)", min_value=0, max_value=100, max_digits=5, decimal_places=2,
        required=False, help_text="Vide : celle de l'appel.",
    )  # fmt: skip


def _themes(edition: Edition) -> forms.Field:
    choices = [(one["code"], one["label"]) for one in edition.themes]
    return _several("Thèmes acceptés", choices, "Aucun choisi : tous ceux de l'appel.")


def _note(_: Edition) -> forms.Field:
    return forms.CharField(
        label="Fondement de l'aide à une société", max_length=400, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Solidarité, insertion, convention avec la Région… Le candidat le lit.",
    )  # fmt: skip


def _question(_: Edition) -> forms.Field:
    return forms.CharField(
        label="Question", max_length=200, help_text="À laquelle on répond oui ou non."
    )


def _expected(_: Edition) -> forms.Field:
    return forms.ChoiceField(label="Réponse attendue", choices=[("yes", "Oui"), ("no", "Non")])


def _years(_: Edition) -> forms.Field:
    return forms.IntegerField(label="Années comptées", min_value=1, max_value=10, initial=3)


def _field(*types: str) -> Callable[[Edition], forms.Field]:
    def make(edition: Edition) -> forms.Field:
        choices = [("", "Aucune : la réponse n'est demandée que dans « Suis-je concerné ? »")]
        form = edition.forms.filter(stage="full").order_by("-number").first()
        for section in (form.definition if form else {}).get("sections", ()):
            choices += [
                (one["code"], one["label"])
                for one in section.get("fields", ())
                if one["type"] in types
            ]
        return forms.ChoiceField(
            label="Réponse du formulaire", choices=choices, required=False,
            help_text="La question du formulaire qui y répond, au dépôt.",
        )  # fmt: skip

    return make


_YES_NO = _field("yes_no", "certify")
# Inputs of `value`, by kind; `operator` goes to its own column.
INPUTS: dict[str, dict[str, Callable[[Edition], forms.Field]]] = {
    RuleKind.LEGAL_FORM: {"families": _families},
    RuleKind.LABEL: {"labels": _labels},
    RuleKind.FORM_OR_LABEL: {"families": _families, "labels": _labels},
    RuleKind.HEAD_OFFICE: {"communes": _communes},
    RuleKind.ACTION_PLACE: {"operator": _operator_place, "communes": _communes},
    RuleKind.AGE: {"operator": _operator_age, "months": _months},
    RuleKind.HEADCOUNT: {
        "min": _people("Au moins (salariés)"),
        "max": _people("Au plus (salariés)"),
        "field": _field("integer"),
    },
    RuleKind.BUDGET: {
        "min": _euros("Au moins (€)"),
        "max": _euros("Au plus (€)"),
        "field": _field("money"),
    },
    RuleKind.ZONE: {"field": _YES_NO},
    RuleKind.THEME: {"themes": _themes},
    RuleKind.AMOUNT: {
        "min": _euros("Montant minimal (€)", "Vide : celui de l'appel."),
        "max": _euros("Montant maximal (€)", "Vide : celui de l'appel."),
        "rate": _rate,
    },
    RuleKind.COMMITMENT: {"field": _YES_NO},
    RuleKind.REPORTS_DONE: {},
    RuleKind.SIRET_ALIVE: {},
    RuleKind.LEGAL_BASIS: {"note": _note},
    RuleKind.DE_MINIMIS: {
        "ceiling": _euros("Plafond (€)", "Vide : celui de l'appel."),
        "years": _years,
    },
    RuleKind.QUESTION: {"question": _question, "expected": _expected, "field": _YES_NO},
}
# What a kind asks for, in one sentence, where one chooses it.
HINTS = {
    RuleKind.LEGAL_FORM: "Associations, mutuelles, coopératives…",
    RuleKind.LABEL: "ESUS, insertion, entreprise adaptée… valable le jour de la clôture.",
    RuleKind.FORM_OR_LABEL: "Une forme juridique, ou à défaut un agrément.",
    RuleKind.HEAD_OFFICE: "Où la structure a son siège.",
    RuleKind.ACTION_PLACE: "Où le projet a lieu.",
    RuleKind.AGE: "Depuis combien de mois la structure existe.",
    RuleKind.HEADCOUNT: "Combien de personnes elle emploie.",
    RuleKind.BUDGET: "Son budget annuel.",
    RuleKind.ZONE: "Une action en quartier prioritaire (QPV).",
    RuleKind.THEME: "Le sujet du projet.",
    RuleKind.AMOUNT: "Ce qui est demandé, et la part du coût.",
    RuleKind.COMMITMENT: "Associations et fondations seulement.",
    RuleKind.REPORTS_DONE: "Aucun bilan de subvention en retard.",
    RuleKind.SIRET_ALIVE: "L'établissement n'est pas fermé.",
    RuleKind.LEGAL_BASIS: "Une société commerciale : sur quel fondement l'aider.",
    RuleKind.DE_MINIMIS: "La somme des aides des trois dernières années.",
    RuleKind.QUESTION: "Toute autre condition, en une question.",
}
_PLAIN = ("label", "severity", "explanation_ok", "explanation_ko", "how_to_fix", "link")
_LAW = ("legal_ref", "legal_ref_on")


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """`locked`: the call is published, only words may be corrected."""

    link = forms.URLField(
        label="En savoir plus (adresse)", max_length=300, required=False, assume_scheme="https"
    )

    class Meta:
        model = EligibilityRule
        fields = (*_PLAIN, *_LAW)
        widgets = {
            "explanation_ok": forms.Textarea(attrs={"rows": 2}),
            "explanation_ko": forms.Textarea(attrs={"rows": 2}),
            "how_to_fix": forms.Textarea(attrs={"rows": 2}),
            "legal_ref_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        labels = {"legal_ref": "Texte de référence", "legal_ref_on": "Version du texte au"}
        help_texts = {
            "severity": "Bloquante : « non » empêche le dépôt. À vérifier : le service regarde. Indicative : dit, sans effet.",
            "explanation_ok": "Ce que lit le candidat quand la règle est remplie.",
            "explanation_ko": "La règle en une phrase générale : le candidat la lit quand elle n'est pas remplie, et tout le monde dans le règlement.",
            "how_to_fix": "Ce qu'il peut faire pour la remplir.",
            "legal_ref": "Le texte dont elle vient, s'il y en a un.",
        }

    def __init__(
        self, *args: Any, edition: Edition, kind: str, locked: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.inputs: list[str] = []
        if locked:
            for name in ("label", "severity"):
                del self.fields[name]
            self.fields["erratum"] = forms.CharField(
                label="Ce qui change",
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text="L'erratum est public, daté, et ne s'efface pas.",
            )
            return
        value = self.instance.value if isinstance(self.instance.value, dict) else {}
        for name, make in INPUTS[kind].items():
            self.fields[name] = make(edition)
            self.inputs.append(name)
            told = self.instance.operator if name == "operator" else value.get(name)
            if told not in (None, ""):
                self.initial[name] = told
        self.order_fields(["label", *self.inputs, *_PLAIN, *_LAW])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        nothing = not cleaned.get("families") and not cleaned.get("labels")
        if not self.errors and "families" in self.inputs and nothing and not self._categories():
            self.add_error("families", "Choisissez au moins une forme.")
        if not self.errors and self.kind == RuleKind.LABEL and not cleaned.get("labels"):
            self.add_error("labels", "Choisissez au moins un agrément ou un label.")
        if not self.errors and self.kind in {RuleKind.HEADCOUNT, RuleKind.BUDGET}:
            low, high = cleaned.get("min"), cleaned.get("max")
            if low is None and high is None:
                self.add_error("min", "Donnez un minimum, un maximum, ou les deux.")
            elif low is not None and high is not None and low > high:
                self.add_error("max", "Le maximum est plus petit que le minimum.")
        return cleaned

    def _categories(self) -> bool:
        """Whether legal categories, set by a ready-made call, are accepted too."""
        value = self.instance.value
        return bool(isinstance(value, dict) and value.get("categories"))

    def rule(self) -> EligibilityRule:
        """The instance with its kind and value; not saved."""
        rule: EligibilityRule = self.instance
        rule.kind = self.kind
        if self.inputs:
            rule.operator = str(self.cleaned_data.get("operator", ""))
        told = {name: self.cleaned_data.get(name) for name in self.inputs if name != "operator"}
        if "erratum" not in self.fields:
            # What no input shows (legal categories of a ready-made call) stays.
            before = rule.value if isinstance(rule.value, dict) else {}
            kept = {name: one for name, one in before.items() if name not in INPUTS[self.kind]}
            rule.value = kept | {
                name: _json(one) for name, one in told.items() if one not in (None, "", [])
            }
        return rule


def _json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
