"""Two languages for the pages of accounts, one for the rest."""

import ast
import gettext
import html
import re

import pytest
from django.test import Client

from tests.accounts.doors import LOGIN, letter_to, sign_in
from tests.factories import PASSWORD, Cast
from tests.house.files import SOURCE

CATALOGUE = SOURCE / "locale" / "en" / "LC_MESSAGES"
ROOM = SOURCE / "accounts"
_SHORT = re.compile(r"""\{%\s*translate\s+(?:"([^"]*)"|'((?:[^'\\]|\\.)*)')""")
_LONG = re.compile(r"\{%\s*blocktranslate[^%]*%\}(.*?)\{%\s*endblocktranslate\s*%\}", re.DOTALL)
_PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def sentences() -> set[str]:
    """Everything that the room asks to translate."""
    found: set[str] = set()
    for path in (ROOM / "templates").rglob("*.*"):
        text = path.read_text()
        found |= {a or b.replace("\\'", "'") for a, b in _SHORT.findall(text)}
        for body in _LONG.findall(text):
            found.add(_PLACE.sub(r"%(\1)s", re.split(r"\{%\s*plural\s*%\}", body)[0]))
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_":
                found.add(node.args[0].value)
    return found


def written() -> dict[str, str]:
    """Sentences of the .po file, read here: the tools of gettext may not be installed."""
    pairs = re.findall(
        r'^msgid (".*")$(?:\n^msgid_plural .*$)?\n^msgstr(?:\[0\])? (".*")$',
        (CATALOGUE / "django.po").read_text(),
        re.MULTILINE,
    )
    return {ast.literal_eval(a): ast.literal_eval(b) for a, b in pairs if a != '""'}


def test_every_sentence_has_its_english_and_none_is_left_over():
    assert sentences() == set(written())
    assert [french for french, english in written().items() if not english] == []


def test_places_are_the_same_in_both():
    place = re.compile(r"%\(\w+\)s")
    wrong = [
        french
        for french, english in written().items()
        if set(place.findall(french)) != set(place.findall(english))
    ]
    assert wrong == []


def test_the_compiled_catalogue_is_the_written_one():
    with (CATALOGUE / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    known = {
        (key[0] if isinstance(key, tuple) else key): text
        for key, text in compiled._catalog.items()
        if key and (not isinstance(key, tuple) or key[1] == 0)
    }
    assert known == written()


@pytest.mark.django_db
def test_a_visitor_chooses_and_the_pages_follow(cast: Cast):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    page = client.get(LOGIN).content.decode()
    assert '<html lang="fr">' in page
    assert "Se connecter" in page
    answer = client.post("/compte/langue/", {"language": "en", "next": LOGIN})
    assert answer["Location"] == LOGIN
    page = client.get(LOGIN).content.decode()
    assert '<html lang="en">' in page
    assert "With my password" in page
    assert '<div lang="fr"><header' in page
    public = client.get("/val-de-bievre/").content.decode()
    assert '<html lang="fr">' in public
    assert client.get("/val-de-bievre/")["Content-Language"] == "fr"
    refused = client.post(LOGIN, {"login": "denis@test.example", "password": "faux"})
    assert "do not go together" in refused.content.decode()


@pytest.mark.django_db
def test_the_account_remembers_its_language_and_letters_stay_french(cast: Cast):
    client = Client()
    sign_in(client, "denis@test.example")
    client.post("/compte/langue/", {"language": "en", "next": "/compte/"})
    cast.denis.refresh_from_db()
    assert cast.denis.language == "en"
    elsewhere = Client()
    sign_in(elsewhere, "denis@test.example")
    assert "My account" in elsewhere.get("/compte/").content.decode()
    good = "quatre mots bien choisis"
    elsewhere.post(
        "/compte/mot-de-passe/", {"oldpassword": PASSWORD, "password1": good, "password2": good}
    )
    body = letter_to("denis@test.example").body
    assert "Quand : " in body
    assert not re.search(r"January|November|December", body)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["", "de", "en\r\nSet-Cookie: a=b", "x" * 5000])
def test_another_language_changes_nothing(cast: Cast, language):
    client = Client()
    client.post("/compte/langue/", {"language": language, "next": LOGIN})
    assert '<html lang="fr">' in client.get(LOGIN).content.decode()
    client.cookies["django_language"] = "zz"
    assert '<html lang="fr">' in html.unescape(client.get(LOGIN).content.decode())
