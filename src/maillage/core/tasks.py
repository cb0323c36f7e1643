"""Jobs of the ground floor."""

from datetime import time
from smtplib import SMTPRecipientsRefused
from typing import Any

from django.utils import timezone

from maillage.core import retention, schedule
from maillage.core.jobs import Context, JobRefused, job
from maillage.core.letters import outbox
from maillage.core.letters.sending import send_due
from maillage.core.mail import JOB, deliver
from maillage.core.models import Job, Upload
from maillage.core.uploads.scan import scan
from maillage.core.uploads.store import SCAN_JOB


@job("core.echo", max_attempts=1)
def echo(context: Context, *, word: str) -> str:
    """Gives `word` back: lets a host check that jobs are done (`maillage check_worker`)."""
    return word


@job(outbox.JOB, max_attempts=20, backoff=(10, 60, 300, 900, 3600))
def send_letters(context: Context) -> int:
    """Send what is due; the number of letters that left."""
    return send_due(context)


@job(JOB, max_attempts=20, backoff=(10, 60, 300, 900, 3600, 7200))
def send_letter(context: Context, *, letter: dict[str, Any]) -> None:
    """More than a day of attempts; an address that the server refuses for good is tried once."""
    try:
        deliver(letter)
    except SMTPRecipientsRefused as error:
        if all(500 <= code < 600 for code, _said in error.recipients.values()):
            raise JobRefused("Le serveur de courrier refuse cette adresse.") from error
        raise
    Job.objects.filter(pk=context.job_id).update(arguments={})


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
