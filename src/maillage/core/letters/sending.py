"""Send the letters that are due, oldest first."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

from django.db import transaction
from django.utils import timezone

from maillage.core.jobs import Context
from maillage.core.letters.delivery import send
from maillage.core.letters.models import Letter

_BATCH = 100
_PAUSES = (1, 5, 15, 60, 180, 360)  # minutes
_GIVE_UP = 24


def send_due(context: Context) -> int:
    """Send every letter that is due; the number of those that left."""
    sent = 0
    while letters := _due():
        for letter in letters:
            sent += _send_one(letter)
        context.renew()
    return sent


def _due() -> list[Letter]:
    due = Letter.objects.filter(status=Letter.Status.WAITING, next_at__lte=timezone.now())
    return list(due.order_by("next_at", "id")[:_BATCH])


def _send_one(letter: Letter) -> bool:
    letter.attempts += 1
    try:
        send(letter)
    except SMTPRecipientsRefused as error:
        final = all(500 <= code < 600 for code, _said in error.recipients.values())
        letter.status = Letter.Status.REFUSED if final else Letter.Status.WAITING
        letter.error = str(error)[:300]
    except OSError as error:  # smtplib's errors are
        letter.error = str(error)[:300]
        if letter.attempts >= _GIVE_UP:
            letter.status = Letter.Status.FAILED
    else:
        letter.status, letter.sent_at, letter.error = Letter.Status.SENT, timezone.now(), ""
        if letter.is_secret:
            letter.body, letter.link = "", ""
    pause = _PAUSES[min(letter.attempts, len(_PAUSES)) - 1]
    letter.next_at = timezone.now() + timedelta(minutes=pause)
    with transaction.atomic():
        letter.save()
    return letter.status == Letter.Status.SENT
