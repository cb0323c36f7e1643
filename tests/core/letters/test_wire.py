"""What other people's servers see: headers, parts, and what a participant cannot make us write."""

import email
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest
from django.utils import timezone

from maillage.core.jobs import drain
from maillage.core.letters import stop
from maillage.core.letters.compose import compose, harmless
from maillage.core.letters.delivery import message_id, message_of, number_in
from maillage.core.letters.kinds import LetterKind, kinds
from maillage.core.letters.outbox import Recipient, post_many
from maillage.core.models import Letter
from tests.core.letters.post_office import PostOffice
from tests.factories import make_user

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
NEWS = LetterKind(
    code="test.news",
    label="Nouvelle",
    category="structures",
    subject="Des nouvelles de {structure}",
    text="Bonjour {person},\n\n{words}",
    button="Ouvrir la fiche",
    why="Vous suivez {structure}.",
    places={"person": "Nadia", "structure": "La Ressourcerie", "words": "Bonjour"},
)
WORDS = {"person": "Nadia", "structure": "La Ressourcerie de Montreuil", "words": "À bientôt"}


@pytest.fixture
def stoppable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        stop, "_makers", [lambda user, category: f"https://ess.test/stop/{'k' * 90}:{user}/"]
    )


def write(**values: str) -> Letter:
    person = Recipient(
        to="nadia@test.example",
        values=WORDS | values,
        user_id=make_user().pk,
        link="https://ess.test/fiche/",
    )
    return post_many(NEWS, [person], now=AT)[0]


def test_headers_are_those_that_great_mail_services_ask_for(
    office: PostOffice, stoppable: None
) -> None:
    letter = write()
    drain()
    [sent] = office.messages
    assert sent["From"] == "Maillage <ne-pas-repondre@localhost>"
    assert sent["To"] == "nadia@test.example"
    assert sent["Subject"] == "Des nouvelles de La Ressourcerie de Montreuil"
    assert sent["Message-ID"] == message_id(letter)
    assert parsedate_to_datetime(sent["Date"]) == AT
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # A signature by the host's server covers these lines: none is folded.
    raw = office.taken[0].decode()
    line = f"List-Unsubscribe: <https://ess.test/stop/{'k' * 90}:{letter.user_id}/>\r\n"
    assert line in raw
    assert [name for name, count in _count(sent.keys()) if count > 1] == []


def _count(names: list[str]) -> list[tuple[str, int]]:
    return [(name, list(names).count(name)) for name in set(names)]


def test_the_text_comes_first_then_the_same_words_with_one_button(
    office: PostOffice, stoppable: None
) -> None:
    letter = write(words="<b>Gras</b> & co")
    drain()
    text, html = office.messages[0].iter_parts()
    assert [text.get_content_type(), html.get_content_type()] == ["text/plain", "text/html"]
    stopped = f"https://ess.test/stop/{'k' * 90}:{letter.user_id}/"
    assert text.get_content().replace("\r\n", "\n") == (
        "Bonjour Nadia,\n\n<b>Gras</b> & co\n\nVous suivez La Ressourcerie de Montreuil.\n\n"
        "Ouvrir la fiche :\nhttps://ess.test/fiche/\n\n"
        f"-- \nMoins de messages, ou plus du tout :\n{stopped}\n"
    )
    page = html.get_content()
    assert "&lt;b&gt;Gras&lt;/b&gt; &amp; co" in page
    assert re.findall(r'href="([^"]+)"', page) == ["https://ess.test/fiche/", stopped]
    assert '<html lang="fr">' in page


def test_a_letter_that_must_be_read_has_no_stop(office: PostOffice, stoppable: None) -> None:
    kind = LetterKind(code="test.must", label="Obligatoire", subject="S", text="T")
    post_many(kind, [Recipient(to="a@test.example", values={}, user_id=make_user().pk)], now=AT)
    drain()
    assert "List-Unsubscribe" not in office.messages[0]
    assert "Moins de messages" not in office.taken[0].decode()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\u2028"])
