"""« Mon compte »: the hub, its menu, and who one says one is."""

import pytest
from django.test import Client

from maillage.core import room as house
from maillage.core.models import JournalEntry
from maillage.core.room import NavEntry, Room, register
from tests.factories import Cast

pytestmark = pytest.mark.django_db


def test_the_hub_says_who_one_is_and_leads_to_every_page(cast: Cast, monkeypatch):
    monkeypatch.setattr(house, "_rooms", dict(house._rooms))
    register(
        Room(
            name="essai",
            label="Essai",
            nav=(NavEntry(label="Essai d'en haut", url_name="account_profile", slot="account"),),
        )
    )
    page = cast.client("denis").get("/compte/").content.decode()
    assert "Bonjour Denis Robert" in page
    assert "denis@test.example" in page
    assert "Essai d&#x27;en haut" in page
    assert 'aria-label="Mon compte"' in page


def test_a_visitor_is_sent_to_the_sign_in():
    assert Client().get("/compte/")["Location"] == "/compte/connexion/?next=/compte/"


def test_the_profile_changes_and_the_journal_keeps_no_name(cast: Cast):
    client = cast.client("denis")
    answer = client.post("/compte/profil/", {"name": "  Denis   R. ", "profile": "project_holder"})
    assert answer["Location"] == "/compte/"
    cast.denis.refresh_from_db()
    assert (cast.denis.name, cast.denis.profile) == ("Denis R.", "project_holder")
    [entry] = JournalEntry.objects.filter(action="profile_changed")
    assert (entry.by, entry.changes, entry.reason) == (cast.denis, {}, "name, profile")
    client.post("/compte/profil/", {"name": "Denis R.", "profile": "project_holder"})
    assert JournalEntry.objects.filter(action="profile_changed").count() == 1


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"name": "", "profile": "resident"}, "name"),
        ({"name": "x" * 121, "profile": "resident"}, "name"),
        ({"name": "Denis", "profile": "administrator"}, "profile"),
    ],
)
def test_a_wrong_profile_changes_nothing(cast: Cast, given, wrong):
    answer = cast.client("denis").post("/compte/profil/", given | {"is_staff": "on"})
    assert set(answer.context["form"].errors) == {wrong}
    cast.denis.refresh_from_db()
    assert (cast.denis.name, cast.denis.is_staff) == ("Denis Robert", False)
