"""Judge an applicant by the rules of a call: each answers yes, no, to check or not evaluable, and says why.

A register that is down or silent gives « à vérifier », never « non ». Only a blocking rule that answers « non »
forbids the deposit. What the values of rules look like: `lib/rule_tests.py`; what is known: `lib/facts.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from maillage.calls.enums import FactSource, Outcome, Severity
from maillage.calls.lib.facts import UNKNOWN, Aid, Fact, Facts, Held, Terms, facts_from
from maillage.calls.lib.rule_tests import TESTS, Found, Rule
from maillage.calls.lib.words import long_date

__all__ = [
    "Aid",
    "Fact",
    "Facts",
    "Held",
    "Judgement",
    "Terms",
    "Verdict",
    "blocking",
    "facts_from",
    "judge",
    "judge_one",
    "verdict_of",
]


class Verdict(StrEnum):
    """Of all the rules together."""

    ELIGIBLE = "eligible"
    TO_CHECK = "to_check"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"


VERDICT_WORDS = {
    Verdict.ELIGIBLE: "Vous pouvez candidater",
    Verdict.TO_CHECK: "Vous pouvez candidater ; un point reste à vérifier",
    Verdict.UNKNOWN: "Il manque des réponses pour le dire",
    Verdict.BLOCKED: "En l'état, vous ne pouvez pas candidater",
}


@dataclass(frozen=True)
class Evidence:
    """From where: « Sirene (Insee), 12 mars 2026 », « vos réponses »."""

    words: str
    source: str
    on: date | None = None


@dataclass(frozen=True)
class Judgement:
    """What a rule says. `seen` are figures worth showing beside the sentence."""

    code: str
    label: str
    kind: str
    outcome: Outcome
    severity: str
    sentence: str
    evidence: tuple[Evidence, ...] = ()
    how_to_fix: str = ""
    link: str = ""
    legal: str = ""
    seen: dict[str, str] = field(default_factory=dict)

    @property
    def blocking(self) -> bool:
        return self.outcome == Outcome.NO and self.severity == Severity.BLOCKING

    def as_json(self) -> dict[str, Any]:
        """What is kept with the file of what was seen."""
        return {
            "sentence": self.sentence,
            "how_to_fix": self.how_to_fix,
            "blocking": self.blocking,
            "sources": [
                {"words": one.words, "source": one.source, "on": one.on and one.on.isoformat()}
                for one in self.evidence
            ],
            "seen": self.seen,
        }


def judge(rules: Iterable[Rule], facts: Facts) -> list[Judgement]:
    """One judgement a rule, in their order."""
    return [judge_one(rule, facts) for rule in rules]


def judge_one(rule: Rule, facts: Facts) -> Judgement:
    found = TESTS[rule.kind](rule, facts)
    outcome = found.outcome
    if outcome == Outcome.NO and rule.severity == Severity.TO_CHECK:
        outcome = Outcome.TO_CHECK  # the service looks; the rule itself refuses nobody
    return Judgement(
        code=rule.code,
        label=rule.label,
        kind=rule.kind,
        outcome=outcome,
        severity=rule.severity,
        sentence=_sentence(rule, found),
        evidence=_evidence(found, facts),
        how_to_fix="" if found.outcome == Outcome.YES else rule.how_to_fix or found.fix,
        link=rule.link,
        legal=_legal(rule),
        seen=found.seen,
    )


def _sentence(rule: Rule, found: Found) -> str:
    """What the agents wrote, then what was seen."""
    written = {Outcome.YES: rule.explanation_ok, Outcome.NO: rule.explanation_ko}
    return " ".join(filter(None, [written.get(found.outcome, ""), found.said]))


def _legal(rule: Rule) -> str:
    if not rule.legal_ref:
        return ""
    dated = f" (version du {long_date(rule.legal_ref_on)})" if rule.legal_ref_on else ""
    return f"{rule.legal_ref}{dated}"


def _evidence(found: Found, facts: Facts) -> tuple[Evidence, ...]:
    """Each source once, the newest date first said."""
    told: dict[tuple[str, str], date | None] = {}
    for name in found.facts:
        fact = getattr(facts, name, None) or facts.answers.get(name, UNKNOWN)
        if fact.known or fact.silent:
            words = fact.register or _WORDS[FactSource(fact.source)]
            key = (words, str(fact.source))
            told[key] = max(filter(None, [told.get(key), fact.on]), default=None)
    return tuple(Evidence(words, source, on) for (words, source), on in told.items())


_WORDS = {
    FactSource.DECLARED: "vos réponses",
    FactSource.REGISTER: "registre",
    FactSource.COMPUTED: "calcul",
}


def verdict_of(judgements: Sequence[Judgement]) -> Verdict:
    """Blocked first; then what is not known of a rule that counts; then what the service will look at."""
    if blocking(judgements):
        return Verdict.BLOCKED
    counted = {one.outcome for one in judgements if one.severity != Severity.INDICATIVE}
    must = {one.outcome for one in judgements if one.severity == Severity.BLOCKING}
    if Outcome.UNKNOWN in must:
        return Verdict.UNKNOWN
    if counted - {Outcome.YES}:
        return Verdict.TO_CHECK
    return Verdict.ELIGIBLE


def blocking(judgements: Sequence[Judgement]) -> list[Judgement]:
    """What would change the answer: the rules to mend, all of them and no other.

    Rules are joined by « and »: the smallest set whose mending opens the deposit is that of the blocking « no ».
    """
    return [one for one in judgements if one.blocking]
