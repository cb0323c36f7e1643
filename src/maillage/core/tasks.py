"""Jobs of the ground floor."""

from smtplib import SMTPRecipientsRefused
from typing import Any

from maillage.core.jobs import Context, JobRefused, job
from maillage.core.letters import outbox
from maillage.core.letters.sending import send_due
from maillage.core.mail import JOB, deliver
from maillage.core.models import Job


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
