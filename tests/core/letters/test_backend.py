"""Django's own functions write in the outbox; a real mail server gets what was written."""

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives, send_mail
from django.db import transaction

from maillage.core.jobs import drain
from maillage.core.models import Job, Letter
from tests.core.letters.post_office import PostOffice

pytestmark = pytest.mark.django_db


def test_a_letter_leaves_as_it_was_written_and_its_text_is_forgotten(office: PostOffice) -> None:
    letter = EmailMultiAlternatives(
        "Votre accès", "Le lien", "Maillage <m@test.example>", ["lea@test.example"],
        bcc=["copie@test.example"], reply_to=["aicha@test.example"], headers={"X-Kind": "letter"},
    )  # fmt: skip
    letter.attach_alternative("<p>Le lien</p>", "text/html")
    assert letter.send() == 1
    assert (office.taken, mail.outbox) == ([], [])
    assert [job.status for job in drain()] == ["done"]
    assert office.recipients == ["lea@test.example", "copie@test.example"]
    sent, copy = office.messages
    assert (sent["Subject"], sent["From"], sent["To"], sent["Reply-To"], sent["X-Kind"]) == (
        "Votre accès",
        "Maillage <m@test.example>",
        "lea@test.example",
        "aicha@test.example",
        "letter",
    )
    text, html = sent.iter_parts()
    assert (text.get_content(), html.get_content()) == ("Le lien", "<p>Le lien</p>")
    assert copy["To"] == "copie@test.example"
    assert "lea@" not in office.taken[1].decode()
    kept = Letter.objects.values_list("status", "body", "html", "is_secret")
    assert set(kept) == {("sent", "", "", True)}


def test_what_is_rolled_back_sends_nothing(office: PostOffice) -> None:
    with pytest.raises(KeyError), transaction.atomic():
        send_mail("Sujet", "Texte", None, ["lea@test.example"])
        raise KeyError
    assert (drain(), office.taken, Letter.objects.count()) == ([], [], 0)


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_header_of_two_lines_is_refused_at_once(office: PostOffice, end: str) -> None:
    with pytest.raises(ValueError, match=r"[Nn]ewline|Header"):
        send_mail(f"Sujet{end}Bcc: x@test.example", "Texte", None, ["lea@test.example"])
    with pytest.raises(ValueError, match=r"[Nn]ewline|Header"):
        send_mail("Sujet", "Texte", f"a@test.example{end}Bcc: x@y.z", ["lea@test.example"])
    assert (Job.objects.count(), Letter.objects.count()) == (0, 0)


def test_an_attachment_is_refused_at_once(office: PostOffice) -> None:
    letter = EmailMultiAlternatives("Sujet", "Texte", None, ["lea@test.example"])
    letter.attach("a.txt", "x", "text/plain")
    with pytest.raises(ValueError, match="attachments"):
        letter.send()
    assert (Job.objects.count(), Letter.objects.count()) == (0, 0)


def test_an_address_named_twice_gets_one_letter(office: PostOffice) -> None:
    send_mail("Sujet", "Texte", None, ["lea@test.example", "lea@test.example"])
    drain()
    assert office.recipients == ["lea@test.example"]
