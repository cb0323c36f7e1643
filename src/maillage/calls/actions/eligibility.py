"""Keep what the rules said of a file, with what was seen and when."""

from datetime import datetime

from django.db import transaction

from maillage.calls.models import Application, EligibilityResult
from maillage.calls.queries.eligibility import judgements_of


@transaction.atomic
def evaluate(application: Application, *, now: datetime) -> list[EligibilityResult]:
    """One row a rule, in their order; an agent's own answer stays. Rows of rules that are gone go, unless overruled.

    It is computed from data whose changes are written in the journal by who makes them: it writes none.
    """
    judgements = judgements_of(application, now)
    for one in judgements:
        EligibilityResult.objects.update_or_create(
            application=application,
            code=one.code,
            defaults={"outcome": one.outcome, "evidence": one.as_json(), "at": now},
        )
    codes = [one.code for one in judgements]
    application.results.exclude(code__in=codes).filter(overruled="").delete()
    kept = {row.code: row for row in application.results.all()}
    return [kept[code] for code in codes]
