"""Thresholds and delays of a call's execution."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Edition
from maillage.core import journal


@transaction.atomic
def save_delays(
    edition: Edition,
    *,
    convention_from: Decimal,
    payment_days: int,
    report_months: int,
    by: User,
    now: datetime,
    version: int,
) -> Edition:
    """They hold for what is notified from now on; clocks that run are left alone. Raises StepRefused."""
    held = Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    if held.version != version:
        raise StepRefused("Cet appel a changé pendant votre lecture : rechargez la page.")
    given = {
        "convention_from": convention_from,
        "payment_days": payment_days,
        "report_months": report_months,
    }
    changes = {
        name: [str(getattr(held, name)), str(value)]
        for name, value in given.items()
        if getattr(held, name) != value
    }
    if not changes:
        return held
    for name, value in given.items():
        setattr(held, name, value)
    held.version += 1
    held.save(update_fields=[*given, "version"])
    journal.record(
        "call_delays_saved", held, by=by, at=now, changes=changes, space_id=held.space_id
    )
    return held
