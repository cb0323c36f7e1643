"""The clock of the calls: opens and closes them at their instants."""

from django.utils import timezone

from maillage.calls.actions.editions.run import is_due, turn
from maillage.core import schedule
from maillage.core.jobs import Context, job


@schedule.whenever("calls.turn_editions", is_due)
@job("calls.turn_editions")
def turn_editions(context: Context) -> dict[str, int]:
    """What people may do never waits for it: the instants decide (`lib/window.py`)."""
    del context
    return turn(timezone.now())
