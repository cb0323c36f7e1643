"""When the mail server is away the whole outbox waits: one letter at a time goes and sees.

Three connections in a row that fail open the circuit. Then a probe leaves every so often, from one
process only; the first that succeeds lets everything flow again. A letter that waits because of the
server loses none of its own attempts.
"""

from datetime import datetime, timedelta
from typing import Literal

from django.db import transaction

from maillage.core.letters.models import MailServer

Way = Literal["open", "probe", "closed"]

FAILURES = 3
_PROBES = (1, 2, 5, 10, 15)  # minutes
_ROW = 1


def state() -> MailServer:
    """What is known of the mail server; a row that is not saved yet when nothing ever failed."""
    return MailServer.objects.filter(pk=_ROW).first() or MailServer(pk=_ROW)


def is_closed(now: datetime) -> bool:
    """Nothing may leave at `now`, not even a probe."""
    known = state()
    return bool(known.probe_at and known.probe_at > now)


def way(now: datetime) -> Way:
    """Whether letters may leave. `probe` is given to one caller, who must try one letter at once."""
    known = state()
    if known.down_since is None or known.probe_at is None:
        return "open"
    if known.probe_at > now:
        return "closed"
    mine = MailServer.objects.filter(pk=_ROW, probe_at=known.probe_at)
    taken = mine.update(probe_at=now + timedelta(minutes=_PROBES[-1]))
    return "probe" if taken else "closed"


def failed(reason: str, now: datetime) -> None:
    """The server could not be spoken to."""
    with transaction.atomic():
        MailServer.objects.get_or_create(pk=_ROW)
        known = MailServer.objects.select_for_update().get(pk=_ROW)
        known.failures += 1
        known.error = reason[:300]
        if known.failures >= FAILURES:
            known.down_since = known.down_since or now
            late = min(known.failures - FAILURES, len(_PROBES) - 1)
            known.probe_at = now + timedelta(minutes=_PROBES[late])
        known.save()


def answered() -> None:
    """The server took, or refused, a letter: it is there."""
    MailServer.objects.filter(pk=_ROW, failures__gt=0).update(
        failures=0, down_since=None, probe_at=None, error=""
    )
