"""Values that exist nowhere else travel through the whole site: no log line and no address may hold them."""

import io
import logging
import re
from collections.abc import Iterator
from smtplib import SMTPRecipientsRefused
from urllib.parse import unquote_plus

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from maillage.accounts.models import User
from maillage.core.jobs import drain
from maillage.core.letters.delivery import Carrier
from maillage.core.models import Letter
from maillage.portal.actions.rights import ask_right
from maillage.spaces.models import RightsRequest
from tests.factories import NOW, PASSWORD, Cast, make_structure

pytestmark = pytest.mark.django_db
EMAIL = "canari.personne@cage-oiseau.example"
CANARIES = (
    EMAIL,
    "canari.personne",
    "Zinzolin Canaricourt",
    "0698765432",
    "06 98 76 54 32",
    "xyzcanaritexte",
)


class Watch:
    """All that loggers say from INFO on, unmasked, and every address that is asked for or offered."""

    def __init__(self) -> None:
        self.lines, self.addresses = io.StringIO(), set()
        self.handler = logging.StreamHandler(self.lines)

    def found(self, where: str) -> list[str]:
        return [word for word in CANARIES if word.lower() in where.lower()]


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    seen = Watch()
    names = ["", *logging.root.manager.loggerDict]
    heard = [
        log for log in map(logging.getLogger, names) if log.name in {"root", "django", "maillage"}
    ]
    levels = {log: log.level for log in heard}
    for log in heard:
        log.addHandler(seen.handler)
        log.setLevel(logging.INFO)
    original = Client.request

    def watched(client: Client, **environ: object) -> object:
        seen.addresses.add(f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}")
        response = original(client, **environ)
        seen.addresses.add(response.headers.get("Location", ""))
        if not response.streaming and "text/html" in response.headers.get("Content-Type", ""):
            links = re.findall(r'(?:href|action)="([^"]*)"', response.content.decode())
            seen.addresses |= {link for link in links if not link.startswith(("mailto:", "tel:"))}
        return response

    monkeypatch.setattr(Client, "request", watched)
    cache.clear()
    yield seen
    cache.clear()
    for log in heard:
        log.removeHandler(seen.handler)
        log.setLevel(levels[log])


def follow_letters(client: Client) -> None:
    for letter in Letter.objects.filter(to=EMAIL).exclude(link=""):
        client.get(re.sub(r"^https?://[^/]+", "", letter.link))


def test_the_whole_journey_leaves_no_canary(cast: Cast, watch: Watch, monkeypatch) -> None:
    space = cast.space
    space.contact_email = "ess@ville.example"
    space.save()
    structure = make_structure("Vélo", in_space=space, slug="velo", email=EMAIL, phone="0698765432")
    home = f"/{space.slug}/"
    visitor = Client(raise_request_exception=False)
    for page in (
        "",
        "annuaire/",
        "structures/velo/",
        "contact/",
        "donnees-personnelles/",
        "plan-du-site/",
    ):
        assert visitor.get(home + page).status_code == 200

    for path in (
        "structures",
        "structures.geojson",
        "establishments",
        f"structures/{structure.pk}",
    ):
        answer = visitor.get(f"/api/v1/spaces/{space.slug}/{path}?q=velo")
        assert answer.status_code == 200
    assert (
        visitor.post(f"/api/v1/spaces/{space.slug}/structures", {"email": EMAIL}).status_code == 405
    )

    said = {"email": EMAIL, "name": "Zinzolin Canaricourt", "reason": "xyzcanaritexte"}
    visitor.post(f"{home}contact/", said | {"topic": "xyzcanaritexte", "message": "06 98 76 54 32"})
    visitor.post(f"{home}contact/", said | {"email": f"{EMAIL}@@"})
    visitor.post(
        f"{home}donnees-personnelles/opposition/", said | {"right": "opposition", "page": "velo"}
    )
    visitor.post(
        f"{home}structures/velo/signaler/",
        {"person_name": "Zinzolin Canaricourt", "person_email": EMAIL, "message": "xyzcanaritexte"},
    )
    visitor.post(f"{home}proposer/", {"person_email": EMAIL, "name": "Zinzolin Canaricourt"})

    visitor.post("/compte/connexion/", {"login": EMAIL, "password": "xyzcanaritexte"})
    visitor.post("/compte/mot-de-passe/oublie/", {"email": EMAIL})
    visitor.post(
        "/compte/inscription/", {"email": EMAIL, "age": "on", "adult": "on", "is_old_enough": "on"}
    )
    user, _new = User.objects.get_or_create(email=EMAIL, defaults={"name": "Zinzolin Canaricourt"})
    user.set_password(PASSWORD)
    user.save()
    person = Client(raise_request_exception=False)
    person.post("/compte/connexion/", {"login": EMAIL, "password": "faux"})
    person.post("/compte/connexion/", {"login": EMAIL, "password": PASSWORD})
    person.force_login(user)
    for page in ("", "donnees/", "donnees/tout/", "espaces/"):
        assert person.get(f"/compte/{page}").status_code in {200, 302}
    person.post("/compte/donnees/export/")
    person.post(
        "/compte/donnees/demande/",
        {"right": "limitation", "space": space.pk, "reason": "xyzcanaritexte"},
    )

    agent = cast.client("chloe")
    for page in (
        "structures/",
        "donnees-personnelles/",
        "contributions/",
        "messages/",
        "audience/",
    ):
        assert agent.get(f"{home}gestion/{page}").status_code in {200, 404}, page
    asked = ask_right(space, "access", page="", reason="xyzcanaritexte", email=EMAIL, now=NOW)
    agent.post(
        f"{home}gestion/donnees-personnelles/{asked.pk}/",
        {"verdict": "accept", "answer": "xyzcanaritexte"},
    )
    agent.get(f"{home}gestion/structures/{structure.pk}/")
    table = f"nom;courriel;téléphone;commune\nVélo;{EMAIL};06 98 76 54 32;93048\n".encode()
    upload = SimpleUploadedFile("liste.csv", table)
    agent.post(f"{home}gestion/imports/nouveau/table/", {"file": upload, "table": upload})

    def refuse(_carrier: Carrier, message: object) -> None:
        raise SMTPRecipientsRefused({EMAIL: (550, b"no such canari.personne here")})

    monkeypatch.setattr(Carrier, "take", refuse)
    drain()
    follow_letters(visitor)

    def fail(*_arguments: object, **_words: object) -> None:
        raise RuntimeError("panne")

    monkeypatch.setattr("maillage.portal.views.privacy.send_contact", fail)
    assert visitor.post(f"{home}contact/", said | {"topic": "x", "message": "x"}).status_code == 500
    visitor.get(f"{home}nulle-part/")

    assert RightsRequest.objects.filter(email=EMAIL).count() == 3
    assert Letter.objects.filter(to=EMAIL, status="refused").count() >= 4
    lines = watch.lines.getvalue()
    assert "Erreur sur" in lines
    assert watch.found(lines) == []
    assert [one for one in watch.addresses if watch.found(unquote_plus(one))] == []
