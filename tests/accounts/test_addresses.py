"""Where one is led after signing in, and what a made-up host can write in a letter."""

import pytest
from django.conf import settings
from django.test import Client

from maillage.core.models import Letter
from tests.accounts.doors import LOGIN
from tests.factories import PASSWORD, Cast

pytestmark = pytest.mark.django_db
ELSEWHERE = [
    "https://ailleurs.example/",
    "http://ailleurs.example",
    "HTTPS://AILLEURS.EXAMPLE",
    "//ailleurs.example",
    "///ailleurs.example",
    "////ailleurs.example/x",
    "/\\ailleurs.example",
    "\\\\ailleurs.example",
    "\\/ailleurs.example",
    "/\t/ailleurs.example",
    "/\n/ailleurs.example",
    "\t//ailleurs.example",
    " //ailleurs.example",
    "\x00//ailleurs.example",
    "\x01https://ailleurs.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "ftp://ailleurs.example",
    "mailto:a@ailleurs.example",
    "https:ailleurs.example",
    "https:/ailleurs.example",
    "https:///ailleurs.example",
    "http:\\\\ailleurs.example",
    "https://testserver@ailleurs.example",
    "https://testserver.ailleurs.example",
    "https://ailleurs.example/testserver",
    "https://ailleurs.example#testserver",
    "https://ailleurs.example?x=testserver",
    "//testserver@ailleurs.example",
    "//ailleurs.example\\@testserver",
    "//ailleurs.example%2f@testserver",
    "http://testserver:80@ailleurs.example",
    "http://[::1]/",
    "http://[ailleurs",
    "//[ailleurs",
    "http://127.0.0.1:9/",
    "http://testserver/compte/",
    "compte/",
    "?x",
    "#x",
    ".",
    "..//ailleurs.example",
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_no_address_leads_elsewhere(cast: Cast, wanted):
    given = {"login": "denis@test.example", "password": PASSWORD, "next": wanted}
    client = Client()
    answer = client.post(LOGIN, given)
    assert (answer.status_code, answer["Location"]) == (302, "/compte/")
    answer = client.post("/compte/langue/", {"language": "fr", "next": wanted})
    assert answer["Location"] == "/compte/"
    answer = client.post("/compte/deconnexion/", {"next": wanted})
    assert answer["Location"] == "/"


@pytest.mark.parametrize("wanted", ["/val-de-bievre/", "/val-de-bievre/annuaire/?q=pain&page=2"])
def test_an_address_of_the_site_is_followed(cast: Cast, wanted):
    given = {"login": "denis@test.example", "password": PASSWORD, "next": wanted}
    assert Client().post(LOGIN, given)["Location"] == wanted


@pytest.mark.parametrize(
    ("address", "given"),
    [
        ("/compte/mot-de-passe/oublie/", {"email": "denis@test.example"}),
        ("/compte/mot-de-passe/oublie/", {"email": "inconnu@test.example"}),
        ("/compte/connexion/code/", {"email": "inconnu@test.example"}),
        (
            "/compte/inscription/",
            {
                "email": "denis@test.example",
                "name": "Denis",
                "profile": "resident",
                "of_age": "on",
            },
        ),
    ],
)
def test_a_made_up_host_is_in_no_letter(cast: Cast, settings, address, given):
    settings.ALLOWED_HOSTS = ["*"]
    Client().post(address, given, HTTP_HOST="mechant.example", HTTP_X_FORWARDED_HOST="pire.example")
    letter = Letter.objects.get()
    assert "mechant" not in letter.body + letter.link + letter.subject
    assert letter.link.startswith(settings.BASE_URL)


def test_a_host_that_is_not_ours_is_not_answered():
    answer = Client().get(LOGIN, HTTP_HOST="mechant.example")
    assert answer.status_code == 400
    assert "*" not in settings.ALLOWED_HOSTS
