"""Open an account: anyone may, by a code sent to the address, from fifteen years on."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from maillage.accounts.actions import open_account
from maillage.accounts.actions.sweep import forget_unproved
from maillage.accounts.models import User
from maillage.core.models import JournalEntry
from tests.accounts.doors import code_in, letter_to, letters_to, path_of
from tests.factories import NOW, Cast, make_role

pytestmark = pytest.mark.django_db
SIGN_UP = "/compte/inscription/"
LEA = {
    "email": "Lea@Test.Example",
    "name": "  Léa   Petit ",
    "profile": "project_holder",
    "of_age": "on",
}


def test_a_code_opens_the_account():
    client = Client()
    answer = client.post(SIGN_UP, LEA)
    assert answer["Location"] == "/compte/inscription/code/"
    user = User.objects.get(email="lea@test.example")
    assert (user.name, user.profile, user.has_usable_password()) == (
        "Léa Petit",
        "project_holder",
        False,
    )
    assert not EmailAddress.objects.get(user=user).verified
    assert client.get("/compte/")["Location"].startswith("/compte/connexion/")
    letter = letter_to("lea@test.example")
    assert (letter.is_secret, letter.user, letter.link) == (True, None, "")
    answer = client.post("/compte/inscription/code/", {"code": code_in(letter).lower()})
    assert answer["Location"] == "/compte/"
    assert client.get("/compte/").status_code == 200
    assert EmailAddress.objects.get(user=user).verified
    [entry] = JournalEntry.objects.filter(action="account_signed_up")
    assert (entry.subject_id, entry.by, entry.changes) == (str(user.pk), None, {})


@pytest.mark.parametrize(
    ("change", "wrong", "sentence"),
    [
        ({"of_age": ""}, "of_age", "à partir de 15 ans"),
        ({"email": "pas une adresse"}, "email", ""),
        ({"name": ""}, "name", ""),
        ({"name": "x" * 121}, "name", ""),
        ({"profile": "administrator"}, "profile", ""),
    ],
)
def test_a_wrong_answer_opens_nothing_and_loses_nothing(change, wrong, sentence):
    answer = Client().post(SIGN_UP, LEA | change)
    form = answer.context["form"]
    assert set(form.errors) == {wrong}
    assert sentence in form.errors[wrong].as_text()
    kept = "lea" if wrong != "email" else "Petit"
    assert kept in answer.content.decode().lower() or kept in answer.content.decode()
    assert not User.objects.exists()


def test_nobody_makes_themselves_a_host():
    more = {"is_staff": "on", "is_superuser": "on", "is_demo": "on", "password1": "x" * 20}
    Client().post(SIGN_UP, LEA | more)
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.is_demo) == (False, False, False)
    assert not user.has_usable_password()


def test_a_known_address_reads_the_same_and_is_told_by_letter(cast: Cast):
    strip = re.compile(
        r"(csrfmiddlewaretoken|csrf-token)[^>]*>|lea@test.example|denis@test.example"
    )
    pages = []
    for address in ("lea@test.example", "denis@test.example"):
        client = Client()
        first = client.post(SIGN_UP, LEA | {"email": address})
        second = client.get(first["Location"])
        wrong = client.post(first["Location"], {"code": "BBBB-BBBB"})
        pages.append(
            (
                first.status_code,
                first["Location"],
                strip.sub("", second.content.decode()),
                strip.sub("", wrong.content.decode()),
            )
        )
    assert pages[0] == pages[1]
    assert User.objects.filter(email="denis@test.example").count() == 1
    letter = letter_to("denis@test.example")
    assert letter.subject == "Vous avez déjà un compte"
    assert path_of(letter.link) == "/compte/connexion/code/"


def test_three_wrong_codes_end_the_sign_up():
    client = Client()
    client.post(SIGN_UP, LEA)
    right = code_in(letter_to("lea@test.example"))
    for _ in range(3):
        client.post("/compte/inscription/code/", {"code": "BBBB-BBBB"})
    client.post("/compte/inscription/code/", {"code": right})
    assert client.get("/compte/").status_code == 302


def test_another_code_may_be_asked_for_twice():
    client = Client()
    client.post(SIGN_UP, LEA)
    for _ in range(4):
        client.post("/compte/inscription/code/", {"action": "resend"})
    letters = letters_to("lea@test.example")
    assert len(letters) == 3
    assert len({code_in(letter) for letter in letters}) == 3
    client.post("/compte/inscription/code/", {"code": code_in(letters[-1])})
    assert client.get("/compte/").status_code == 200


def test_an_address_cannot_be_flooded():
    answers = [Client().post(SIGN_UP, LEA).status_code for _ in range(5)]
    assert answers == [302, 302, 302, 429, 429]
    assert len(letters_to("lea@test.example")) == 3


def test_a_sign_up_nobody_finished_is_forgotten_after_a_week(cast: Cast):
    Client().post(SIGN_UP, LEA)
    invited = open_account("paul@test.example", by=None, now=NOW)
    make_role(cast.space, invited, "partner")
    waiting = User.objects.get(email="lea@test.example")
    later = waiting.date_joined + timedelta(days=6, hours=23)
    assert forget_unproved(later) == 0
    assert forget_unproved(later + timedelta(hours=2)) == 1
    assert not User.objects.filter(email="lea@test.example").exists()
    assert User.objects.filter(pk__in=[invited.pk, cast.denis.pk]).count() == 2
