"""What comes back every night for structures."""

from datetime import time
from typing import Any

from django.utils import timezone

from maillage.core import journal, schedule
from maillage.core.jobs import Context, job
from maillage.structures.actions.claim_decisions import tell_ripe
from maillage.structures.actions.upkeep import JOB, refresh_upkeep


@schedule.daily(JOB, at=time(2, 30))
@job(JOB)
def refresh_all_upkeep(context: Context) -> dict[str, Any]:
    """Ages, call lists and signs of closure of every structure. Run twice, it changes nothing more."""

    def tell(done: int, total: int) -> None:
        context.progress(min(99, 100 * done // max(total, 1)), "Fraîcheur des fiches")

    done = refresh_upkeep(now=timezone.now(), progress=tell)
    journal.tick("structures")  # what the directory keeps in memory says which pages are old
    return {"structures": done}


@schedule.daily("structures.ripe_claims", at=time(6, 15))
@job("structures.ripe_claims")
def tell_of_ripe_claims(context: Context) -> dict[str, Any]:
    """Claims that nobody answered in time go to the agents. Run twice, it tells nothing more."""
    return {"claims": tell_ripe(now=timezone.now())}
