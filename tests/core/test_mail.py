"""A letter leaves once, whatever happens to the mail server; none leaves for what was rolled back."""

from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives, send_mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from maillage.core.jobs import drain
from maillage.core.models import Job

pytestmark = pytest.mark.django_db


class Capricious(EmailBackend):
    """Raises what `troubles` holds, first to last, then delivers."""

    troubles: list[Exception] = []

    def send_messages(self, messages):
        if self.troubles:
            raise self.troubles.pop(0)
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def queued(settings):
    door, delivery = "maillage.core.mail.QueuedBackend", f"{__name__}.Capricious"
    if hasattr(settings, "MAILERS"):
        settings.MAILERS = {"default": {"BACKEND": door}, "delivery": {"BACKEND": delivery}}
    else:
        settings.EMAIL_BACKEND, settings.EMAIL_DELIVERY_BACKEND = door, delivery


def drain_all() -> list[Job]:
    """Without waiting for the pauses."""
    done = drain()
    while DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now()):
        done += drain()
    return done


def test_a_letter_leaves_as_it_was_written_and_its_text_is_forgotten() -> None:
    letter = EmailMultiAlternatives(
        "Votre accès", "Le lien", "Maillage <m@test.example>", ["lea@test.example"],
        bcc=["copie@test.example"], reply_to=["aicha@test.example"], headers={"X-Kind": "letter"},
    )  # fmt: skip
    letter.attach_alternative("<p>Le lien</p>", "text/html")
    assert letter.send() == 1
    assert mail.outbox == []
    assert [job.status for job in drain_all()] == ["done"]
    [sent] = mail.outbox
    assert (sent.subject, sent.body, sent.from_email) == (
        "Votre accès",
        "Le lien",
        "Maillage <m@test.example>",
    )
    assert sent.recipients() == ["lea@test.example", "copie@test.example"]
    assert (sent.reply_to, sent.extra_headers["X-Kind"]) == (["aicha@test.example"], "letter")
    assert [tuple(one) for one in sent.alternatives] == [("<p>Le lien</p>", "text/html")]
    assert Job.objects.get().arguments == {}


def test_a_server_that_is_away_delays_a_letter_that_keeps_its_identity(monkeypatch) -> None:
    away = [SMTPServerDisconnected("gone"), TimeoutError(), ConnectionRefusedError()]
    monkeypatch.setattr(Capricious, "troubles", away)
    send_mail("Sujet", "Texte", None, ["lea@test.example"])
    asked = Job.objects.get().arguments["letter"]["headers"]["Message-ID"]
    assert [job.status for job in drain_all()] == ["queued", "queued", "queued", "done"]
    assert [sent.message()["Message-ID"] for sent in mail.outbox] == [asked]


@pytest.mark.parametrize(("code", "tries"), [(550, 1), (450, 2)])
def test_an_address_refused_for_good_is_tried_once(monkeypatch, code, tries) -> None:
    refused = SMTPRecipientsRefused({"lea@test.example": (code, b"no")})
    monkeypatch.setattr(Capricious, "troubles", [refused])
    send_mail("Sujet", "Texte", None, ["lea@test.example"])
    assert len(drain_all()) == tries
    assert len(mail.outbox) == tries - 1


def test_what_is_rolled_back_sends_nothing() -> None:
    with pytest.raises(KeyError), transaction.atomic():
        send_mail("Sujet", "Texte", None, ["lea@test.example"])
        raise KeyError
    assert drain_all() == []


def test_what_cannot_be_sent_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match=r"[Nn]ewline|Header"):
        send_mail("Sujet\nBcc: x@test.example", "Texte", None, ["lea@test.example"])
    letter = EmailMultiAlternatives("Sujet", "Texte", None, ["lea@test.example"])
    letter.attach("a.txt", "x", "text/plain")
    with pytest.raises(ValueError, match="attachments"):
        letter.send()
    assert Job.objects.count() == 0
