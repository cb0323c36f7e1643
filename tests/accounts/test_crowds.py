"""Sixty guesses at the same moment: no more are looked at than one after the other."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account import forms as library
from allauth.mfa.totp.internal import auth as totp_auth
from django.conf import settings
from django.db import connection
from django.test import Client

from maillage.accounts.access import PER_ACCOUNT, PER_CODE, PER_FACTOR
from maillage.accounts.models import User
from tests.accounts.doors import LOGIN, sign_in
from tests.factories import enrol, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count: int, ask) -> list:
    def one(number: int):
        try:
            return ask(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(one, range(count)))


def twin(client: Client) -> Client:
    """Another connection of the same browser."""
    other = Client()
    other.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return other


def test_sixty_passwords_at_once(monkeypatch):
    make_user("denis@test.example")
    looked_at = []
    real = User.check_password
    monkeypatch.setattr(
        User, "check_password", lambda self, raw: (looked_at.append(raw), real(self, raw))[1]
    )
    # Each from another address: the account's own limit is the one that holds.
    answers = at_once(
        60,
        lambda n: Client(REMOTE_ADDR=f"198.51.100.{n}").post(
            LOGIN, {"login": "denis@test.example", "password": f"essai numéro {n}"}
        ),
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len(looked_at) == PER_ACCOUNT[0]


def test_sixty_codes_at_once(monkeypatch):
    make_user("denis@test.example")
    client = Client()
    client.post("/compte/connexion/code/", {"email": "denis@test.example"})
    looked_at = []
    real = library.compare_user_code
    monkeypatch.setattr(
        library,
        "compare_user_code",
        lambda **given: (looked_at.append(given["actual"]), real(**given))[1],
    )
    twins = [twin(client) for _ in range(60)]
    at_once(
        60,
        lambda n: twins[n].post(
            "/compte/connexion/code/saisir/",
            {"code": f"BBBB-BBB{chr(65 + n % 26)}"},
            REMOTE_ADDR=f"198.51.100.{n}",
        ),
    )
    assert 1 <= len(looked_at) <= PER_CODE[0]


def test_sixty_second_factors_at_once(monkeypatch):
    user = make_user("chloe@test.example")
    enrol(user)
    client = Client()
    sign_in(client, "chloe@test.example")
    looked_at = []
    monkeypatch.setattr(
        totp_auth, "validate_totp_code", lambda _secret, code: looked_at.append(code)
    )
    twins = [twin(client) for _ in range(60)]
    at_once(
        60,
        lambda n: twins[n].post(
            "/compte/connexion/second-facteur/",
            {"code": f"{n:06}"},
            REMOTE_ADDR=f"198.51.100.{n}",
        ),
    )
    assert 1 <= len(looked_at) <= PER_FACTOR[0]


def test_one_right_factor_opens_one_door(monkeypatch):
    user = make_user("chloe@test.example")
    enrol(user)
    browsers = []
    for n in range(4):
        browser = Client(REMOTE_ADDR=f"198.51.100.{n}")
        sign_in(browser, "chloe@test.example")
        browsers.append(browser)
    monkeypatch.setattr(totp_auth.TOTP, "_mark_code_used", lambda *_given: True)
    monkeypatch.setattr(totp_auth, "validate_totp_code", lambda *_given: True)
    at_once(4, lambda n: browsers[n].post("/compte/connexion/second-facteur/", {"code": "123456"}))
    opened = [browser for browser in browsers if browser.get("/compte/").status_code == 200]
    assert len(opened) == 1


def test_the_same_sign_up_sent_eight_times_at_once():
    given = {
        "email": "lea@test.example",
        "name": "Léa",
        "profile": "resident",
        "of_age": "on",
    }
    answers = at_once(
        8, lambda n: Client(REMOTE_ADDR=f"198.51.100.{n}").post("/compte/inscription/", given)
    )
    assert {answer.status_code for answer in answers} <= {302, 429}
    assert User.objects.filter(email="lea@test.example").count() == 1
