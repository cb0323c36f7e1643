"""Give a letter to the mail server: plain text first, then the same words as HTML with one button."""

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from maillage.core.letters.models import Letter


def message_of(letter: Letter) -> EmailMultiAlternatives:
    """The Message-ID depends on the letter alone: sent twice after a crash, it is one letter for its reader."""
    host = settings.BASE_URL.split("//", 1)[-1].split(":")[0].split("/")[0]
    text = letter.body + (f"\n\n{letter.button} :\n{letter.link}\n" if letter.link else "\n")
    message = EmailMultiAlternatives(
        letter.subject,
        text,
        settings.DEFAULT_FROM_EMAIL,
        [letter.to],
        headers={**letter.headers, "Message-ID": f"<letter-{letter.pk}@{host}>"},
    )
    message.attach_alternative(
        render_to_string("core/letter.html", {"letter": letter}), "text/html"
    )
    return message


def send(letter: Letter) -> None:
    """Raises what the mail server's library raises."""
    message = message_of(letter)
    if hasattr(mail, "mailers"):  # Django 6.1
        message.send(using="delivery")
        return
    message.connection = mail.get_connection(settings.EMAIL_DELIVERY_BACKEND)  # type: ignore[misc]
    message.send()
