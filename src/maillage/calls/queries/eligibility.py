"""What the rules say of a file now, nothing written."""

from datetime import datetime

from maillage.calls.enums import Outcome
from maillage.calls.lib.eligibility import Judgement, judge
from maillage.calls.models import Application, EligibilityResult
from maillage.calls.queries.facts import facts_of


def judgements_of(application: Application, now: datetime) -> list[Judgement]:
    """In the order of the rules."""
    return judge(application.edition.rules.all(), facts_of(application, now))


def outcome_in_force(result: EligibilityResult) -> Outcome:
    """What an agent said of it, else what the rule found."""
    return Outcome(result.overruled or result.outcome)


def refusals_of(application: Application, now: datetime) -> list[Judgement]:
    """Blocking rules that answer « non » and that no agent overruled: the deposit says them and is refused."""
    spared = set(
        application.results.exclude(overruled__in=["", Outcome.NO]).values_list("code", flat=True)
    )
    return [
        one for one in judgements_of(application, now) if one.blocking and one.code not in spared
    ]
