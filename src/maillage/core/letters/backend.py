"""What libraries send with Django's own functions joins the outbox, and leaves like the rest.

A letter is written in the caller's transaction and rolled back with it. Its text, which may hold a
link that opens an account, is forgotten once it has left.
"""

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from maillage.core.jobs import enqueue
from maillage.core.letters.models import RAW, Letter
from maillage.core.letters.outbox import JOB


class OutboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Raises what a wrong header raises, and `ValueError` for an attachment."""
        written = [letter for message in email_messages for letter in letters_of(message)]
        with transaction.atomic():
            Letter.objects.bulk_create(written)
            if written:
                enqueue(JOB)
        return len(email_messages)


def letters_of(message: EmailMessage) -> list[Letter]:
    """One secret letter for each address: none is shown to the others."""
    if message.attachments:
        raise ValueError("letters with attachments are not queued")
    message.message()  # refuses a header of two lines
    headers = {str(name): str(value) for name, value in message.extra_headers.items()}
    if message.from_email != settings.DEFAULT_FROM_EMAIL:
        headers["From"] = message.from_email
    if message.reply_to:
        headers["Reply-To"] = ", ".join(str(address) for address in message.reply_to)
    html = next(
        (one[0] for one in getattr(message, "alternatives", []) if one[1] == "text/html"), ""
    )
    now = timezone.now()
    return [
        Letter(
            kind=RAW,
            to=address,
            subject=" ".join(str(message.subject).split())[:200],
            body=str(message.body),
            html=str(html),
            headers=headers,
            is_secret=True,
            next_at=now,
            created_at=now,
        )
        for address in dict.fromkeys(message.recipients())
    ]
