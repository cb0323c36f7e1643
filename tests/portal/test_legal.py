"""Pages that a French public site must have, and what is still missing from them."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client

from maillage.core.models import JournalEntry, Letter
from maillage.portal.actions.legal import conformity_of, valid_until
from maillage.portal.queries.cookies import cookies
from maillage.portal.queries.readiness import readiness
from maillage.spaces.models import AccessibilityStatement, Conformity, LegalInformation
from tests.factories import Cast, make_structure
from tests.portal.pages import filled, text

pytestmark = pytest.mark.django_db
HOME = "/val-de-bievre/"
SETTINGS = f"{HOME}gestion/parametres/"
CONTACT = {
    "name": "Nadia\r\nBcc: x@y.test",
    "email": "nadia@test.example",
    "topic": "Une question\r\nBcc: x@y.test",
    "message": "Où êtes-vous ?",
}


@pytest.fixture(autouse=True)
def fresh_throttles():
    cache.clear()
    yield
    cache.clear()


def fill(cast: Cast, page: str, **fields: object):
    client, address = cast.client("aicha"), f"{SETTINGS}{page}/"
    return client.post(address, filled(client, address) | fields)


LEGAL = {
    "publisher_address": "1 place de la Mairie, 93100 Montreuil",
    "publisher_phone": "01 02 03 04 05",
    "director": "Camille Durand",
    "host_name": "Hébergeur de test",
    "host_address": "2 rue du Serveur, 59000 Lille",
    "host_phone": "03 04 05 06 07",
    "dpo_email": "dpo@test.example",
}


def test_the_legal_notice_says_what_was_filled(cast: Cast):
    assert fill(cast, "mentions", **LEGAL).status_code == 302
    page = text(Client().get(f"{HOME}mentions-legales/"))
    for name, value in LEGAL.items():
        assert (value in page) is (name != "dpo_email"), name
    assert "dpo@test.example" in text(Client().get(f"{HOME}donnees-personnelles/"))
    line = JournalEntry.objects.get()
    assert (line.action, line.changes) == (
        "legal_updated",
        {"fields": [None, list(LegalInformation.objects.values(*LEGAL)[0])]},
    ) or sorted(line.changes["fields"][1]) == sorted(LEGAL)
    assert "Camille" not in str(line.changes)


def test_the_checklist_shrinks_as_pages_are_filled(cast: Cast):
    assert [check.done for check in readiness(cast.space)] == [False] * 7
    fill(cast, "mentions", **LEGAL)
    assert sum(check.done for check in readiness(cast.space)) == 4
    page = text(cast.client("aicha").get(SETTINGS))
    assert "À faire Une adresse de contact" in page
    assert "Fait Le délégué à la protection des données" in page
    for check in readiness(cast.space):
        assert cast.client("aicha").get(check.url).status_code == 200


@pytest.mark.parametrize(
    ("audited", "rate", "state"),
    [
        (None, None, Conformity.NONE),
        (date(2026, 5, 1), Decimal("49.99"), Conformity.NONE),
        (date(2026, 5, 1), Decimal(50), Conformity.PARTIAL),
        (date(2026, 5, 1), Decimal("99.99"), Conformity.PARTIAL),
        (date(2026, 5, 1), Decimal(100), Conformity.FULL),
    ],
)
def test_the_state_follows_from_the_audit(audited, rate, state):
    assert conformity_of(audited, rate) == state


def test_an_audit_is_good_for_three_years():
    assert valid_until(date(2024, 2, 29)) == date(2027, 2, 28)
    assert valid_until(date(2026, 5, 1)) == date(2029, 5, 1)


def footer(address: str) -> str:
    html = Client().get(address).content.decode()
    return html[html.index('<footer class="site-footer">') :]


def test_every_page_of_the_space_says_its_state(cast: Cast):
    assert "Accessibilité : non conforme" in footer(HOME)
    today = date.today()  # noqa: DTZ011
    answer = fill(
        cast, "accessibilite", audited_on=today.isoformat(), rate="72,5", auditor="Cabinet Test"
    )
    assert answer.status_code == 302
    for address in (HOME, f"{HOME}annuaire/", f"{HOME}mentions-legales/"):
        assert "Accessibilité : partiellement conforme" in footer(address)
    page = text(Client().get(f"{HOME}accessibilite/"))
    assert "72,5 % des critères" in page
    assert "réalisé par Cabinet Test" in page
    assert "Accessibilité : non conforme" in footer("/plaine-sud/")
    cast.space.refresh_from_db()
    cast.space.accessibility_until = date(2020, 1, 1)
    cast.space.save()
    assert "Accessibilité : non conforme" in footer(HOME)


@pytest.mark.parametrize(
    "wrong",
    [{"rate": "72"}, {"audited_on": "2026-05-01"}, {"rate": "101", "audited_on": "2026-05-01"}],
)
def test_a_wrong_statement_changes_nothing(cast: Cast, wrong):
    answer = fill(cast, "accessibilite", **wrong)
    assert answer.status_code == 200
    assert "à revoir" in text(answer)
    assert AccessibilityStatement.objects.count() == 0


def test_a_message_reaches_the_space_and_its_author(cast: Cast):
    cast.space.contact_email = "ess@ville.example"
    cast.space.save()
    answer = Client().post(f"{HOME}contact/", CONTACT)
    assert answer["Location"] == f"{HOME}contact/envoye/"
    to_space = Letter.objects.get(kind="portal.contact")
    assert (to_space.to, to_space.headers["Reply-To"]) == ("ess@ville.example", CONTACT["email"])
    assert to_space.subject == "Un message par la page de contact – Val de Bièvre"
    assert "Où êtes-vous ?" in to_space.body
    received = Letter.objects.get(kind="portal.contact_received")
    assert received.to == CONTACT["email"]
    for word in ("Où êtes-vous", "Nadia", "Bcc"):
        assert word not in received.body + received.subject


@pytest.mark.parametrize("wrong", [{"email": "x"}, {"message": ""}, {"topic": "x" * 121}])
def test_a_message_that_is_not_whole_is_kept_on_screen(cast: Cast, wrong):
    cast.space.contact_email = "ess@ville.example"
    cast.space.save()
    answer = Client().post(f"{HOME}contact/", CONTACT | wrong)
    assert (answer.status_code, Letter.objects.count()) == (200, 0)
    assert "Une réponse est à revoir" in text(answer)


def test_programs_and_insistent_senders_send_nothing(cast: Cast):
    cast.space.contact_email = "ess@ville.example"
    cast.space.save()
    Client().post(f"{HOME}contact/", CONTACT | {"adresse_web": "x"})
    assert Letter.objects.count() == 0
    statuses = [Client().post(f"{HOME}contact/", CONTACT).status_code for _ in range(6)]
    assert statuses == [302] * 5 + [429]
    assert Letter.objects.count() == 10


def test_without_an_address_the_page_says_so(cast: Cast):
    assert "Pas encore d'adresse de contact" in text(Client().get(f"{HOME}contact/"))
    answer = Client().post(f"{HOME}contact/", CONTACT)
    assert (answer.status_code, Letter.objects.count()) == (200, 0)


def test_the_site_map_leads_everywhere(cast: Cast):
    make_structure("Vélo", in_space=cast.space)
    answer = Client().get(f"{HOME}plan-du-site/")
    html = answer.content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    import re

    links = set(re.findall(r'href="(/[^"#]*)"', main))
    assert links >= {HOME, f"{HOME}annuaire/", f"{HOME}carte/", f"{HOME}contact/"}
    for link in links:
        assert Client().get(link).status_code == 200, link


def test_the_cookies_that_are_set_are_the_ones_that_are_listed(cast: Cast):
    from tests.factories import PASSWORD

    reader, known = Client(), {one.name for one in cookies()}
    make_structure("Vélo", in_space=cast.space, slug="velo")
    for page in ("", "annuaire/", "carte/", "structures/velo/", "mentions-legales/",
                 "donnees-personnelles/", "accessibilite/", "plan-du-site/"):  # fmt: skip
        assert reader.get(HOME + page).status_code == 200
    assert dict(reader.cookies) == {}
    person = Client()
    person.get("/compte/connexion/")
    person.post("/compte/connexion/", {"login": "denis@test.example", "password": PASSWORD})
    posted = {"right": "limitation", "space": cast.space.pk, "reason": "x"}
    person.post("/compte/donnees/demande/", posted)
    assert set(person.cookies) <= known
    assert set(person.cookies) >= {"sessionid"}
    page = text(Client().get(f"{HOME}donnees-personnelles/"))
    for name in known:
        assert name in page
