"""What happens in the directory and who is told of it: nothing is lost, nothing hidden leaves."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from maillage.api.actions.delivering import content
from maillage.api.actions.telling import something_to_tell, tell
from maillage.api.actions.webhooks import create_webhook, pause, resume
from maillage.api.lib.webhooks import EVENT_LABELS
from maillage.api.models import Webhook, WebhookDelivery
from maillage.core import journal
from maillage.structures.actions.archive import archive_structure, restore_structure
from maillage.structures.actions.save import create_structure, update_structure
from maillage.structures.enums import EssStatus, State
from maillage.structures.models import Structure
from tests.factories import NOW, Cast, make_establishment, make_space, make_structure

pytestmark = pytest.mark.django_db


@pytest.fixture
def webhook(cast: Cast) -> Webhook:
    return listening(cast)


def listening(cast: Cast, **fields: object) -> Webhook:
    given = {"space": cast.space, "url": "https://ville.example/", "events": list(EVENT_LABELS)}
    given |= {"description": "", "by": cast.aicha, "now": NOW} | fields
    return create_webhook(given.pop("space"), **given)


def edited(structure: Structure, **changes: list) -> None:
    journal.record("edit", structure, by=None, at=NOW, changes=changes)


def waiting(webhook: Webhook) -> list[tuple[str, int]]:
    """Events not looked at yet, in order, with their structure's key."""
    tell(now=NOW)
    found = list(webhook.deliveries.order_by("pk"))
    webhook.deliveries.all().delete()
    return [(one.event, one.payload["structure"]) for one in found]


def test_the_life_of_a_structure_is_told(cast: Cast, webhook: Webhook):
    made = create_structure(
        {"name": "La Ressourcerie", "family": "association"},
        place={"municipality_code": "93048", "address": "1 rue X", "postal_code": "93100"},
        space=cast.space,
        by=cast.chloe,
        now=NOW,
    )
    assert waiting(webhook) == [("structure.created", made.pk)]
    update_structure(made, {"description": "Objets"}, by=cast.chloe, now=NOW, space=cast.space)
    assert waiting(webhook) == [("structure.updated", made.pk)]
    archive_structure(made, reason="Fermée", by=cast.chloe, now=NOW, space=cast.space)
    assert waiting(webhook) == [("structure.archived", made.pk)]
    restore_structure(made, by=cast.chloe, now=NOW, space=cast.space)
    assert waiting(webhook) == [("structure.created", made.pk)]
    assert not something_to_tell()


def test_what_came_before_the_webhook_is_not_told(cast: Cast):
    edited(make_structure("Avant", in_space=cast.space))
    assert waiting(listening(cast)) == []


def test_a_structure_changed_many_times_is_told_once(cast: Cast, webhook: Webhook):
    one, other = (make_structure(in_space=cast.space) for _ in range(2))
    for structure in (one, other):
        edited(structure)
    waiting(webhook)
    for _ in range(5):
        edited(one, name=["a", "b"])
        edited(other)
    assert waiting(webhook) == [("structure.updated", one.pk), ("structure.updated", other.pk)]


def test_an_import_s_new_structures_are_created(cast: Cast, webhook: Webhook):
    made = make_structure("Importée", in_space=cast.space)
    journal.record("import", made, by=None, at=NOW, changes={"name": ["", "Importée"]})
    assert waiting(webhook) == [("structure.created", made.pk)]
    journal.record("import", made, by=None, at=NOW, changes={"phone": ["", "01"]})
    assert waiting(webhook) == [("structure.updated", made.pk)]


def test_what_the_public_does_not_see_is_not_told(cast: Cast, webhook: Webhook):
    elsewhere = make_structure("Ailleurs")
    make_establishment(elsewhere, municipality_code="75120")
    excluded = make_structure("Hors ESS", in_space=cast.space, ess_status=EssStatus.EXCLUDED)
    archived = make_structure("Archivée", in_space=cast.space, state=State.ARCHIVED)
    for structure in (elsewhere, excluded, archived):
        edited(structure)
        edited(structure)
    called = make_structure("Appelée", in_space=cast.space)
    for act in ("call", "reminder_sent", "member_invited", "closure_kept"):
        journal.record(act, called, by=cast.chloe, at=NOW)
    assert waiting(webhook) == []


def test_leaving_the_ess_is_leaving_the_directory(cast: Cast, webhook: Webhook):
    made = make_structure(in_space=cast.space)
    edited(made)
    waiting(webhook)
    made.ess_status = EssStatus.EXCLUDED
    made.save()
    edited(made, ess_status=["confirmed", "excluded"])
    assert waiting(webhook) == [("structure.archived", made.pk)]
    made.ess_status = EssStatus.CONFIRMED
    made.save()
    edited(made, ess_status=["excluded", "confirmed"])
    assert waiting(webhook) == [("structure.created", made.pk)]


def test_each_webhook_hears_what_it_asked_for_of_its_own_space(cast: Cast, webhook: Webhook):
    only = listening(cast, events=["structure.archived"])
    far = make_space("loin", communes=("75120",))
    theirs = listening(cast, space=far)
    made = make_structure(in_space=cast.space)
    edited(made)
    tell(now=NOW)
    assert [one.webhook for one in WebhookDelivery.objects.all()] == [webhook]
    assert not something_to_tell()
    assert {only.deliveries.count(), theirs.deliveries.count()} == {0}


