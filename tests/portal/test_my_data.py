"""« Mes données »: see, take away, withdraw, ask, leave."""

import json

import pytest
from django.apps import apps
from django.test import Client

from maillage.accounts.actions import record_consent
from maillage.accounts.models import Consent, User
from maillage.core.models import JournalEntry, Letter
from maillage.core.room import rooms
from maillage.spaces.models import RightsRequest, Role
from maillage.structures.models import Membership
from tests.factories import NOW, PASSWORD, Cast, make_structure, signed_in
from tests.portal.pages import text

pytestmark = pytest.mark.django_db
MINE = "/compte/donnees/"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def just_signed_in(user: User) -> Client:
    client = signed_in(user)
    client.post("/compte/confirmer/mot-de-passe/", {"password": PASSWORD})
    return client


def test_all_is_shown_and_taken_away(cast: Cast):
    denis = cast.denis
    Membership.objects.create(
        structure=make_structure("Le Fil"), user=denis, kind="member", since=NOW
    )
    record_consent("profile.public", "Montrer mon nom.", user_id=denis.pk, now=NOW)
    client = cast.client("denis")
    page = text(client.get(f"{MINE}tout/"))
    for words in ("denis@test.example", "Le Fil", "Montrer mon nom."):
        assert words in page
    assert "Le Fil" not in text(cast.client("bruno").get(f"{MINE}tout/"))

    answer = client.post(f"{MINE}export/")
    told = json.loads(answer.content)
    assert answer["Content-Disposition"] == 'attachment; filename="mes-donnees-maillage.json"'
    assert told["compte"] == "denis@test.example"
    assert told["données"]["Structures que vous tenez"][0]["structure"] == "Le Fil"
    line = JournalEntry.objects.get()
    assert (line.action, line.by, line.changes) == ("own_data_exported", denis, {})


def test_codes_are_told_in_words_and_long_lists_stay_short_on_screen(cast: Cast):
    from maillage.core import journal

    for _ in range(203):
        journal.record("role_set", cast.space, by=cast.aicha, at=NOW)
    page = text(cast.client("aicha").get(f"{MINE}tout/"))
    assert page.count("Rôle d'une personne espace") == 200
    assert "Et 3 autres lignes, toutes dans le fichier à emporter." in page
    assert "Val de Bièvre administrateur" in page
    told = json.loads(cast.client("aicha").post(f"{MINE}export/").content)
    assert len(told["données"]["Ce que vous avez fait"]) == 204


def test_the_export_has_every_declared_kind_of_which_there_is_a_row(cast: Cast):
    from maillage.portal.queries.my_data import as_json

    record_consent("p", "x", user_id=cast.aicha.pk, now=NOW)
    expected = {
        one.label
        for room in rooms()
        for one in room.personal
        if one.export is not None
        and one.export(cast.aicha)
        and apps.get_model(one.model) is not None
    }
    assert set(as_json(cast.aicha, now=NOW)["données"]) == expected
    assert expected >= {"Votre compte", "Rôles dans des espaces", "Consentements"}


def test_a_consent_is_withdrawn_by_its_owner_only(cast: Cast):
    consent = record_consent("profile.public", "Oui.", user_id=cast.denis.pk, now=NOW)
    address = f"{MINE}consentements/{consent.pk}/retirer/"
    assert cast.client("bruno").post(address).status_code == 404
    answer = cast.client("denis").post(address, follow=True)
    assert "Votre consentement est retiré." in text(answer)
    assert Consent.objects.get().withdrawn_at is not None
    cast.client("denis").post(address)
    assert JournalEntry.objects.filter(action="consent_withdrawn").count() == 1


def test_limitation_is_asked_under_the_account_s_address(cast: Cast):
    posted = {"right": "limitation", "space": cast.space.pk, "reason": "Gelez tout."}
    cast.client("denis").post(f"{MINE}demande/", posted)
    asked = RightsRequest.objects.get()
    assert (asked.user, asked.email, asked.right) == (
        cast.denis,
        "denis@test.example",
        "limitation",
    )


def test_a_closed_space_cannot_be_asked(cast: Cast):
    cast.space.is_public = False
    cast.space.save()
    posted = {"right": "limitation", "space": cast.space.pk, "reason": "Gelez tout."}
    answer = cast.client("denis").post(f"{MINE}demande/", posted)
    assert (answer.status_code, RightsRequest.objects.count()) == (200, 0)


def test_leaving_asks_who_one_is_again(cast: Cast):
    """Somebody at an unlocked screen cannot erase the account of its owner."""
    answer = cast.client("denis").post(f"{MINE}effacer/", {"sure": "on"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/compte/confirmer/")
    cast.denis.refresh_from_db()
    assert cast.denis.erased_at is None


def test_leaving_says_what_goes_and_what_stays_then_goes(cast: Cast):
    Letter.objects.create(
        kind="x", to=cast.denis.email, user=cast.denis, subject="x", created_at=NOW, status="sent"
    )
    client = just_signed_in(cast.denis)
    page = text(client.get(f"{MINE}effacer/"))
    assert page.index("Ce qui part") < page.index("Messages reçus (1)")
    assert "Votre compte : La ligne du compte reste, vide" in page
    unsure = client.post(f"{MINE}effacer/", {})
    assert "Cochez la case pour confirmer." in text(unsure)
    answer = client.post(f"{MINE}effacer/", {"sure": "on"})
    assert answer["Location"] == f"{MINE}efface/"
    assert "Votre compte est effacé" in text(client.get(f"{MINE}efface/"))
    assert client.get(MINE).status_code == 302
    cast.denis.refresh_from_db()
    assert cast.denis.email == f"efface-{cast.denis.pk}@compte.invalid"
    again = Client()
    again.post("/compte/connexion/", {"login": "denis@test.example", "password": PASSWORD})
    assert again.get(MINE).status_code == 302


def test_the_last_administrator_reads_what_to_do_first(cast: Cast):
    client = just_signed_in(cast.bruno)
    Role.objects.filter(user=cast.bruno).update(kind=Role.Kind.ADMINISTRATOR)
    page = text(client.get(f"{MINE}effacer/"))
    assert "Vous êtes la dernière personne à administrer l'espace « Plaine Sud »" in page
    assert "Effacer mon compte maintenant" not in page
    client.post(f"{MINE}effacer/", {"sure": "on"})
    cast.bruno.refresh_from_db()
    assert cast.bruno.erased_at is None
