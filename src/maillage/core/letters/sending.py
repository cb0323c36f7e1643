"""Send the letters that are due, oldest first, by as many processes as one likes.

A letter is claimed by moving its next attempt out of the others' sight; whoever dies holding it gives
it back when that moment comes. It is marked in a transaction of its own as soon as the mail server has
answered. What remains is the instant between that answer and the mark: a process killed there sends
the letter again, under the same Message-ID, by which mail servers and readers know it for one letter.
"""

import logging
import time
from datetime import datetime, timedelta
from smtplib import (
    SMTPDataError,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
)

from django.core.mail import EmailMultiAlternatives
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from maillage.core.jobs import Context
from maillage.core.letters import circuit
from maillage.core.letters.compose import places_in
from maillage.core.letters.delivery import Carrier, message_of
from maillage.core.letters.kinds import known
from maillage.core.letters.models import Letter

logger = logging.getLogger("maillage.letters")
LEASE = timedelta(minutes=3)
_DIALOGUE = timedelta(minutes=2)  # the longest that one letter may take with the server's timeouts
_BATCH = 20
_PAUSES = (1, 5, 15, 60, 180, 360)  # minutes
_SOON = timedelta(seconds=20)
GIVE_UP = 24  # attempts, five days
_FINAL = frozenset({Letter.Status.SENT, Letter.Status.REFUSED, Letter.Status.FAILED})
_KEYS = frozenset({"code", "secret"})  # words in braces that open something
_MARK_AGAIN = (0.5, 2, 5, 10, 20)  # seconds


def is_due(now: datetime) -> bool:
    """A letter waits for nothing any more: a worker should be asked to send."""
    due = Letter.objects.filter(status=Letter.Status.WAITING, next_at__lte=now)
    return due.exists() and not circuit.is_closed(now)


def send_due(context: Context) -> int:
    """Send every letter that is due; the number of those that left."""
    sent = 0
    while True:
        now = timezone.now()
        way = circuit.way(now)
        letters = [] if way == "closed" else claim(1 if way == "probe" else _BATCH, now)
        if not letters:
            return sent
        with Carrier() as carrier:
            left, goes_on = _send(letters, carrier, until=now + LEASE - _DIALOGUE)
        sent += left
        if not goes_on:
            return sent
        context.renew()


def claim(limit: int, now: datetime) -> list[Letter]:
    """Take the oldest due letters; nobody else sees them before `now + LEASE`."""
    due = Letter.objects.filter(status=Letter.Status.WAITING, next_at__lte=now)
    if not due.exists():
        return []
    with transaction.atomic():
        locked = due.select_for_update(skip_locked=True).order_by("next_at", "id")
        ids = list(locked.values_list("pk", flat=True)[:limit])
        taken = Letter.objects.filter(pk__in=ids)
        taken.update(next_at=now + LEASE, attempts=F("attempts") + 1)
        return list(taken.order_by("id"))


def _send(letters: list[Letter], carrier: Carrier, *, until: datetime) -> tuple[int, bool]:
    """How many left, and whether the server is still worth asking."""
    sent = 0
    for rank, letter in enumerate(letters):
        if timezone.now() >= until:  # too late to be alone with the others
            _give_back(letters[rank:])
            return sent, True
        try:
            message = message_of(letter)
            message.message()
        except ValueError as error:  # a header with a line break, a text that cannot be written
            _mark(letter, Letter.Status.FAILED, f"message impossible à écrire : {error}")
            continue
        try:
            carrier.open()
        except OSError as error:  # smtplib's errors are
            logger.warning("Serveur de courrier injoignable : %s", error)
            circuit.failed(str(error), timezone.now())
            _give_back(letters[rank:])
            return sent, False
        left, is_there = _hand_over(letter, message, carrier)
        sent += left
        if is_there:
            circuit.answered() if rank == 0 else None
            continue
        _give_back(letters[rank + 1 :])
        return sent, False
    return sent, True


def _hand_over(
    letter: Letter, message: EmailMultiAlternatives, carrier: Carrier
) -> tuple[bool, bool]:
    """Whether the letter left, and whether the server is there."""
    try:
        carrier.take(message)
    except SMTPRecipientsRefused as error:
        codes = [code for code, _said in error.recipients.values()]
        said = "; ".join(_words(code, words) for code, words in error.recipients.values())
        is_final = all(500 <= code < 600 for code in codes)
        _mark(letter, Letter.Status.REFUSED if is_final else Letter.Status.WAITING, said)
        if 421 in codes:
            carrier.close()
    except SMTPDataError as error:
        is_final = 500 <= error.smtp_code < 600
        said = _words(error.smtp_code, error.smtp_error)
        _mark(letter, Letter.Status.REFUSED if is_final else Letter.Status.WAITING, said)
        carrier.close()
    except (SMTPNotSupportedError, UnicodeError) as error:
        _mark(letter, Letter.Status.REFUSED, str(error))
    except OSError as error:  # cut in the middle, too slow, or the sender is not wanted
        carrier.close()
        circuit.failed(str(error), timezone.now())
        _mark(letter, Letter.Status.WAITING, str(error))
        return False, False
    else:
        _mark(letter, Letter.Status.SENT, "")
        return True, True
    return False, True


def _words(code: int, said: bytes | str) -> str:
    return f"{code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"


def _mark(letter: Letter, status: str, error: str) -> None:
    """Write what became of the letter. A database that restarts is waited for: the letter has left."""
    if status == Letter.Status.WAITING and letter.attempts >= GIVE_UP:
        status = Letter.Status.FAILED
    now = timezone.now()
    pause = _PAUSES[min(letter.attempts, len(_PAUSES)) - 1]
    values = {"status": status, "error": error[:300], "next_at": now + timedelta(minutes=pause)}
    if status == Letter.Status.SENT:
        values["sent_at"] = now
    if letter.is_secret and status in _FINAL:
        # A header may hold a key too (List-Unsubscribe), and so may the subject: a code to be typed.
        kind = known(letter.kind)
        values |= {"body": "", "html": "", "link": "", "headers": {}}
        if kind and _KEYS & places_in(kind.subject):
            values["subject"] = kind.label[:200]
    for pause_again in (*_MARK_AGAIN, None):
        try:
            Letter.objects.filter(pk=letter.pk).update(**values)
        except DatabaseError:
            if pause_again is None or connection.in_atomic_block:
                raise
            logger.warning("Message %s : la base ne répond pas, nouvel essai.", letter.pk)
            connection.close()
            time.sleep(pause_again)
        else:
            return


def _give_back(letters: list[Letter]) -> None:
    """Nothing was tried with these: their attempt is not counted."""
    Letter.objects.filter(
        pk__in=[letter.pk for letter in letters], status=Letter.Status.WAITING
    ).update(next_at=timezone.now() + _SOON, attempts=F("attempts") - 1)