def test_a_pause_keeps_what_happens(cast: Cast, webhook: Webhook):
    made = make_structure(in_space=cast.space)
    edited(made)
    waiting(webhook)
    pause(webhook, by=cast.aicha, now=NOW)
    edited(made)
    edited(made)
    assert waiting(webhook) == []
    resume(webhook, by=cast.aicha, now=NOW)
    assert waiting(webhook) == [("structure.updated", made.pk)]


def test_a_space_that_is_not_open_tells_nothing_until_it_is(cast: Cast, webhook: Webhook):
    cast.space.is_public = False
    cast.space.save()
    made = make_structure(in_space=cast.space)
    edited(made)
    assert (something_to_tell(), waiting(webhook)) == (False, [])
    cast.space.is_public = True
    cast.space.save()
    assert waiting(webhook) == [("structure.updated", made.pk)]


def test_chunks_are_read_to_the_end(cast: Cast, webhook: Webhook, monkeypatch):
    monkeypatch.setattr("maillage.api.actions.telling.CHUNK", 3)
    made = [make_structure(in_space=cast.space) for _ in range(8)]
    for one in made:
        edited(one)
    assert waiting(webhook) == [("structure.updated", one.pk) for one in made]


def test_a_reading_undone_is_read_again_and_told_once(cast: Cast, webhook: Webhook):
    edited(make_structure(in_space=cast.space))
    with transaction.atomic():
        tell(now=NOW)
        transaction.set_rollback(True)
    tell(now=NOW)
    first = webhook.deliveries.get()
    Webhook.objects.update(told_up_to=0)
    tell(now=NOW)
    assert webhook.deliveries.filter(event_id=first.event_id).count() == 1


class TestContent:
    """What leaves is the public view at the moment of leaving."""

    def of(self, webhook: Webhook, structure: Structure) -> dict:
        edited(structure)
        tell(now=NOW)
        return content(webhook.deliveries.latest("pk"), now=NOW)

    def test_the_public_view(self, cast: Cast, webhook: Webhook):
        made = make_structure(
            "La Ressourcerie", in_space=cast.space, email="cache@test.example", phone="01 02 03 04 05",
            contact_visibility={"email": "agents"},
        )  # fmt: skip
        journal.record("edit", made, by=cast.chloe, at=NOW, reason="secret entre agents")
        sent = self.of(webhook, made)
        assert (sent["event"], sent["at"]) == ("structure.updated", NOW.isoformat())
        assert sent["space"]["slug"] == cast.space.slug
        assert sent["structure"]["name"] == "La Ressourcerie"
        assert sent["structure"]["phone"] == "01 02 03 04 05"
        for hidden in ("cache@test.example", "secret", "Chloé", "chloe"):
            assert hidden not in str(sent)

    def test_what_was_hidden_since_does_not_leave(self, cast: Cast, webhook: Webhook):
        made = make_structure("La Ressourcerie", in_space=cast.space)
        edited(made)
        tell(now=NOW)
        Structure.objects.filter(pk=made.pk).update(state=State.ARCHIVED)
        sent = content(webhook.deliveries.get(), now=NOW)
        assert sent["structure"] == {"id": made.pk}

    def test_what_left_is_a_number(self, cast: Cast, webhook: Webhook):
        made = make_structure("La Ressourcerie", in_space=cast.space)
        edited(made)
        waiting(webhook)
        archive_structure(made, reason="Fermée", by=cast.chloe, now=NOW, space=cast.space)
        tell(now=NOW)
        sent = content(webhook.deliveries.get(), now=NOW)
        assert (sent["event"], sent["structure"]) == ("structure.archived", {"id": made.pk})


@pytest.mark.django_db(transaction=True)
def test_a_line_written_late_is_not_skipped(cast: Cast, postgres: bool):
    """PostgreSQL gives keys before it commits: line 2 may be seen while line 1 is not."""
    if not postgres:
        pytest.skip("SQLite writes one transaction at a time.")
    webhook = listening(cast)
    early, late = (make_structure(in_space=cast.space) for _ in range(2))
    written, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                edited(early)
                written.set()
                go_on.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    written.wait(10)
    edited(late)
    assert journal.settled(patience=0.1) == 0
    tell_at = NOW + timedelta(minutes=1)
    assert tell(now=tell_at) == 0
    go_on.set()
    thread.join(10)
    assert sorted(waiting(webhook)) == sorted(
        ("structure.updated", one.pk) for one in (early, late)
    )


def test_another_database_of_the_same_server_holds_nothing_back(cast: Cast, postgres: bool):
    if not postgres:
        pytest.skip("SQLite has one database a file.")
    edited(make_structure(in_space=cast.space))
    given = connection.get_connection_params()
    with connection.Database.connect(
        host=given["host"],
        port=given["port"],
        user=given["user"],
        password=given["password"],
        dbname="postgres",
    ) as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")
        assert journal.settled(patience=0.1) == journal.newest()
