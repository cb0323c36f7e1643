"""Somebody named in the directory says no; the space answers within the month."""

from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client

from maillage.core.models import JournalEntry, Letter
from maillage.portal.actions.rights import ask_right
from maillage.sources.models import ImportRun, Suggestion
from maillage.spaces.lib.dates import one_month_after
from maillage.spaces.models import RightsRequest
from maillage.structures.models import Suppression
from tests.factories import NOW, Cast, make_structure
from tests.portal.pages import text

pytestmark = pytest.mark.django_db
FORM = "/val-de-bievre/donnees-personnelles/opposition/"
QUEUE = "/val-de-bievre/gestion/donnees-personnelles/"
ASKED = {
    "right": "opposition",
    "page": "http://testserver/val-de-bievre/structures/velo/",
    "reason": "Cette adresse est la mienne.",
    "email": "Nadia@Test.example",
}


@pytest.fixture(autouse=True)
def fresh_throttles():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def structure(cast: Cast):
    return make_structure(
        "Vélo", in_space=cast.space, slug="velo", email="nadia@test.example", phone="0102030405"
    )


def ask(cast: Cast, **fields: str) -> RightsRequest:
    known = {name: ASKED[name] for name in ("page", "reason", "email")} | fields
    return ask_right(cast.space, "opposition", **known, now=NOW)


def test_a_request_is_numbered_dated_and_told(cast: Cast, structure):
    answer = Client().post(FORM, ASKED)
    assert answer["Location"] == f"{FORM}envoyee/"
    asked = RightsRequest.objects.get()
    assert (asked.space, asked.structure_id, asked.email, asked.state, asked.user) == (
        cast.space,
        structure.pk,
        "nadia@test.example",
        "open",
        None,
    )
    to = Letter.objects.order_by("to").values_list("to", "kind")
    assert list(to) == [
        ("aicha@test.example", "portal.rights_to_treat"),
        ("nadia@test.example", "portal.rights_received"),
    ]
    received = Letter.objects.get(kind="portal.rights_received")
    assert f"numéro {asked.pk}" in received.body
    assert "Cette adresse est la mienne" not in str(list(Letter.objects.values()))
    assert "nadia" not in str(list(JournalEntry.objects.values()))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": "nadia"}, "Adresse e-mail pour vous répondre"),
        ({"reason": ""}, "Votre demande"),
        ({"right": "tout"}, "Je veux"),
        ({"reason": "x" * 2001}, "Votre demande"),
    ],
)
def test_bad_input_changes_nothing_and_keeps_what_was_typed(cast: Cast, wrong, sentence):
    answer = Client().post(FORM, ASKED | wrong)
    page = text(answer)
    assert (answer.status_code, RightsRequest.objects.count(), Letter.objects.count()) == (
        200,
        0,
        0,
    )
    assert "Une réponse est à revoir" in page
    assert sentence in page
    assert ASKED["page"] in answer.content.decode()


def test_a_program_that_fills_everything_is_thanked_and_forgotten(cast: Cast):
    answer = Client().post(FORM, ASKED | {"adresse_web": "https://spam.example"})
    assert answer["Location"] == f"{FORM}envoyee/"
    assert (RightsRequest.objects.count(), Letter.objects.count()) == (0, 0)


def test_the_trap_is_hidden_from_people(cast: Cast):
    html = Client().get(FORM).content.decode()
    start = html.index('<div class="visually-hidden" aria-hidden="true">')
    assert 'name="adresse_web"' in html[start : start + 400]
    assert html.count('name="adresse_web"') == 1
    assert 'tabindex="-1"' in html[start : start + 400]


def test_the_sixth_request_in_an_hour_waits(cast: Cast):
    for _ in range(5):
        assert Client().post(FORM, ASKED).status_code == 302
    answer = Client().post(FORM, ASKED)
    assert (answer.status_code, RightsRequest.objects.count()) == (429, 5)
    assert "réessayez dans une heure" in text(answer)
    assert ASKED["reason"] in answer.content.decode()


def test_the_page_of_a_structure_leads_to_the_form_and_fills_it(cast: Cast, structure):
    html = Client().get("/val-de-bievre/structures/velo/").content.decode()
    link = f"{FORM}?page=/val-de-bievre/structures/velo/"
    assert f'href="{link}"' in html
    assert 'value="/val-de-bievre/structures/velo/"' in Client().get(link).content.decode()


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 11, 22), date(2026, 12, 22)),
        (date(2026, 12, 5), date(2027, 1, 5)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
    ],
)
def test_a_month_is_the_same_day_of_the_next_one(day, due):
    assert one_month_after(day) == due


def test_the_queue_is_in_the_order_of_deadlines_and_says_what_is_late(cast: Cast, structure):
    first = ask(cast)
    RightsRequest.objects.filter(pk=first.pk).update(due_on=date(2026, 1, 2))
    second = ask(cast)
    page = text(cast.client("chloe").get(QUEUE))
    assert page.index(f"N° {first.pk}") < page.index(f"N° {second.pk}")
    assert page.count("En retard") == 1


