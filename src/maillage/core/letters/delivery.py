"""Give a letter to the mail server: plain text first, then the same words as HTML with one button."""

from contextlib import suppress
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac
from django.utils.http import http_date
from django.utils.safestring import mark_safe

from maillage.core.letters.kinds import known
from maillage.core.letters.models import Letter

# Attributes for the templates of letters: they hold no inline style, and readers of mail know nothing else.
LOOK = {
    name: mark_safe(f'style="{rules}"')
    for name, rules in {
        "body": "margin:0;padding:24px;background:#FBF8F2;color:#12343B;"
        "font-family:Verdana,Arial,sans-serif;font-size:16px;line-height:1.5",
        "card": "max-width:600px;margin:0 auto;padding:24px;background:#FFFFFF",
        "button": "display:inline-block;padding:12px 20px;background:#B4441F;color:#FFFFFF;"
        "font-weight:bold;text-decoration:none;border-radius:6px",
        "foot": "max-width:600px;margin:16px auto 0;font-size:14px;color:#4A6066",
        "link": "color:#0F5A66",
    }.items()
}


def message_id(letter: Letter) -> str:
    """Depends on the letter alone: sent twice after a crash, it is one letter for who gets it.

    Nobody can make up the identifier of another letter, to say that it was refused.
    """
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    mark = salted_hmac("maillage.letter", str(letter.pk)).hexdigest()[:16]
    return f"<letter-{letter.pk}-{mark}@{host}>"


def number_in(identifier: str) -> int | None:
    """The letter of a Message-ID that we wrote; None for any other."""
    parts = identifier.strip().strip("<>").partition("@")[0].split("-")
    if len(parts) != 3 or parts[0] != "letter" or not parts[1].isdecimal() or len(parts[1]) > 18:
        return None
    number = int(parts[1])
    known = message_id(Letter(pk=number)).strip("<>").partition("@")[0]
    return number if known == "-".join(parts) else None


class LetterMessage(EmailMultiAlternatives):
    """Header lines are not folded: what a server signs, every other reads as it was."""

    def message(self, *args: Any, **options: Any) -> Any:
        built = super().message(*args, **options)
        built.policy = built.policy.clone(max_line_length=998)
        return built


def message_of(letter: Letter) -> EmailMultiAlternatives:
    """The letter as it is sent. Raises ValueError for a header that would hold two lines."""
    headers = {
        "Message-ID": message_id(letter),
        "Date": http_date(letter.created_at.timestamp()).replace("GMT", "+0000"),
        "Auto-Submitted": "auto-generated",
        **letter.headers,
    }
    sender = headers.pop("From", settings.DEFAULT_FROM_EMAIL)
    stop = headers.get("List-Unsubscribe", "").strip("<>")
    text, html = _parts(letter, stop)
    message = LetterMessage(letter.subject, text, sender, [letter.to], headers=headers)
    if html:
        message.attach_alternative(html, "text/html")
    return message


def _parts(letter: Letter, stop: str) -> tuple[str, str]:
    """Text and HTML; a library's own letter stays as it was written."""
    if letter.is_raw:
        return letter.body, letter.html
    kind = known(letter.kind)
    end = f"-- \nMoins de messages, ou plus du tout :\n{stop}" if stop else ""
    if kind is not None and kind.parts is not None:
        text, html = kind.parts(letter)
        return "\n\n".join(part for part in (text.rstrip(), end) if part) + "\n", html
    link = f"{letter.button} :\n{letter.link}" if letter.link else ""
    text = "\n\n".join(part for part in (letter.body.rstrip(), link, end) if part) + "\n"
    context = {"letter": letter, "stop": stop, "look": LOOK}
    return text, render_to_string("core/letter.html", context)


class Carrier:
    """One connection to the mail server, opened when a letter needs it and kept for the next ones."""

    def __init__(self) -> None:
        self._connection: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def open(self) -> None:
        """Raises what the mail server's library raises."""
        if self._connection is None:
            fresh = connect()
            fresh.open()
            self._connection = fresh

    def take(self, message: EmailMultiAlternatives) -> None:
        """Raises what the mail server's library raises; returns once the server took the letter."""
        self._connection.send_messages([message])

    def close(self) -> None:
        """What the server says on leaving changes nothing to what it took."""
        kept, self._connection = self._connection, None
        if kept is not None:
            with suppress(OSError):
                kept.close()


def connect() -> BaseEmailBackend:
    if hasattr(mail, "mailers"):  # Django 6.1
        return mail.mailers["delivery"]
    return mail.get_connection(settings.EMAIL_DELIVERY_BACKEND)  # type: ignore[misc]
