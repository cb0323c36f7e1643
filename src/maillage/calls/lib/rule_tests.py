"""Which test answers for each kind of rule.

The shape of `EligibilityRule.value`, by kind (a key left out falls back on what the edition says):
- `legal_form` `{"families": [Family], "categories": [4 digits]}`; `label` `{"labels": [code of term]}`;
  `form_or_label` both; `head_office`, `action_place` `{"communes": [INSEE]}` (empty: the whole perimeter), operator
  `all` (every place inside) or `any` (one at least, the default);
- `age` `{"months": n}` (operator `le`: at most); `headcount`, `budget` `{"min", "max"}`;
- `zone` `{"zones": ["qpv" or code]}`; `theme` `{"themes": [code]}`; `amount` `{"min", "max", "rate"}`;
- `de_minimis` `{"ceiling", "years"}`; `legal_basis` `{"note"}`;
- `question` `{"question", "expected": "yes"|"no", "field": code of the form or ""}`;
- `commitment`, `reports_done`, `siret_alive` `{}`.
"""

from collections.abc import Callable

from maillage.calls.enums import RuleKind
from maillage.calls.lib import rule_what as what
from maillage.calls.lib import rule_who as who
from maillage.calls.lib.facts import Facts
from maillage.calls.lib.rule_base import Found, Rule

__all__ = ["TESTS", "Found", "Rule"]

TESTS: dict[str, Callable[[Rule, Facts], Found]] = {
    RuleKind.LEGAL_FORM: who.legal_form,
    RuleKind.LABEL: who.label,
    RuleKind.FORM_OR_LABEL: who.form_or_label,
    RuleKind.HEAD_OFFICE: who.head_office,
    RuleKind.ACTION_PLACE: what.action_place,
    RuleKind.AGE: who.age,
    RuleKind.HEADCOUNT: who.headcount,
    RuleKind.BUDGET: who.budget,
    RuleKind.ZONE: what.zone,
    RuleKind.THEME: what.theme,
    RuleKind.AMOUNT: what.amount_asked,
    RuleKind.COMMITMENT: who.commitment,
    RuleKind.REPORTS_DONE: who.reports_done,
    RuleKind.SIRET_ALIVE: who.siret_alive,
    RuleKind.LEGAL_BASIS: who.legal_basis,
    RuleKind.DE_MINIMIS: what.de_minimis,
    RuleKind.QUESTION: what.question,
}
