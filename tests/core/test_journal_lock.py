"""The journal is append-only in the database itself, on both engines."""

import pytest
from django.db import DatabaseError, connection, transaction

from maillage.core import journal
from maillage.core.journal_lock import unlocked
from maillage.core.models import JournalEntry
from tests.factories import NOW, make_space, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> JournalEntry:
    space = make_space()
    journal.record("space_updated", space, by=make_user(), at=NOW, space_id=space.pk, reason="vrai")
    JournalEntry.objects.bulk_create(
        [JournalEntry(at=NOW, action="x", subject_type="t", subject_id="1", network="192.0.2.0/24")]
    )
    return JournalEntry.objects.get(action="x")


OTHER = {
    "id": 999_999, "at": "2020-01-01T00:00:00Z", "by": None, "action": "y", "subject_type": "u",
    "subject_id": "2", "space_id": 7, "run_id": 7, "changes": {"name": ["a", "b"]}, "reason": "faux",
    "acting_for": 7, "network": "198.51.100.0/24",
}  # fmt: skip


def test_every_field_is_tried():
    assert set(OTHER) == {field.name for field in JournalEntry._meta.fields}


@pytest.mark.parametrize("field", sorted(OTHER))
def test_no_field_changes(field, entry):
    one = JournalEntry.objects.get(action="space_updated")
    before = JournalEntry.objects.filter(pk=one.pk).values().get()
    with pytest.raises(DatabaseError, match="ne se corrige pas"), transaction.atomic():
        JournalEntry.objects.filter(pk=one.pk).update(**{field: OTHER[field]})
    assert JournalEntry.objects.filter(pk=one.pk).values().get() == before


def test_no_line_is_deleted(entry):
    with pytest.raises(DatabaseError, match="ne se corrige pas"), transaction.atomic():
        entry.delete()
    with pytest.raises(DatabaseError, match="ne se corrige pas"), transaction.atomic():
        JournalEntry.objects.all()._raw_delete("default")
    assert JournalEntry.objects.count() == 2


def test_the_network_alone_is_forgotten(entry):
    with pytest.raises(DatabaseError, match="ne se corrige pas"), transaction.atomic():
        JournalEntry.objects.filter(pk=entry.pk).update(network="", reason="faux")
    assert JournalEntry.objects.filter(pk=entry.pk).update(network="") == 1
    entry.refresh_from_db()
    assert (entry.network, entry.reason) == ("", "")


def test_truncate_is_refused(entry, postgres):
    if not postgres:
        pytest.skip("SQLite has no TRUNCATE")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing pending may hide the refusal
    with (
        pytest.raises(DatabaseError, match="ne se corrige pas"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE core_journalentry")
    assert JournalEntry.objects.count() == 2


def test_a_database_is_emptied_on_purpose_and_locked_again(entry):
    with unlocked():
        JournalEntry.objects.all().delete()
    assert JournalEntry.objects.count() == 0
    journal.record("again", make_space(), by=None, at=NOW)
    with pytest.raises(DatabaseError, match="ne se corrige pas"), transaction.atomic():
        JournalEntry.objects.all().delete()


def test_a_failure_while_unlocked_leaves_the_lock(entry):
    with pytest.raises(ZeroDivisionError), unlocked():
        JournalEntry.objects.all().delete()
        raise ZeroDivisionError
    assert JournalEntry.objects.count() == 2
    with pytest.raises(DatabaseError, match="ne se corrige pas"), transaction.atomic():
        JournalEntry.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_ends_with_the_lock():
    journal.record("committed", make_space(), by=None, at=NOW)
    with pytest.raises(DatabaseError, match="ne se corrige pas"):
        JournalEntry.objects.all().delete()


def test_the_lock_survived_the_flush():
    assert JournalEntry.objects.count() == 0
    journal.record("after", make_space(), by=None, at=NOW)
    with pytest.raises(DatabaseError, match="ne se corrige pas"), transaction.atomic():
        JournalEntry.objects.all().delete()