def test_accepting_hides_answers_and_remembers(cast: Cast, structure):
    asked = ask(cast)
    run = ImportRun.objects.create(space=cast.space, connector="table", created_at=NOW)
    Suggestion.objects.create(
        run=run, structure=structure, field="email", proposed="nadia@test.example", source="rna"
    )
    posted = {"verdict": "accept", "hide": ["email", "address"], "answer": "C'est fait."}
    answer = cast.client("chloe").post(f"{QUEUE}{asked.pk}/", posted)
    assert answer["Location"] == QUEUE
    structure.refresh_from_db()
    asked.refresh_from_db()
    assert (structure.email, structure.phone) == ("", "0102030405")
    assert (asked.state, asked.hidden, asked.decided_by) == (
        "accepted",
        ["address", "email"],
        cast.chloe,
    )
    assert sorted(Suppression.objects.values_list("field", "request_id")) == [
        ("address", asked.pk),
        ("email", asked.pk),
    ]
    assert not Suggestion.objects.exists()
    letter = Letter.objects.get(kind="portal.rights_answered")
    assert (letter.to, "C'est fait." in letter.body, "l'adresse e-mail" in letter.body) == (
        "nadia@test.example",
        True,
        True,
    )
    assert "nadia@" not in Client().get("/val-de-bievre/structures/velo/").content.decode()
    assert "nadia@" not in Client().get("/val-de-bievre/annuaire/export.csv").getvalue().decode()


def test_a_page_taken_off_is_gone(cast: Cast, structure):
    asked = ask(cast)
    posted = {"verdict": "accept", "hide": ["page"], "answer": "Fait."}
    cast.client("chloe").post(f"{QUEUE}{asked.pk}/", posted)
    assert Client().get("/val-de-bievre/structures/velo/").status_code == 410


def test_refusing_says_why_and_hides_nothing(cast: Cast, structure):
    asked = ask(cast)
    client = cast.client("chloe")
    both = client.post(
        f"{QUEUE}{asked.pk}/", {"verdict": "refuse", "hide": ["email"], "answer": "Non."}
    )
    assert "Une demande refusée ne retire rien" in text(both)
    silent = client.post(f"{QUEUE}{asked.pk}/", {"verdict": "refuse", "answer": ""})
    assert "Une réponse est à revoir" in text(silent)
    asked.refresh_from_db()
    assert (asked.state, Suppression.objects.count()) == ("open", 0)
    client.post(f"{QUEUE}{asked.pk}/", {"verdict": "refuse", "answer": "C'est une obligation."})
    asked.refresh_from_db()
    structure.refresh_from_db()
    assert (asked.state, structure.email) == ("refused", "nadia@test.example")
    assert "refusée" in Letter.objects.get(kind="portal.rights_answered").body


def test_a_request_is_answered_once(cast: Cast, structure):
    asked = ask(cast)
    posted = {"verdict": "accept", "answer": "Fait."}
    for _ in range(2):
        last = cast.client("chloe").post(f"{QUEUE}{asked.pk}/", posted)
    assert "déjà reçu sa réponse" in text(last)
    assert Letter.objects.filter(kind="portal.rights_answered").count() == 1


def test_the_agent_names_the_page_when_its_author_did_not(cast: Cast, structure):
    asked = ask(cast, page="je ne sais pas")
    client, address = cast.client("chloe"), f"{QUEUE}{asked.pk}/"
    assert asked.structure_id is None
    assert "hide" not in client.get(address).context["form"].fields
    wrong = client.post(f"{address}fiche/", {"page": "/plaine-sud/structures/autre/"}, follow=True)
    assert "n'est pas celle d'une fiche" in text(wrong)
    client.post(f"{address}fiche/", {"page": "/val-de-bievre/structures/velo/"})
    asked.refresh_from_db()
    assert asked.structure_id == structure.pk
    assert "hide" in client.get(address).context["form"].fields


def test_a_page_of_another_space_is_not_reached(cast: Cast):
    make_structure("Loin", in_space=cast.other_space, slug="loin")
    cast.other_space.perimeter.exclude(municipality_code="93008").delete()
    from maillage.structures.models import Establishment

    Establishment.objects.update(municipality_code="93008")
    assert ask(cast, page="/val-de-bievre/structures/loin/").structure_id is None


def answered(cast: Cast, email: str) -> str:
    asked = ask_right(
        cast.space, "access", page="", reason="Que gardez-vous ?", email=email, now=NOW
    )
    posted = {"verdict": "accept", "answer": "Voici."}
    cast.client("chloe").post(f"{QUEUE}{asked.pk}/", posted)
    return Letter.objects.get(kind="portal.rights_answered").body


def test_access_without_an_account_sends_what_is_kept_to_that_mailbox(cast: Cast):
    ask(cast, email="autre@test.example", reason="Celle d'une autre personne.")
    body = answered(cast, "nadia@test.example")
    assert "Voici." in body
    assert "texte : Que gardez-vous ?" in body
    assert "Messages" not in body
    assert "autre personne" not in body


def test_access_with_an_account_leads_to_the_account(cast: Cast):
    body = answered(cast, "denis@test.example")
    assert "/compte/donnees/" in body
    assert "Que gardez-vous" not in body
