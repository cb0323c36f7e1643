"""Letters leave by a job: a mail server that is away delays them; it breaks no page and loses none.

A letter is asked for in the caller's transaction and rolled back with it. Its text, which may hold a
link that opens an account, is forgotten once it has left.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from maillage.core.jobs import enqueue

JOB = "core.send_letter"


class QueuedBackend(BaseEmailBackend):
    """Put letters in the queue; `deliver` sends them by the mail server of the settings."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            enqueue(JOB, letter=pack(message))
        return len(email_messages)


def pack(message: EmailMessage) -> dict[str, Any]:
    """The letter as JSON. Raises what a wrong header raises, and `ValueError` for an attachment."""
    built = message.message()
    if message.attachments:
        raise ValueError("letters with attachments are not queued")
    return {
        "subject": str(message.subject),
        "body": str(message.body),
        "from_email": message.from_email,
        "to": list(message.to),
        "cc": list(message.cc),
        "bcc": list(message.bcc),
        "reply_to": list(message.reply_to),
        # Sent twice after a crash, it is still one letter for who reads it.
        "headers": {**message.extra_headers, "Message-ID": built["Message-ID"]},
        "alternatives": [list(one) for one in getattr(message, "alternatives", [])],
    }


def deliver(letter: dict[str, Any]) -> None:
    """Send a packed letter now."""
    message = EmailMultiAlternatives(**letter)
    if hasattr(mail, "mailers"):  # Django 6.1
        message.send(using="delivery")
        return
    message.connection = mail.get_connection(settings.EMAIL_DELIVERY_BACKEND)  # type: ignore[misc]
    message.send()
