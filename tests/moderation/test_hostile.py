"""Spam, replays, and everything that should not go through a form."""

import csv
import html
import re
from io import StringIO

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

from maillage.core.jobs import drain
from maillage.core.models import Letter
from maillage.moderation.actions import decide
from maillage.moderation.actions.contribute import contribute
from maillage.moderation.actions.handle import attach
from maillage.moderation.exports import register_csv
from maillage.moderation.models import Contribution
from tests.factories import NOW, Cast, make_structure
from tests.moderation.sending import PERSON, stamp
from tests.moderation.things import a_page, sent, url, who

pytestmark = pytest.mark.django_db
XSS = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
PROPOSE = "/val-de-bievre/proposer/"


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


def proposal(opened: str, **fields: str) -> dict[str, str]:
    return {"name": "Le Vélo", "commune": "Montreuil", "opened": opened, **PERSON, **fields}


def test_a_robot_that_fills_everything(cast: Cast, monkeypatch):
    answer = Client().post(
        PROPOSE, proposal(stamp(monkeypatch), adresse_web="https://spam.example")
    )
    assert "comme le font les robots" in answer.content.decode()
    assert Contribution.objects.count() == 0


def test_a_robot_that_does_not_read(cast: Cast, monkeypatch):
    answer = Client().post(PROPOSE, proposal(stamp(monkeypatch, age=0)))
    assert "trop rapide pour une personne" in answer.content.decode()
    assert Client().post(PROPOSE, proposal(stamp(monkeypatch, age=5))).status_code == 302


