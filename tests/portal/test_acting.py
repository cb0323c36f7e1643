"""For whom a person acts: always said, chosen by them, checked at each request, noted in the journal."""

import html
import re

import pytest
from django.test import Client
from django.utils import timezone

from maillage.core.models import JournalEntry
from maillage.spaces.models import Role
from maillage.structures.models import Membership
from tests.factories import Crowd, make_membership, make_role, make_structure

pytestmark = pytest.mark.django_db
SWITCH = "/compte/agir/"
HOME = "/val-de-bievre/"


def text(answer) -> str:
    """The words of a whole page, its head left out."""
    body = answer.content.decode().partition("<body")[2].partition(">")[2]
    words = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))
    return words.replace(" ,", ",")


def act_for(client: Client, structure="", **more: str):
    return client.post(SWITCH, {"structure": getattr(structure, "pk", structure), **more})


def rename(client: Client, name: str) -> JournalEntry:
    """The line that the journal keeps of a change of name."""
    done = client.post("/compte/profil/", {"name": name, "profile": "resident", "language": "fr"})
    assert done.status_code == 302
    return JournalEntry.objects.get(action="profile_changed")


@pytest.mark.parametrize("url", [HOME, "/", "/compte/", "/val-de-bievre/annuaire/", "/charte/"])
def test_every_page_says_it(url, crowd: Crowd):
    assert "Vous agissez en votre nom, Denis Robert" in text(crowd.client("denis").get(url))
    assert "Vous agissez" not in text(Client().get(url))


def test_a_page_that_is_not_there_says_it_too(crowd: Crowd):
    answer = crowd.client("denis").get("/rien/")
    assert answer.status_code == 404
    assert "Vous agissez en votre nom" in text(answer)


def test_management_is_in_the_name_of_the_space(crowd: Crowd):
    chloe, aicha = (crowd.client(name).get(f"{HOME}gestion/") for name in ("chloe", "aicha"))
    assert "Vous agissez comme agent de Val de Bièvre" in text(chloe)
    assert "Vous agissez comme administrateur de Val de Bièvre" in text(aicha)
    refused = crowd.client("denis").get(f"{HOME}gestion/")
    assert "Vous agissez comme" not in text(refused)


def test_the_pages_of_a_structure_are_in_its_name(crowd: Crowd):
    page = text(crowd.client("nadia").get(f"/compte/structures/{crowd.structure.pk}/"))
    assert "Vous agissez pour La Ressourcerie" in page


def test_a_person_chooses_and_the_journal_notes_it(crowd: Crowd):
    client = crowd.client("marc")
    assert "Pour La Ressourcerie" in text(client.get(HOME))
    done = act_for(client, crowd.structure, next=HOME)
    assert (done.status_code, done["Location"]) == (302, HOME)
    page = text(client.get(HOME))
    assert "Vous agissez pour La Ressourcerie" in page
    assert "En mon nom" in page
    assert rename(client, "Marc L.").acting_for == crowd.structure.pk
    act_for(client)
    assert "Vous agissez en votre nom" in text(client.get(HOME))


def test_in_ones_own_name_the_journal_notes_no_structure(crowd: Crowd):
    assert rename(crowd.client("marc"), "Marc L.").acting_for is None


def test_an_agent_who_also_keeps_a_structure_manages_for_the_space(crowd: Crowd):
    make_membership(crowd.other_structure, crowd.chloe)
    client = crowd.client("chloe")
    act_for(client, crowd.other_structure)
    client.post(f"{HOME}gestion/structures/{crowd.structure.pk}/verifiee/")
    entry = JournalEntry.objects.get(action="confirm")
    assert (entry.acting_for, entry.space_id) == (None, crowd.space.pk)


def test_who_does_not_keep_a_structure_cannot_act_for_it(crowd: Crowd):
    client = crowd.client("theo")
    absent = act_for(client, 999_999)
    refused = act_for(client, crowd.structure)
    assert (absent.status_code, refused.status_code) == (404, 404)
    for odd in ("abc", "-1", "9" * 30, "1 OR 1=1"):
        assert act_for(client, odd).status_code == 404
    assert "Vous agissez en votre nom" in text(client.get(HOME))


def test_who_is_taken_out_acts_in_their_own_name_at_once(crowd: Crowd):
    client = crowd.client("marc")
    act_for(client, crowd.structure)
    Membership.objects.filter(user=crowd.marc).update(ended_at=timezone.now())
    page = text(client.get(HOME))
    assert "Vous ne tenez plus cette fiche : vous agissez de nouveau en votre nom." in page
    assert "Vous agissez en votre nom, Marc Lefort" in page
    assert "Vous ne tenez plus" not in text(client.get(HOME))
    assert rename(client, "Marc L.").acting_for is None


def test_the_choice_does_not_outlive_the_session(crowd: Crowd):
    client = crowd.client("marc")
    act_for(client, crowd.structure)
    client.post("/compte/deconnexion/")
    client.force_login(crowd.marc)
    assert "Vous agissez en votre nom" in text(client.get(HOME))


@pytest.mark.parametrize("then", ["https://mal.example/", "//mal.example", "javascript:alert(1)"])
def test_the_way_back_stays_here(then, crowd: Crowd):
    assert act_for(crowd.client("marc"), crowd.structure, next=then)["Location"] == "/compte/"


def test_the_band_costs_one_query_whatever_the_identities(crowd: Crowd, django_assert_num_queries):
    client = crowd.client("denis")
    client.get("/accessibilite/")
    with django_assert_num_queries(4):  # session, person, identities, unread letters
        client.get("/accessibilite/")
    for number in range(4):
        make_membership(make_structure(in_space=crowd.space, name=f"S{number}"), crowd.denis)
    make_role(crowd.other_space, crowd.denis, Role.Kind.AGENT)
    with django_assert_num_queries(4):
        page = client.get("/accessibilite/")
    assert "Gérer Plaine Sud" in text(page)
    assert "Pour S3" in text(page)


def test_feeds_do_not_ask_who_reads(crowd: Crowd):
    answer = crowd.client("marc").get(f"{HOME}annuaire/points.json")
    anonymous = Client().get(f"{HOME}annuaire/points.json")
    assert anonymous.content == answer.content
    assert "Cookie" not in anonymous.get("Vary", "")