def test_no_word_of_anybody_makes_a_header(office: PostOffice, end: str) -> None:
    write(structure=f"Asso{end}Bcc: victime@test.example{end}{end}<h1>Corps</h1>")
    drain()
    [sent] = office.messages
    assert sent["Bcc"] is None
    assert sent["Subject"].startswith("Des nouvelles de Asso Bcc: victime@test.example")
    assert office.recipients == ["nadia@test.example"]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("https://evil.example/compte", "https : evil[.]example/compte"),
        ("voyez www.evil.example", "voyez www[.]evil[.]example"),
        ("evil.example/login?x=1", "evil[.]example/login?x=1"),
        ("HTTPS://EVIL.EXAMPLE", "HTTPS : EVIL[.]EXAMPLE"),
        ("écrire à jean.dupont@asso.example", "écrire à jean.dupont@asso.example"),
        ("le 12.30 à 9 h. Merci.", "le 12.30 à 9 h. Merci."),
        ("M. et Mme S.A.R.L. Dupont", "M. et Mme S.A.R.L. Dupont"),
        ("http://127.0.0.1:8000/compte/", "http://127.0.0.1:8000/compte/"),
        ("http://127.0.0.1:8000.evil.example/", "http : 127[.]0[.]0[.]1:8000[.]evil[.]example/"),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_an_address_that_somebody_typed_is_no_link(settings, typed: str, sent: str) -> None:
    settings.BASE_URL = "http://127.0.0.1:8000"
    if "://" in sent or typed == sent:
        assert harmless(typed) == sent
    else:
        assert harmless(typed).replace("https:", "https").replace(" ", "") == sent.replace(
            "https:", "https"
        ).replace(" ", "")
    composed = compose(NEWS, WORDS | {"words": typed})
    assert harmless(typed) in composed.text


def test_a_value_with_braces_stays_as_it_is() -> None:
    composed = compose(NEWS, WORDS | {"person": "{words}", "words": "{person} {structure}"})
    assert composed.text.startswith("Bonjour {words},\n\n{person} {structure}\n")


def test_the_sender_and_the_subject_hold_no_free_text() -> None:
    """Names of structures, places, spaces and numbers only: never what a participant wrote."""
    allowed = {
        "structure", "structures", "space", "place", "label", "sector", "commune", "count",
        "number", "month", "months", "date", "name", "title", "code",
        "call", "reference", "left", "amount", "due", "days", "when",  # of a call: the authority's words and numbers
    }  # fmt: skip
    found = {
        kind.code: sorted(set(re.findall(r"\{(\w+)\}", kind.subject)) - allowed)
        for kind in kinds()
        if not kind.code.startswith("test.")
    }
    assert {code: names for code, names in found.items() if names} == {}


def test_an_identifier_is_stable_and_cannot_be_made_up() -> None:
    letter = write()
    assert message_id(letter) == message_id(Letter.objects.get())
    assert number_in(message_id(letter)) == letter.pk
    forged = message_id(letter).replace(f"-{letter.pk}-", f"-{letter.pk + 1}-")
    assert [number_in(text) for text in (forged, "<letter-1-x@y>", "<a@b>", "")] == [None] * 4


def test_the_same_bytes_at_each_attempt() -> None:
    letter = write()
    first, again = (
        email.message_from_bytes(message_of(Letter.objects.get(pk=letter.pk)).message().as_bytes())
        for _ in range(2)
    )
    assert [first[name] for name in ("Message-ID", "Date", "Subject")] == [
        again[name] for name in ("Message-ID", "Date", "Subject")
    ]


def test_a_letter_of_now_has_a_date_that_servers_read(office: PostOffice) -> None:
    now = timezone.now()
    post_many(NEWS, [Recipient(to="a@test.example", values=WORDS)], now=now)
    drain()
    assert abs((parsedate_to_datetime(office.messages[0]["Date"]) - now).total_seconds()) < 1
