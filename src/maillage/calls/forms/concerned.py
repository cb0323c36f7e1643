"""« Suis-je concerné ? » : questions made from the rules of a call, for what no register has already said."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django import forms

from maillage.calls.enums import Outcome, RuleKind
from maillage.calls.lib.eligibility import judge_one
from maillage.calls.lib.facts import Aid, Fact, Facts, Held, declared
from maillage.calls.lib.rule_words import FAMILIES
from maillage.calls.models import EligibilityRule

_YES_NO = [("", "Je ne sais pas"), ("yes", "Oui"), ("no", "Non")]
ELSEWHERE = "ailleurs"  # no commune has this code


def _choice(
    label: str, choices: Sequence[tuple[str, str]] = _YES_NO, help_text: str = ""
) -> forms.Field:
    return forms.ChoiceField(label=label, choices=choices, required=False, help_text=help_text)


def _euros(label: str, help_text: str = "") -> forms.Field:
    widget = forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"})
    return forms.DecimalField(
        label=label, min_value=0, max_digits=12, decimal_places=2, required=False,
        help_text=help_text, widget=widget,
    )  # fmt: skip


def _day(label: str, help_text: str = "") -> forms.Field:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, help_text=help_text)


class ConcernedForm(forms.Form):
    """Nothing is compulsory: what is left out stays « non évaluable ». Nothing of it is ever stored.

    `known` is what registers say of the structure found, or facts that say nothing.
    """

    def __init__(
        self, *args: Any, rules: Sequence[EligibilityRule], known: Facts, authority: str, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.known, self.authority = known, authority
        for rule in rules:
            found = judge_one(rule, known)
            if found.outcome != Outcome.YES:
                for name, field in _ASK[rule.kind](rule, self):
                    self.fields.setdefault(name, field)

    def unsure(self, name: str) -> bool:
        """Whether a fact is worth asking: unknown, or said by a list that is not whole."""
        fact: Fact = getattr(self.known, name)
        return not fact.known or fact.partial

    def facts(self) -> Facts:
        """What registers say, and the answers over it."""
        told: dict[str, Any] = {}
        answers: dict[str, Fact] = {}
        for name, value in self.cleaned_data.items():
            kind, _, rest = name.partition("__")
            if value in (None, "") and kind != "label":
                continue
            if kind == "question":
                answers[rest] = declared(value)
            elif kind in _READ:
                told[kind] = declared(_READ[kind](self, value))
        held = self._labels()
        if held is not None:
            told["labels"] = held
        return replace(self.known, answers=answers, **told)

    def _labels(self) -> Fact | None:
        """Labels told by hand, with those of the registers; None when nothing was told of any."""
        asked = [name for name in self.fields if name.startswith("label__")]
        answered = {name: self.cleaned_data.get(name) for name in asked}
        if not any(answered.values()):
            return None
        held = list(self.known.labels.value or ())
        for name, answer in answered.items():
            code = name.removeprefix("label__")
            if answer == "yes":
                held.append(Held(code, None, self.cleaned_data.get(f"until__{code}")))
        return replace(declared(tuple(held)), partial="" in answered.values())


def _family(_rule: EligibilityRule, form: ConcernedForm) -> list[tuple[str, forms.Field]]:
    if not form.unsure("family"):
        return []
    choices = [
        ("", "Je ne sais pas"),
        *((code, word.capitalize()) for code, word in FAMILIES.items()),
    ]
    return [("family", _choice("Votre structure est…", choices))]


def _labels(rule: EligibilityRule, form: ConcernedForm) -> list[tuple[str, forms.Field]]:
    if not form.unsure("labels"):
        return []
    asked: list[tuple[str, forms.Field]] = []
    for code in rule.value.get("labels") or ():
        word = form.known.terms.words.get(code, code)
        asked.append((f"label__{code}", _choice(f"Avez-vous ceci : {word} ?")))
        asked.append((f"until__{code}", _day("Jusqu'à quelle date ?", "Elle est sur la décision.")))
    return asked


def _form_or_label(rule: EligibilityRule, form: ConcernedForm) -> list[tuple[str, forms.Field]]:
    return _family(rule, form) + _labels(rule, form)


def _commitment(rule: EligibilityRule, form: ConcernedForm) -> list[tuple[str, forms.Field]]:
    word = "Êtes-vous prêt à souscrire le contrat d'engagement républicain ?"
    said = "Pour une association ou une fondation : c'est demandé au dépôt."
    return [*_family(rule, form), ("commitment", _choice(word, help_text=said))]


def _seat(_rule: EligibilityRule, form: ConcernedForm) -> list[tuple[str, forms.Field]]:
    if not form.unsure("head_office"):
        return []
    return [("head_office", _choice(f"Votre siège est-il dans {form.known.terms.territory} ?"))]


def _place(_rule: EligibilityRule, form: ConcernedForm) -> list[tuple[str, forms.Field]]:
    choices = [*_YES_NO[:2], ("partly", "En partie"), _YES_NO[2]]
    return [
        ("places", _choice(f"L'action a-t-elle lieu dans {form.known.terms.territory} ?", choices))
    ]


def _theme(_rule: EligibilityRule, form: ConcernedForm) -> list[tuple[str, forms.Field]]:
    choices = [("", "Je ne sais pas"), *form.known.terms.themes, (ELSEWHERE, "Un autre sujet")]
    return [("theme", _choice("Quel est le thème de votre projet ?", choices))]


def _amount(_rule: EligibilityRule, form: ConcernedForm) -> list[tuple[str, forms.Field]]:
    del form
    return [
        ("requested", _euros("Combien pensez-vous demander ? (€)")),
        ("total_cost", _euros("Combien coûte le projet en tout ? (€)")),
    ]


def _de_minimis(_rule: EligibilityRule, form: ConcernedForm) -> list[tuple[str, forms.Field]]:
    del form
    said = "Chaque décision d'aide dit si elle est « de minimis ». Zéro si vous n'en avez pas."
    return [("aids", _euros("Aides de minimis reçues depuis trois ans (€)", said))]


def _question(rule: EligibilityRule, form: ConcernedForm) -> list[tuple[str, forms.Field]]:
    del form
    return [(f"question__{rule.code}", _choice(str(rule.value.get("question") or rule.label)))]


def _one(
    name: str, make: Callable[[ConcernedForm], forms.Field]
) -> Callable[[EligibilityRule, ConcernedForm], list[tuple[str, forms.Field]]]:
    def ask(_rule: EligibilityRule, form: ConcernedForm) -> list[tuple[str, forms.Field]]:
        return [(name, make(form))] if form.unsure(name) else []

    return ask


def _people(_form: ConcernedForm) -> forms.Field:
    return forms.IntegerField(
        label="Combien de salariés avez-vous ?", min_value=0, max_value=1_000_000, required=False
    )


_ASK: dict[str, Callable[[EligibilityRule, ConcernedForm], list[tuple[str, forms.Field]]]] = {
    RuleKind.LEGAL_FORM: _family,
    RuleKind.LABEL: _labels,
    RuleKind.FORM_OR_LABEL: _form_or_label,
    RuleKind.HEAD_OFFICE: _seat,
    RuleKind.ACTION_PLACE: _place,
    RuleKind.AGE: _one("created_on", lambda _: _day("Date de création de votre structure")),
    RuleKind.HEADCOUNT: _one("headcount", _people),
    RuleKind.BUDGET: _one("budget", lambda _: _euros("Votre budget annuel (€)")),
    RuleKind.ZONE: _one(
        "zones", lambda _: _choice("L'action a-t-elle lieu en quartier prioritaire ?")
    ),
    RuleKind.THEME: _theme,
    RuleKind.AMOUNT: _amount,
    RuleKind.COMMITMENT: _commitment,
    RuleKind.REPORTS_DONE: _one(
        "overdue",
        lambda form: _choice(
            f"Avez-vous un bilan de subvention en retard auprès de {form.authority} ?"
        ),
    ),
    RuleKind.SIRET_ALIVE: _one(
        "siret_state", lambda _: _choice("Votre établissement est-il en activité (SIRET ouvert) ?")
    ),
    RuleKind.LEGAL_BASIS: _family,
    RuleKind.DE_MINIMIS: _de_minimis,
    RuleKind.QUESTION: _question,
}


def _places(form: ConcernedForm, value: str) -> tuple[str, ...]:
    inside = tuple(sorted(form.known.terms.perimeter))[:1]
    return {"yes": inside, "partly": (*inside, ELSEWHERE)}.get(value, (ELSEWHERE,))


_READ: dict[str, Callable[[ConcernedForm, Any], Any]] = {
    "family": lambda _, value: value,
    "theme": lambda _, value: value,
    "head_office": lambda form, value: _places(form, value)[0],
    "places": _places,
    "created_on": lambda _, value: value,
    "headcount": lambda _, value: (value, value),
    "budget": lambda _, value: value,
    "commitment": lambda _, value: value == "yes",
    "zones": lambda _, value: ("qpv",) if value == "yes" else (),
    "requested": lambda _, value: value,
    "total_cost": lambda _, value: value,
    "overdue": lambda _, value: ("dit par vous",) if value == "yes" else (),
    "siret_state": lambda _, value: "active" if value == "yes" else "ceased",
    "aids": lambda _, value: (Aid(value),),
}
