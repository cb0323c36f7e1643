"""A structure made up to try the rules: the questions of « Suis-je concerné ? », and what each rule should say."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from maillage.calls.enums import Outcome
from maillage.calls.forms.concerned import ConcernedForm
from maillage.calls.lib.facts import Facts, facts_to
from maillage.calls.models import Edition, EligibilityRule, RuleExample
from maillage.calls.queries.facts import closing_day, terms_of

_EXPECTED = [("", "peu importe"), *((one.value, one.label.capitalize()) for one in Outcome)]


class ExampleForm(ConcernedForm):
    """`expected__<code>` says what a rule should answer. What was typed is kept beside the facts, to be edited."""

    def __init__(
        self,
        *args: Any,
        edition: Edition,
        rules: Sequence[EligibilityRule],
        example: RuleExample,
        now: datetime,
        **kwargs: Any,
    ) -> None:
        self.example = example
        known = Facts(at=closing_day(edition, now), terms=terms_of(edition, rules))
        typed = example.facts.get("typed", {}) if isinstance(example.facts, dict) else {}
        expected = {f"expected__{code}": said for code, said in example.expected.items()}
        kwargs["initial"] = typed | expected | {"example_label": example.label}
        super().__init__(*args, rules=rules, known=known, authority=edition.space.name, **kwargs)
        asked = list(self.fields)
        self.fields["example_label"] = forms.CharField(
            label="Cet exemple, en quelques mots",
            max_length=160,
            help_text="« Une SARL sans agrément », « une association de trois mois ».",
        )
        for rule in rules:
            self.fields[f"expected__{rule.code}"] = forms.ChoiceField(
                label=f"Réponse attendue : {rule.label}", choices=_EXPECTED, required=False
            )
        self.order_fields(["example_label", *asked])

    def made(self) -> RuleExample:
        """The example with its facts and what is expected; not saved."""
        told = {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "example_label" and not name.startswith("expected__")
        }
        typed = {name: _plain(value) for name, value in told.items() if value not in (None, "")}
        self.example.label = self.cleaned_data["example_label"]
        self.example.facts = facts_to(self.facts()) | {"typed": typed}
        self.example.expected = {
            name.removeprefix("expected__"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("expected__") and value
        }
        return self.example


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | bool) else str(value)
