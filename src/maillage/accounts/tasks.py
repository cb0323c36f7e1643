"""What accounts do every night."""

from datetime import time

from maillage.accounts.actions.erasure import write_erasures
from maillage.core import schedule
from maillage.core.jobs import Context, job


@schedule.daily("accounts.write_erasures", at=time(3, 50))
@job("accounts.write_erasures")
def keep_erasures(context: Context) -> None:
    """The file of erasures catches up with the database, whatever process was stopped between the two."""
    write_erasures()
