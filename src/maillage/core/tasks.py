"""Jobs of the ground floor."""

from datetime import time

from django.utils import timezone

from maillage.core import retention, schedule, throttle
from maillage.core.jobs import Context, job
from maillage.core.letters import outbox
from maillage.core.letters.sending import is_due, send_due
from maillage.core.models import Upload
from maillage.core.uploads.scan import scan
from maillage.core.uploads.store import SCAN_JOB


@job("core.echo", max_attempts=1)
def echo(context: Context, *, word: str) -> str:
    """Gives `word` back: lets a host check that jobs are done (`maillage check_worker`)."""
    return word


@schedule.whenever(outbox.JOB, is_due)
@job(outbox.JOB, max_attempts=20, backoff=(10, 60, 300, 900, 3600))
def send_letters(context: Context) -> int:
    """Send what is due; the number of letters that left."""
    return send_due(context)


@job(SCAN_JOB, max_attempts=40, backoff=(30, 120, 600, 3600))
def scan_upload(context: Context, *, upload_id: int) -> str:
    """Scan an upload; while the scanner is away it stays in quarantine, for more than a day."""
    upload = Upload.objects.filter(pk=upload_id, state=Upload.State.QUARANTINED).first()
    return scan(upload) if upload else ""


@schedule.daily("core.forget", at=time(3, 40))
@job("core.forget")
def forget(context: Context) -> dict[str, int]:
    """Every room's purges; run twice the same night, the second finds nothing."""
    return {proof.code: proof.count for proof in retention.forget(timezone.now())}


@schedule.daily("core.sweep_throttles", at=time(3, 20))
@job("core.sweep_throttles")
def sweep_throttles(context: Context) -> int:
    """Windows that are over count nothing more."""
    return throttle.sweep(timezone.now())
