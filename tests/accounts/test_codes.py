"""Come in by a code, and by a second factor."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from maillage.accounts.models import User
from tests.accounts.doors import LOGIN, code_in, letter_to, letters_to, sign_in, totp
from tests.factories import TOTP_SECRET, Cast, enrol, make_user

pytestmark = pytest.mark.django_db
ASK, GIVE = "/compte/connexion/code/", "/compte/connexion/code/saisir/"
FACTOR = "/compte/connexion/second-facteur/"


def test_a_code_lets_in_without_a_password(cast: Cast):
    client = Client()
    wanted = "/val-de-bievre/gestion/structures/"
    answer = client.post(ASK, {"email": "denis@test.example", "next": wanted})
    assert answer["Location"].startswith(GIVE)
    letter = letter_to("denis@test.example")
    assert re.fullmatch(r"[A-Z]{4}-[A-Z]{4}", code_in(letter))
    assert code_in(letter) in letter.subject
    answer = client.post(GIVE, {"code": code_in(letter), "next": wanted})
    assert answer["Location"] == wanted
    assert client.get("/compte/").status_code == 200


def test_a_code_serves_once_and_in_its_own_browser(cast: Cast):
    client, other = Client(), Client()
    client.post(ASK, {"email": "denis@test.example"})
    code = code_in(letter_to("denis@test.example"))
    other.post(ASK, {"email": "denis@test.example"})
    other.post(GIVE, {"code": code})
    assert other.get("/compte/").status_code == 302
    client.post(GIVE, {"code": code})
    client.post("/compte/deconnexion/")
    client.post(GIVE, {"code": code})
    assert client.get("/compte/").status_code == 302


def test_known_and_unknown_addresses_read_the_same(cast: Cast):
    strip = re.compile(
        r"(csrfmiddlewaretoken|csrf-token)[^>]*>|(inconnu|denis)@test.example", re.IGNORECASE
    )
    seen = []
    for address in ("inconnu@test.example", "denis@test.example"):
        client = Client()
        pages = [client.post(ASK, {"email": address})]
        pages.append(client.get(GIVE))
        pages += [client.post(GIVE, {"code": "BBBB-BBBB"}) for _ in range(4)]
        pages.append(client.get(LOGIN))
        seen.append(
            [(p.status_code, p.get("Location"), strip.sub("", p.content.decode())) for p in pages]
        )
    assert seen[0] == seen[1]
    assert letter_to("inconnu@test.example").subject == "Pas de compte à cette adresse"


def test_the_fourth_guess_is_not_read(cast: Cast):
    client = Client()
    client.post(ASK, {"email": "denis@test.example"})
    code = code_in(letter_to("denis@test.example"))
    for _ in range(3):
        client.post(GIVE, {"code": "BBBB-BBBB"})
    client.post(GIVE, {"code": code})
    assert client.get("/compte/").status_code == 302


def test_codes_are_not_sent_without_end(cast: Cast):
    answers = [Client().post(ASK, {"email": "denis@test.example"}).status_code for _ in range(7)]
    assert answers == [302] * 5 + [429] * 2
    assert len(letters_to("denis@test.example")) == 5


def test_a_code_proves_the_address_of_whoever_was_invited(cast: Cast):
    invited = make_user("lea@test.example")
    invited.emailaddress_set.update(verified=False)
    client = Client()
    client.post(ASK, {"email": "lea@test.example"})
    client.post(GIVE, {"code": code_in(letter_to("lea@test.example"))})
    assert client.get("/compte/").status_code == 200
    assert invited.emailaddress_set.get().verified


def test_the_second_factor_is_asked_after_a_password_and_after_a_code(cast: Cast):
    client = Client()
    assert sign_in(client, "chloe@test.example")["Location"] == FACTOR
    assert client.get("/val-de-bievre/gestion/").status_code == 302
    page = client.get(FACTOR).content.decode()
    assert "Code à six chiffres" in page
    assert client.post(FACTOR, {"code": "000000"}).status_code == 200
    client.post(FACTOR, {"code": totp()})
    assert client.get("/val-de-bievre/gestion/").status_code == 200
    by_code = Client()
    by_code.post(ASK, {"email": "aicha@test.example"})
    answer = by_code.post(GIVE, {"code": code_in(letter_to("aicha@test.example"))})
    assert answer["Location"].startswith(FACTOR)


def test_a_code_of_the_application_serves_once(cast: Cast):
    code = totp()
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client, "chloe@test.example")
        client.post(FACTOR, {"code": code})
    assert first.get("/compte/").status_code == 200
    assert second.get("/compte/").status_code == 302
    # One period earlier is still good, for a clock that is a little late.
    second.post(FACTOR, {"code": totp(ago=1)})
    assert second.get("/compte/").status_code == 200


def test_six_wrong_factors_wait_even_with_the_right_one(cast: Cast):
    client = Client()
    sign_in(client, "chloe@test.example")
    for _ in range(5):
        client.post(FACTOR, {"code": "000000"})
    answer = client.post(FACTOR, {"code": totp()})
    assert "attendez cinq minutes" in answer.content.decode()
    assert client.get("/compte/").status_code == 302


def test_the_secret_of_the_application_is_sealed_in_the_database(cast: Cast):
    kept = Authenticator.objects.get(user=cast.chloe).data["secret"]
    assert TOTP_SECRET not in kept


def test_a_new_key_of_the_installation_still_opens_the_old_seals(cast: Cast, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "une autre clé d'installation, bien longue, pour cet essai"
    client = Client()
    sign_in(client, "chloe@test.example")
    client.post(FACTOR, {"code": totp()})
    assert client.get("/compte/").status_code == 200


def test_the_password_of_who_is_unknown_is_hashed_too(cast: Cast, monkeypatch):
    """Time tells nothing: the same work is done whether or not the account exists."""
    hashed = []
    real = User.set_password
    monkeypatch.setattr(
        User, "set_password", lambda self, raw: (hashed.append(raw), real(self, raw))
    )
    sign_in(Client(), "inconnu@test.example", "un mot de passe quelconque")
    assert hashed == ["un mot de passe quelconque"]


def test_the_second_factor_page_is_not_open_to_others(cast: Cast):
    assert Client().get(FACTOR)["Location"] == LOGIN
    enrol(cast.denis)
    assert cast.client("denis").get(FACTOR).status_code == 302
