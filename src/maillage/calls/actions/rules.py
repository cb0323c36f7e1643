"""Keep rules, examples and criteria of a call until it is published; afterwards, words only, with an erratum."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from maillage.accounts.models import User
from maillage.calls.enums import EventKind
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Criterion, Edition, EditionEvent, EligibilityRule, RuleExample
from maillage.calls.queries.rules import is_free, takes_erratum
from maillage.core import journal

MOST = 60
WORDS = frozenset(
    {"explanation_ok", "explanation_ko", "how_to_fix", "link", "legal_ref", "legal_ref_on"}
)
LOCKED = (
    "Cet appel est publié : ses règles et ses critères ne changent plus. Seuls les mots d'une règle se corrigent, par "
    "un erratum que tout le monde lit."
)


def _hold(edition: Edition, *, free: bool = True) -> Edition:
    held = Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    if free and not is_free(held):
        raise StepRefused(LOCKED)
    return held


@transaction.atomic
def save_rule(
    edition: Edition, rule: EligibilityRule, *, by: User, now: datetime, erratum: str = ""
) -> EligibilityRule:
    """Write a rule, new or changed. Published, only its words, and `erratum` says what changes."""
    held = _hold(edition, free=False)
    rule.edition = held
    if is_free(held):
        if rule.pk is None:
            if held.rules.count() >= MOST:
                raise ValidationError(f"{MOST} règles au plus par appel.")
            rule.code = _free_code(held.rules.values_list("code", flat=True), "r")
            rule.position = _last(held.rules) + 1
        rule.save()
    elif takes_erratum(held) and rule.pk is not None:
        if not erratum.strip():
            raise ValidationError({"erratum": ["Dites ce qui change : tout le monde le lira."]})
        rule.save(update_fields=sorted(WORDS))
        EditionEvent.objects.create(
            edition=held, kind=EventKind.ERRATUM, text=erratum.strip()[:2000], by=by, at=now
        )
        journal.tick("calls")
    else:
        raise StepRefused(LOCKED)
    _note("call_rule_saved", held, rule.code, by, now)
    return rule


@transaction.atomic
def save_example(edition: Edition, example: RuleExample, *, by: User, now: datetime) -> RuleExample:
    """Examples change whatever the step: they try the rules, and are shown to agents only."""
    held = _hold(edition, free=False)
    if example.pk is None and held.examples.count() >= MOST:
        raise ValidationError(f"{MOST} exemples au plus par appel.")
    example.edition = held
    example.save()
    _note("call_example_saved", held, str(example.pk), by, now)
    return example


@transaction.atomic
def save_criterion(edition: Edition, criterion: Criterion, *, by: User, now: datetime) -> Criterion:
    held = _hold(edition)
    criterion.edition = held
    if criterion.pk is None:
        if held.criteria.count() >= MOST:
            raise ValidationError(f"{MOST} critères au plus par appel.")
        criterion.code = _free_code(held.criteria.values_list("code", flat=True), "c")
        criterion.position = _last(held.criteria) + 1
    criterion.save()
    _note("call_criterion_saved", held, criterion.code, by, now)
    return criterion


@transaction.atomic
def remove(one: EligibilityRule | RuleExample | Criterion, *, by: User, now: datetime) -> None:
    held = _hold(one.edition, free=not isinstance(one, RuleExample))
    _note("call_rule_removed", held, getattr(one, "code", str(one.pk)), by, now)
    one.delete()


@transaction.atomic
def move(one: EligibilityRule | Criterion, *, up: bool, by: User, now: datetime) -> None:
    """One place up or down; at an end, nothing happens."""
    held = _hold(one.edition)
    rows: list[EligibilityRule | Criterion] = (
        list(held.rules.all()) if isinstance(one, EligibilityRule) else list(held.criteria.all())
    )
    at = next(place for place, row in enumerate(rows) if row.pk == one.pk)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(rows):
        return
    rows[at], rows[to] = rows[to], rows[at]
    for place, row in enumerate(rows):
        if row.position != place:
            row.position = place
            row.save(update_fields=["position"])
    _note("call_rule_moved", held, one.code, by, now)


def _last(rows: "models.Manager[Any]") -> int:
    return rows.aggregate(last=models.Max("position"))["last"] or 0


def _free_code(taken: "models.QuerySet[Any, str]", letter: str) -> str:
    used = set(taken)
    return next(code for number in range(1, 1000) if (code := f"{letter}{number}") not in used)


def _note(act: str, edition: Edition, what: str, by: User, now: datetime) -> None:
    journal.record(
        act, edition, by=by, at=now, changes={"code": ["", what]}, space_id=edition.space_id
    )
