"""Signing in, choosing a password, and what an outsider can't learn from it."""

import html
import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from maillage.accounts.actions import open_account
from maillage.accounts.notices import password_link, send_invitation
from maillage.core.models import JournalEntry
from tests.accounts.doors import LOGIN, letter_to, letters_to, path_of, sign_in
from tests.factories import NOW, PASSWORD, Cast, make_role, make_space, make_user

pytestmark = pytest.mark.django_db
FORGOTTEN = "/compte/mot-de-passe/oublie/"
GOOD = "quatre mots bien choisis"


def test_each_is_led_where_they_work(cast: Cast):
    answer = sign_in(Client(), "denis@test.example")
    assert (answer.status_code, answer["Location"]) == (302, "/compte/")
    client = cast.client("chloe")
    assert client.get("/compte/espaces/")["Location"] == "/val-de-bievre/gestion/"


def test_several_spaces_leave_the_choice(cast: Cast):
    make_role(cast.other_space, cast.chloe)
    page = cast.client("chloe").get("/compte/espaces/").content.decode()
    assert "Val de Bièvre" in page
    assert "Plaine Sud" in page


def test_no_space_says_whom_to_ask(cast: Cast):
    page = html.unescape(cast.client("denis").get("/compte/espaces/").content.decode())
    assert "Vous agissez en votre nom" in page
    assert "denis@test.example" in page
    assert "administration-technique" not in page


def test_the_host_finds_the_technical_administration(cast: Cast):
    assert (
        "/administration-technique/" in cast.client("host").get("/compte/espaces/").content.decode()
    )


def test_the_address_asked_for_is_reached_after_signing_in(cast: Cast):
    wanted = "/val-de-bievre/gestion/structures/"
    page = Client().get(wanted, follow=True)
    assert f'value="{wanted}"' in page.content.decode()
    answer = Client().post(
        LOGIN, {"login": "denis@test.example", "password": PASSWORD, "next": wanted}
    )
    assert answer["Location"] == wanted


def test_a_foreign_address_is_not_followed(cast: Cast):
    answer = Client().post(
        LOGIN,
        {"login": "denis@test.example", "password": PASSWORD, "next": "https://ailleurs.example/"},
    )
    assert answer["Location"] == "/compte/"


def test_wrong_password_and_unknown_address_read_the_same(cast: Cast):
    wrong = sign_in(Client(), "chloe@test.example", "pas le bon mot")
    unknown = sign_in(Client(), "personne@test.example", "pas le bon mot")
    errors = [answer.context["form"].errors.as_text() for answer in (wrong, unknown)]
    assert errors[0] == errors[1] != ""
    assert (wrong.status_code, unknown.status_code) == (200, 200)


def test_the_sixth_wrong_password_waits(cast: Cast):
    client = Client()
    for _ in range(5):
        sign_in(client, "chloe@test.example", "pas le bon mot")
    answer = sign_in(client, "chloe@test.example")
    assert answer.status_code == 200
    assert not answer.wsgi_request.user.is_authenticated


def test_asking_for_links_again_and_again_waits_too(cast: Cast):
    answers = [
        Client().post(FORGOTTEN, {"email": "chloe@test.example"}).status_code for _ in range(6)
    ]
    assert answers == [302] * 5 + [429]
    answer = Client().post(FORGOTTEN, {"email": "Chloe@test.example "})
    assert "recommencez dans cinq minutes" in answer.content.decode()
    assert answer["Retry-After"] == "300"
    assert len(letters_to("chloe@test.example")) == 5


def test_a_forgotten_password_is_replaced_by_a_link(cast: Cast):
    client = Client()
    answer = client.post(FORGOTTEN, {"email": "denis@test.example"}, follow=True)
    assert "Regardez votre boîte aux lettres" in answer.content.decode()
    letter = letter_to("denis@test.example")
    assert (letter.subject, letter.is_secret) == ("Choisir un nouveau mot de passe", True)
    page = client.get(path_of(letter.link), follow=True)
    answer = client.post(page.request["PATH_INFO"], {"password1": GOOD, "password2": GOOD})
    assert answer.status_code == 302
    assert client.get("/compte/").status_code == 200
    assert sign_in(Client(), "denis@test.example", GOOD).status_code == 302
    warning = letter_to("denis@test.example")
    assert (warning.subject, warning.user) == ("La sécurité de votre compte a changé", cast.denis)
    spent = Client().get(path_of(letter.link), follow=True).content.decode()
    assert "Ce lien ne sert plus" in spent


