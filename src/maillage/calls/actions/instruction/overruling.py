"""An agent's own answer to a rule of eligibility, with its reason."""

from datetime import datetime

from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.actions.eligibility import evaluate
from maillage.calls.actions.instruction.holding import record, take, words_of
from maillage.calls.enums import Outcome
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Application


@transaction.atomic
def overrule(
    application: Application, *, code: str, outcome: str, reason: str, by: User, now: datetime
) -> None:
    """`outcome` empty: the rule's own answer holds again."""
    held = take(application, by)
    result = held.results.filter(code=code).first()
    if result is None or outcome not in {"", *Outcome.values}:
        raise StepRefused("Choisissez une réponse de la liste.")
    before = result.overruled or result.outcome
    result.overruled = outcome
    result.overruled_by = by if outcome else None
    result.overruled_at = now if outcome else None
    result.overruled_reason = (
        words_of(reason, said="Dites pourquoi : la raison reste au dossier.", longest=500)
        if outcome
        else ""
    )
    result.save()
    changes = {code: [before, outcome or result.outcome]}
    record(held, "rule_overruled", by=by, now=now, changes=changes)


@transaction.atomic
def evaluate_again(application: Application, *, by: User, now: datetime) -> None:
    """Try the rules on what is known today; answers of agents stay."""
    held = take(application, by)
    evaluate(held, now=now)
    record(held, "rules_tried", by=by, now=now)
