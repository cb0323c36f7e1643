"""The page a reminder's key opens: three answers without a password, and nothing that is not public."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from maillage.core.jobs import drain, enqueue
from maillage.core.models import Job, JournalEntry, Letter
from maillage.moderation.enums import Trust
from maillage.moderation.models import Contribution
from maillage.structures.actions.reminders import key_hash
from maillage.structures.actions.upkeep import refresh_upkeep
from maillage.structures.models import ClosureSign, FreshnessReminder, Structure
from tests.factories import Cast, make_structure

pytestmark = pytest.mark.django_db
KEY = "une-cle-de-trente-deux-caracteres"
PAGE = f"/fiche/{KEY}/"


@pytest.fixture
def one(cast: Cast) -> Structure:
    cache.clear()
    one = make_structure(
        "La Fabrique",
        in_space=cast.space,
        description="Réparer ensemble",
        phone="01 48 00 00 00",
        email="contact@fabrique.example",
        website="https://fabrique.example/",
        contact_visibility={"phone": "agents"},
    )
    refresh_upkeep([one.pk], now=timezone.now())
    FreshnessReminder.objects.create(
        structure=one,
        months=6,
        since=timezone.localdate(),
        space_id=cast.space.pk,
        to="contact@fabrique.example",
        key_hash=key_hash(KEY),
        sent_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=60),
    )
    return one


def get(path: str = PAGE, status: int = 200) -> str:
    answer = Client().get(path)
    assert answer.status_code == status
    return answer.content.decode()


def test_reading_shows_what_is_public_and_changes_nothing(cast: Cast, one: Structure) -> None:
    answer = Client().get(PAGE)
    page = answer.content.decode()
    for text in ("Réparer ensemble", "contact@fabrique.example", "1 rue de la République"):
        assert text in page
    assert "01 48 00 00 00" not in page  # for agents only
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "same-origin"
    assert '<meta name="robots" content="noindex, nofollow">' in page
    Client().head(PAGE)
    one.refresh_from_db()
    assert (one.confirmed_at, FreshnessReminder.objects.get().answer) == (None, "")


def test_an_address_that_is_a_home_is_not_told(one: Structure) -> None:
    one.establishments.update(address_is_public=False)
    assert "rue de la République" not in get()


@pytest.mark.parametrize("rest", ["", "repondre/", "corriger/", "arreter/"])
def test_an_unknown_key_opens_nothing(one: Structure, rest: str) -> None:
    client = Client()
    for key in ("autre-cle", KEY[:-1], key_hash(KEY)):
        answer = client.post(f"/fiche/{key}/{rest}") if rest else client.get(f"/fiche/{key}/")
        assert answer.status_code == 404


def test_one_click_confirms_and_the_page_tells_it_again(one: Structure) -> None:
    client = Client()
    for answer in ("right", "closed", "right"):  # a replay and a change of mind change nothing
        assert client.post(f"{PAGE}repondre/", {"answer": answer})["Location"] == PAGE
    one.refresh_from_db()
    assert one.confirmed_at is not None
    assert one.confirmed_by is None
    assert ClosureSign.objects.count() == 0
    page = get()
    assert "Vous avez répondu : tout est juste" in page
    assert "Tout est juste</button>" not in page
    assert JournalEntry.objects.filter(action="reminder_answered").count() == 1


def test_closed_is_for_an_agent_to_decide(cast: Cast, one: Structure) -> None:
    Client().post(f"{PAGE}repondre/", {"answer": "closed"})
    one.refresh_from_db()
    assert one.state == "active"
    assert "Vous avez répondu : la structure est fermée" in get()
    page = cast.client("chloe").get(f"/{cast.space.slug}/gestion/a-archiver/").content.decode()
    assert "Réponse à un rappel" in page


@pytest.mark.parametrize("answer", ["", "correct", "burn", "right\x00"])
def test_anything_else_is_no_answer(one: Structure, answer: str) -> None:
    Client().post(f"{PAGE}repondre/", {"answer": answer})
    assert FreshnessReminder.objects.get().answer == ""


CORRECTED = {
    "name": "La Fabrique",
    "description": "Réparer ensemble",
    "phone": "06 00 00 00 00",
    "email": "contact@fabrique.example",
    "website": "https://fabrique.example/",
    "address": "1 rue de la République",
    "postal_code": "93100",
}


def test_corrections_wait_for_an_agent_with_what_was_shown(cast: Cast, one: Structure) -> None:
    assert 'value="contact@fabrique.example"' in get(f"{PAGE}corriger/")
    answer = Client().post(f"{PAGE}corriger/", {**CORRECTED, "message": "Ouvert le lundi"})
    assert answer["Location"] == PAGE
    sent = Contribution.objects.get()
    assert (sent.structure, sent.kind, sent.state) == (one, "correct", "open")
    assert (sent.fields, sent.seen["phone"]) == ({"phone": "06 00 00 00 00"}, "")
    assert sent.message == "Ouvert le lundi"
    assert sent.trust == Trust.KEY
    one.refresh_from_db()
    assert one.phone == "01 48 00 00 00"
    assert "Vos corrections sont arrivées" in get()
    Client().post(f"{PAGE}corriger/", {**CORRECTED, "phone": "07 00 00 00 00"})
    assert Contribution.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"phone": ""}, "Rien n'a changé"),
        ({"phone": "appelez-moi"}, "que des chiffres"),
        ({"website": "javascript:alert(1)"}, "valide"),
        ({"name": ""}, "obligatoire"),
        ({"postal_code": "9310"}, "cinq chiffres"),
        ({"name": "x" * 251}, "250"),
    ],
)
def test_a_bad_correction_is_told_and_nothing_typed_is_lost(one: Structure, typed, sentence):
    answer = Client().post(f"{PAGE}corriger/", CORRECTED | typed)
    assert "Réparer ensemble</textarea>" in answer.content.decode()
    page = answer.content.decode().replace("&#x27;", "'")
    assert (answer.status_code, sentence in page) == (422, True)
    assert Contribution.objects.count() == 0
    assert FreshnessReminder.objects.get().answer == ""


def test_an_expired_key_explains_and_offers_the_ordinary_way(cast: Cast, one: Structure) -> None:
    FreshnessReminder.objects.update(expires_at=timezone.now())
    page = get(status=410).replace("&#x27;", "'")
    assert "Ce lien n'est plus valable" in page
    assert f"/{one.slug}/" in page
    assert "contact@fabrique.example" not in page
    Client().post(f"{PAGE}repondre/", {"answer": "right"})
    assert Client().get(f"{PAGE}corriger/")["Location"] == PAGE
    one.refresh_from_db()
    assert one.confirmed_at is None


def test_a_page_that_is_gone_asks_nothing(one: Structure) -> None:
    Structure.objects.update(state="archived")
    assert "Cette fiche n'est plus publiée" in get()
    Client().post(f"{PAGE}repondre/", {"answer": "right"})
    assert FreshnessReminder.objects.get().answer == ""


def test_a_closed_space_shows_nothing_of_itself(cast: Cast, one: Structure) -> None:
    cast.space.is_public = False
    cast.space.save()
    page = get()
    assert cast.space.name not in page
    assert "contact@fabrique.example" not in page


def test_one_click_of_a_mail_reader_stops_the_letters(one: Structure) -> None:
    """RFC 8058: a POST without cookies nor token."""
    stranger = Client(enforce_csrf_checks=True)
    data = {"List-Unsubscribe": "One-Click"}
    assert stranger.post(f"{PAGE}arreter/", data).status_code == 302
    assert FreshnessReminder.objects.get().stopped_at is not None
    assert stranger.post(f"{PAGE}repondre/", {"answer": "right"}).status_code == 403
    assert "Vous ne recevez plus de rappels" in get(f"{PAGE}arreter/")
    Client().post(f"{PAGE}arreter/", {"resume": "1"})
    assert FreshnessReminder.objects.get().stopped_at is None


def test_an_expired_key_still_stops_the_letters(one: Structure) -> None:
    FreshnessReminder.objects.update(expires_at=timezone.now() - timedelta(days=300))
    Client().post(f"{PAGE}arreter/")
    assert FreshnessReminder.objects.get().stopped_at is not None


def test_somebody_who_tries_keys_is_slowed_down(one: Structure) -> None:
    client = Client()
    codes = [client.get(f"/fiche/cle-{number}/").status_code for number in range(125)]
    assert codes == [404] * 120 + [429] * 5
    cache.clear()


def test_the_nightly_job_writes_for_open_spaces_a_link_that_opens(cast: Cast) -> None:
    provenance = {"name": {"source": "sirene", "date": "2020-01-01"}}
    for space in (cast.space, cast.other_space):
        made = make_structure(in_space=space, provenance=provenance, email="a@test.example")
        made.establishments.update(municipality_code="93048" if space == cast.space else "93008")
    cast.other_space.is_public = False
    cast.other_space.save()
    refresh_upkeep(now=timezone.now())
    enqueue("portal.send_reminders", key="portal.send_reminders@2026-11-22")
    enqueue("portal.send_reminders", key="portal.send_reminders@2026-11-22")
    drain()
    assert Job.objects.get(name="portal.send_reminders").result == {"sent": 1}
    letter = Letter.objects.get()
    assert FreshnessReminder.objects.get().space_id == cast.space.pk
    assert (letter.status, letter.link) == ("sent", "")  # the key is forgotten once it has left