def test_a_link_does_not_spare_the_second_factor(cast: Cast):
    client = Client()
    page = client.get(path_of(password_link(cast.chloe)), follow=True)
    answer = client.post(page.request["PATH_INFO"], {"password1": GOOD, "password2": GOOD})
    assert answer["Location"] == "/compte/connexion/second-facteur/"
    assert client.get("/compte/")["Location"].startswith(LOGIN)


def test_an_unknown_address_gets_the_same_page_and_a_letter_that_says_so(cast: Cast):
    known = Client().post(FORGOTTEN, {"email": "chloe@test.example"}, follow=True)
    unknown = Client().post(FORGOTTEN, {"email": "personne@test.example"}, follow=True)
    strip = re.compile(r"(csrfmiddlewaretoken|csrf-token)[^>]*>")
    pages = [strip.sub("", answer.content.decode()) for answer in (known, unknown)]
    assert pages[0] == pages[1]
    assert letter_to("chloe@test.example").subject == "Choisir un nouveau mot de passe"
    letter = letter_to("personne@test.example")
    assert letter.subject == "Pas de compte à cette adresse"
    assert path_of(letter.link) == "/compte/inscription/"


@pytest.mark.parametrize("password", ["court", "123456789012345", "motdepasse", "password1234"])
def test_a_weak_password_is_refused(cast: Cast, password):
    client = Client()
    page = client.get(path_of(password_link(cast.chloe)), follow=True)
    answer = client.post(page.request["PATH_INFO"], {"password1": password, "password2": password})
    assert answer.status_code == 200
    assert answer.context["form"].errors["password1"]


def test_the_password_changes_with_the_present_one(cast: Cast):
    client = cast.client("denis")
    given = {"oldpassword": "faux", "password1": GOOD, "password2": GOOD}
    assert "oldpassword" in client.post("/compte/mot-de-passe/", given).context["form"].errors
    answer = client.post("/compte/mot-de-passe/", given | {"oldpassword": PASSWORD})
    assert answer["Location"] == "/compte/"
    assert sign_in(Client(), "denis@test.example", GOOD).status_code == 302


def test_signing_out_needs_a_post(cast: Cast):
    client = cast.client("chloe")
    assert "Vous êtes connecté avec l'adresse chloe@test.example" in (
        client.get("/compte/deconnexion/").content.decode()
    )
    assert client.get("/compte/espaces/").status_code == 302
    assert client.post("/compte/deconnexion/")["Location"] == "/"
    assert client.get("/compte/espaces/")["Location"].startswith(LOGIN)


def test_a_closed_account_is_told_so(cast: Cast):
    cast.chloe.is_active = False
    cast.chloe.save()
    answer = Client().post(
        LOGIN, {"login": "chloe@test.example", "password": PASSWORD}, follow=True
    )
    assert not answer.wsgi_request.user.is_authenticated


def test_an_account_is_opened_once():
    first = open_account(" Lea@Test.Example ", name="Léa", by=None, now=NOW)
    again = open_account("lea@test.example", name="Autre", by=None, now=NOW)
    assert (first.pk, again.name, first.email) == (again.pk, "Léa", "lea@test.example")
    assert not first.has_usable_password()
    [entry] = JournalEntry.objects.filter(action="account_opened")
    assert entry.subject_id == str(first.pk)


def test_the_invitation_of_a_newcomer_carries_a_link_that_proves_the_address():
    user = open_account("lea@test.example", name="Léa", by=None, now=NOW)
    make_space("pantin")
    send_invitation(user, place="Pantin", inviter="Aïcha Benali")
    letter = letter_to("lea@test.example")
    assert letter.subject == "Votre accès à l'espace Pantin"
    assert "Aïcha Benali vous donne accès à la gestion de l'espace « Pantin »" in letter.body
    assert "pendant 3 jours" in letter.body
    assert not EmailAddress.objects.get(user=user).verified
    client = Client()
    page = client.get(path_of(letter.link), follow=True)
    client.post(page.request["PATH_INFO"], {"password1": GOOD, "password2": GOOD})
    assert client.get("/compte/").status_code == 200
    address = EmailAddress.objects.get(user=user)
    assert (address.verified, address.primary) == (True, True)


def test_the_invitation_of_someone_known_gives_no_key():
    user = make_user("paul@test.example")
    send_invitation(user, place="Pantin\nSubject: faux", inviter="Aïcha")
    letter = letter_to("paul@test.example")
    assert letter.subject == "Votre accès à l'espace Pantin Subject: faux"
    assert "connectez-vous comme d'habitude" in letter.body
    assert (path_of(letter.link), letter.is_secret) == ("/compte/connexion/", False)
