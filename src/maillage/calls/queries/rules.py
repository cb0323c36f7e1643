"""Rules, examples and criteria of a call, as those who prepare it see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from maillage.calls.enums import EditionStatus, Outcome
from maillage.calls.lib.eligibility import Judgement, Verdict, judge, verdict_of
from maillage.calls.lib.facts import Terms, facts_from
from maillage.calls.models import Criterion, Edition, EligibilityRule, RuleExample
from maillage.calls.queries.facts import closing_day, terms_of

HUNDRED = Decimal(100)
_FREE = (EditionStatus.DRAFT, EditionStatus.CHECKING)
_WORDS_ONLY = (EditionStatus.SCHEDULED, EditionStatus.OPEN)


def is_free(edition: Edition) -> bool:
    """Whether everything may still change: the call is not published."""
    return edition.status in _FREE


def takes_erratum(edition: Edition) -> bool:
    """Published and not closed: only words may be corrected, and an erratum says so to all."""
    return edition.status in _WORDS_ONLY


@dataclass(frozen=True)
class Cell:
    """`expected` is empty when the example says nothing of this rule."""

    judgement: Judgement
    expected: str

    @property
    def is_right(self) -> bool:
        return not self.expected or self.expected == self.judgement.outcome

    @property
    def expected_words(self) -> str:
        return str(Outcome(self.expected).label) if self.expected in Outcome.values else ""


@dataclass(frozen=True)
class Tried:
    """An example, and what each rule said; `error` when what is known of it does not read."""

    example: RuleExample
    cells: list[Cell]
    verdict: Verdict | None = None
    error: str = ""

    @property
    def is_right(self) -> bool:
        return not self.error and all(one.is_right for one in self.cells)


def try_examples(edition: Edition, rules: Sequence[EligibilityRule], now: datetime) -> list[Tried]:
    """Every example through every rule. Nothing is written."""
    terms, at = terms_of(edition, rules), closing_day(edition, now)
    return [_tried(one, rules, terms, at) for one in edition.examples.all()]


def _tried(example: RuleExample, rules: Sequence[EligibilityRule], terms: Terms, at: date) -> Tried:
    try:
        facts = facts_from(example.facts, at=at, terms=terms)
    except (ValueError, TypeError, KeyError, AttributeError):
        return Tried(example, [], error="Ce qu'on en sait ne se lit pas : refaites cet exemple.")
    judged = judge(rules, facts)
    expected = example.expected if isinstance(example.expected, dict) else {}
    cells = [Cell(one, str(expected.get(one.code, ""))) for one in judged]
    return Tried(example, cells, verdict_of(judged))


def weights_of(criteria: Sequence[Criterion]) -> Decimal:
    """Sum of the weights that count: it must be 100 before publication."""
    return sum((one.weight for one in criteria if not one.is_independent), Decimal(0))