def test_nobody_has_names_compared_without_end(cast: Cast, monkeypatch):
    monkeypatch.setattr("maillage.moderation.views.public.LOOKS", 2)
    make_structure("Le Vélo", in_space=cast.space)
    sent_form = proposal(stamp(monkeypatch))
    answers = [Client().post(PROPOSE, sent_form) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Est-ce celle-ci" not in answers[2].content.decode()
    assert 'value="Le Vélo"' in answers[2].content.decode()


def test_a_page_left_open_for_two_days_is_stamped_again(cast: Cast, monkeypatch):
    answer = Client().post(PROPOSE, proposal(stamp(monkeypatch, age=200_000)))
    assert "depuis plus d'un jour" in html.unescape(answer.content.decode())
    assert 'value="Le Vélo"' in answer.content.decode()


def test_the_same_form_sent_twice_is_one_contribution(cast: Cast, monkeypatch):
    opened = stamp(monkeypatch)
    for _ in range(3):
        assert (
            Client().post(PROPOSE, proposal(opened, new="1"))["Location"]
            == "/val-de-bievre/envoye/"
        )
    assert (Contribution.objects.count(), Letter.objects.count()) == (1, 1)


def test_a_burst_from_one_connection_is_slowed_and_keeps_what_is_typed(cast: Cast, monkeypatch):
    codes = []
    for number in range(22):
        sent_now = proposal(stamp(monkeypatch), new="1", person_email=f"a{number}@test.example")
        answer = Client().post(PROPOSE, sent_now | {"name": f"Vélo {number}"})
        codes.append(answer.status_code)
    assert codes == [302] * 20 + [429] * 2
    assert 'value="Vélo 21"' in answer.content.decode()
    assert Contribution.objects.count() == 20


def test_nobody_s_mailbox_is_filled(cast: Cast):
    page = a_page(cast)

    def one_more(number: int):
        return contribute(
            cast.space,
            kind="report",
            by=None,
            now=NOW,
            structure=page,
            message=f"n° {number}",
            email="victime@test.example",
        )

    for number in range(5):
        one_more(number)
    with pytest.raises(ValidationError, match="attendent déjà la confirmation"):
        one_more(6)
    assert Letter.objects.filter(to="victime@test.example").count() == 5


def test_a_burst_is_told_to_agents_once(cast: Cast):
    page = a_page(cast)
    for _ in range(6):
        sent(cast, structure=page)
    assert Letter.objects.filter(kind="moderation.arrived", to="chloe@test.example").count() == 1


HOSTILE = [
    XSS,
    "${7*7}#{7*7}<%= 7*7 %>",
    "a\x00b",
    "Nom\r\nBcc: tout-le-monde@test.example",
    "\u202egnp.exe",
    '=HYPERLINK("http://x")',
    "é" * 250,
    "'; DROP TABLE moderation_contribution; --",
]


def words_of(page: str) -> str:
    """Words of the main part, tags and attributes left out."""
    main = page[page.index("<main") : page.index("</main")]
    return re.sub(r"<[^>]*>", " ", main)


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_are_kept_as_text_and_shown_as_text(value: str, cast: Cast):
    one = sent(
        cast,
        "propose",
        fields={"name": value, "description": value, "municipality_code": "93048"},
        message=value,
        name=value[:120],
        details={"proof": value},
    )
    kept = one.fields["name"]
    assert "\x00" not in kept
    assert "\n" not in kept
    assert "\u202e" not in kept
    client = cast.client("chloe")
    for address in ("/val-de-bievre/gestion/contributions/", url(cast, one)):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "onerror=alert(2)>" not in page
        assert "49" not in words_of(page)
    decide.accept(one, version=one.version, **who(cast))
    Letter.objects.update(next_at=NOW.replace(year=2020))
    drain()
    for message in mail.outbox:
        assert "\n" not in message.subject
        assert message.recipients() in (
            ["rosa@test.example"],
            ["aicha@test.example"],
            ["chloe@test.example"],
        )
        assert "Bcc" not in message.message()
        rich = message.alternatives[0][0] if message.alternatives else ""
        assert "<script>alert" not in rich


@pytest.mark.parametrize(
    "field", ["name", "description", "message", "proof", "person_name", "address"]
)
def test_a_million_characters_are_refused_in_one_sentence(field: str, cast: Cast, monkeypatch):
    answer = Client().post(PROPOSE, proposal(stamp(monkeypatch), **{field: "x" * 1_000_000}))
    if field == "message":  # no such field there
        assert answer.status_code == 302
        return
    assert answer.status_code == 200
    assert "au plus" in html.unescape(answer.content.decode())
    assert Contribution.objects.count() == 0


@pytest.mark.parametrize("slug", ["..", "%00", "x" * 300, "%2e%2e%2fadmin"])
def test_absurd_addresses_are_nothing(slug: str, cast: Cast):
    assert Client().get(f"/val-de-bievre/structures/{slug}/corriger/").status_code in {400, 404}
    assert Client().get(f"/suivi/{slug}/").status_code in {400, 404}


@pytest.mark.parametrize(
    "seen", ["[]", "null", "{", '{"name": {"a": 1}}', '"x"', '{"name": "' + "x" * 9000 + '"}']
)
def test_a_forged_seen_breaks_nothing(seen: str, cast: Cast, monkeypatch):
    page = a_page(cast)
    posted = {
        "name": "La Fabrique",
        "seen": seen,
        "opened": stamp(monkeypatch),
        "place": "999999",
        **PERSON,
    }
    answer = Client().post(
        f"/val-de-bievre/structures/{page.slug}/corriger/", posted | {"commune": "Montreuil"}
    )
    assert answer.status_code in {200, 302}


def test_the_register_is_safe_for_spreadsheets_and_names_nobody(cast: Cast):
    page = a_page(cast)
    type(page).objects.update(name="=cmd|' /C calc'!A0")
    page.refresh_from_db()
    one = sent(cast, "report", structure=page, message="x", name="Rosa Parques")
    decide.refuse(one, reason="already_right", text="", version=one.version, **who(cast))
    text = register_csv(cast.space, NOW.year)
    rows = list(csv.reader(StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert [
        "2026-11-22",
        "signalement",
        "'=cmd|' /C calc'!A0",
        "refusée",
        "2026-11-22",
        "already_right",
    ] in rows
    assert ["signalement", "1", "0", "1", "0", "0", "0"] in rows
    assert "Rosa" not in text
    assert "rosa@" not in text


def test_a_proposal_attached_to_a_page_tells_nothing_of_what_the_page_keeps_back(cast: Cast):
    home = make_structure(
        "Atelier de Jeanne",
        in_space=cast.space,
        disclosure="P",
        email="jeanne@famille.example",
        phone="+33612345678",
    )
    fields = {
        "name": "Atelier de Jeanne",
        "municipality_code": "93048",
        "address": "1 rue Inventée",
        "email": "faux@test.example",
        "phone": "01 48 00 00 01",
    }
    one = sent(cast, "propose", fields=fields, by=cast.denis)
    attach(one, home, version=one.version, **who(cast))
    page = cast.client("denis").get(f"/compte/contributions/{one.pk}/").content.decode()
    assert "faux@test.example" in page
    for secret in ("famille.example", "612345678", "rue de la République"):
        assert secret not in page
    assert "famille.example" in cast.client("chloe").get(url(cast, one)).content.decode()


def test_a_notice_sends_nobody_the_words_of_a_stranger(cast: Cast):
    lure = "https://piege.example/gagnez Appelez le 08 99 00 00 00"
    details = {"illegal": "other", "where": lure, "good_faith": True}
    sent(cast, "notice", email="victime@test.example", message="Lisez.", details=details)
    letter = Letter.objects.get(to="victime@test.example")
    for words in (letter.subject, letter.body):
        assert "gagnez" not in words
        assert "08 99" not in words
    assert lure in Contribution.objects.get().subject
