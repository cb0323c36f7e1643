"""Letters that come back are known as refused; nothing else is."""

import io
import mailbox
from email import message_from_bytes
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from maillage.core.letters.bounces import read_bounce
from maillage.core.letters.delivery import message_id, message_of
from maillage.core.letters.kinds import LetterKind
from maillage.core.letters.outbox import post
from maillage.core.models import Letter

pytestmark = pytest.mark.django_db
KIND = LetterKind(code="test.back", label="Essai", subject="Essai", text="Un texte.")


@pytest.fixture
def letter() -> Letter:
    post(KIND, to="lea@test.example", values={}, now=timezone.now())
    Letter.objects.update(status="sent", sent_at=timezone.now())
    return Letter.objects.get()


def notice(
    letter: Letter,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    identifier: str = "",
    whole: bool = True,
) -> bytes:
    """As Postfix writes them."""
    given_back = message_from_bytes(message_of(letter).message().as_bytes())
    if identifier:
        given_back.replace_header("Message-ID", identifier)
    text = (
        given_back.as_string() if whole else "".join(f"{k}: {v}\n" for k, v in given_back.items())
    )
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    return f"""\
From: MAILER-DAEMON@mx.test.example
To: ne-pas-repondre@localhost
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="B0"
MIME-Version: 1.0

--B0
Content-Type: text/plain; charset=us-ascii

I'm sorry.

--B0
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test.example

Final-Recipient: rfc822; lea@test.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <lea@test.example>: User
    unknown

--B0
Content-Type: {kind}

{text}
--B0--
""".encode()


@pytest.mark.parametrize("whole", [True, False])
def test_a_final_refusal_marks_its_letter(letter: Letter, whole: bool) -> None:
    assert read_bounce(notice(letter, whole=whole)) == letter
    letter.refresh_from_db()
    assert (letter.status, letter.error) == (
        "refused",
        "550 5.1.1 <lea@test.example>: User unknown",
    )
    assert read_bounce(notice(letter, whole=whole)) is None  # told twice


@pytest.mark.parametrize(
    ("action", "status"), [("delayed", "4.4.1"), ("failed", "4.4.7"), ("delivered", "2.0.0")]
)
def test_what_is_not_final_changes_nothing(letter: Letter, action: str, status: str) -> None:
    assert read_bounce(notice(letter, action=action, status=status)) is None
    letter.refresh_from_db()
    assert letter.status == "sent"


def test_nobody_marks_a_letter_whose_identifier_they_do_not_know(letter: Letter) -> None:
    right = message_id(letter)
    for wrong in (f"<letter-{letter.pk}-0123456789abcdef@127.0.0.1>", "<x@y>", right[:-30] + ">"):
        assert read_bounce(notice(letter, identifier=wrong)) is None
    letter.refresh_from_db()
    assert letter.status == "sent"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: bonjour\n\nPas un avis.",
        b"Content-Type: message/delivery-status\n\nAction: failed",
        b"Content-Type: multipart/report; boundary=B\n\n--B\n",
        b"Content-Type: multipart/report\n\nAction: failed\nStatus: 5.0.0",
        b"Message-ID: <letter-" + b"9" * 400 + b"-x@y>\n\n",
    ],
)
def test_anything_may_come_to_an_address(letter: Letter, raw: bytes) -> None:
    assert read_bounce(raw) is None


def test_the_command_reads_files_the_entry_and_a_box(
    letter: Letter, tmp_path: Path, capsys, monkeypatch
) -> None:
    (tmp_path / "avis.eml").write_bytes(notice(letter))
    call_command("read_bounces", str(tmp_path / "avis.eml"))
    assert capsys.readouterr().out == "1 avis lu(s), 1 message(s) marqué(s) refusé(s).\n"
    Letter.objects.update(status="sent")
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(notice(letter))))
    call_command("read_bounces")
    assert "1 message(s)" in capsys.readouterr().out
    Letter.objects.update(status="sent")
    box = mailbox.Maildir(tmp_path / "box", create=True)
    box.add(notice(letter))
    box.add(b"Subject: autre chose\n\nBonjour")
    box.close()
    call_command("read_bounces", maildir=str(tmp_path / "box"))
    assert capsys.readouterr().out == "2 avis lu(s), 1 message(s) marqué(s) refusé(s).\n"
    call_command("read_bounces", maildir=str(tmp_path / "box"))
    assert capsys.readouterr().out == "0 avis lu(s), 0 message(s) marqué(s) refusé(s).\n"
    assert len(list((tmp_path / "box" / "cur").iterdir())) == 2


def test_a_wrong_place_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Maildir"):
        call_command("read_bounces", maildir=str(tmp_path))
    with pytest.raises(CommandError, match="ne peut pas être lu"):
        call_command("read_bounces", str(tmp_path / "rien.eml"))
