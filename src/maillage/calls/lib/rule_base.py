"""What a rule is for the engine, what it finds, and what several kinds of rules share."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from maillage.calls.enums import Outcome
from maillage.calls.lib.facts import Fact, Facts, amount, codes
from maillage.calls.lib.rule_words import listed


class Rule(Protocol):
    """What the engine reads of an `EligibilityRule`."""

    code: str
    label: str
    kind: str
    operator: str
    value: Any
    severity: str
    explanation_ok: str
    explanation_ko: str
    how_to_fix: str
    link: str
    legal_ref: str
    legal_ref_on: date | None


@dataclass(frozen=True)
class Found:
    """`facts` are the facts that were read, by name; `said` and `fix` are sentences for the applicant."""

    outcome: Outcome
    said: str
    fix: str = ""
    facts: tuple[str, ...] = ()
    seen: dict[str, str] = field(default_factory=dict)


def missing(fact: Fact, asked: str, *names: str) -> Found:
    """Nothing is known: to check when a register is silent, not evaluable when nobody said."""
    if fact.silent:
        source = fact.register or "le registre"
        said = f"Nous n'avons pas pu le vérifier : {source} ne répond pas ou ne le sait pas."
        return Found(
            Outcome.TO_CHECK, said, "Le service vérifiera ; rien ne vous est refusé.", names
        )
    return Found(Outcome.UNKNOWN, f"Il manque une information : {asked}.", f"Dites {asked}.", names)


def yes_no(good: bool) -> Outcome:  # noqa: FBT001  (one word, one use)
    return Outcome.YES if good else Outcome.NO


def communes(rule: Rule, facts: Facts) -> frozenset[str]:
    return frozenset(codes(rule.value.get("communes"))) or facts.terms.perimeter


def where(rule: Rule, facts: Facts) -> str:
    chosen = codes(rule.value.get("communes"))
    if not chosen:
        return facts.terms.territory
    return f"les communes choisies ({listed([facts.terms.words.get(one, one) for one in chosen])})"


def bounds(least: object, most: object, unit: str = "") -> str:
    words = [f"au moins {least}"] if least is not None else []
    words += [f"au plus {most}"] if most is not None else []
    return f"{' et '.join(words) or 'une valeur'} {unit}".strip()


def money(raw: object) -> Decimal | None:
    return None if raw in (None, "") else amount(raw)
