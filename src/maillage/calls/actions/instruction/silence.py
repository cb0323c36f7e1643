"""The clock of implicit rejection, told to who follows the file: fifteen days before, then five."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from maillage.accounts.actions import tell
from maillage.calls.lib.words import long_date
from maillage.calls.models import Application
from maillage.calls.notices.instruction import SILENCE_NEAR
from maillage.calls.permissions import is_recused
from maillage.calls.queries.due import STEPS, near_silence
from maillage.structures.actions.telling import link_to

_MOST = 5000


def remind_of_silence(now: datetime) -> int:
    """The number of letters; each step once a file. A file nobody follows waits on the dashboard."""
    today = timezone.localdate(now)
    return sum(
        _remind(pk, now) for pk in list(near_silence(today).values_list("pk", flat=True)[:_MOST])
    )


@transaction.atomic
def _remind(pk: int, now: datetime) -> bool:
    rows = Application.objects.select_for_update(of=("self",)).select_related(
        "edition__space", "assigned_to"
    )
    held = rows.get(pk=pk)
    agent, on = held.assigned_to, held.implicit_rejection_on
    if agent is None or on is None or is_recused(agent, held):
        return False
    left = (on - timezone.localdate(now)).days
    key = f"silence-{on.isoformat()}-J{min(step for step in STEPS if left <= step)}"
    if key in held.reminded:
        return False
    held.reminded = [*held.reminded, key]
    held.save(update_fields=["reminded"])
    values = {
        "reference": held.reference,
        "call": held.edition.title,
        "space": held.edition.space.name,
        "days": str(left),
        "date": long_date(on),
    }
    link = link_to("instruction:one", held.edition.space.slug, held.pk)
    tell([agent], SILENCE_NEAR, values, now=now, link=link, space_id=held.edition.space_id)
    return True
