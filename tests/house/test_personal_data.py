"""Whatever a table knows of a person is declared: it is exported, erased, or kept for a reason that is said."""

import re

import pytest
from django.apps import apps
from django.db.models import EmailField

from maillage.accounts.models import User
from maillage.core.personal import declared
from maillage.core.retention import retentions
from maillage.core.room import rooms
from tests.house.files import SOURCE, under

pytestmark = pytest.mark.one_engine

# Addresses of organisations, not of people.
NOT_OF_A_PERSON = {
    ("spaces.Space", "contact_email"),
    ("spaces.LegalInformation", "dpo_email"),
    ("spaces.AccessibilityStatement", "feedback_email"),
    ("structures.Structure", "email"),
    ("calls.Programme", "contact_email"),
    ("calls.Edition", "contact_email"),
}


def people_in_tables() -> set[tuple[str, str]]:
    found = set()
    for model in apps.get_models():
        for field in model._meta.fields:
            to_person = field.is_relation and field.related_model is User
            address = isinstance(field, EmailField) and model.__module__.startswith("maillage.")
            if to_person or address:
                found.add((model._meta.label, field.name))
    return found


def test_every_key_to_a_person_and_every_address_is_declared() -> None:
    assert people_in_tables() - set(declared(rooms())) - NOT_OF_A_PERSON == set()


def test_declarations_name_what_exists() -> None:
    gone = [
        (model, name)
        for model, name in declared(rooms())
        if name not in {field.name for field in apps.get_model(model)._meta.fields}
    ]
    assert gone == []
    assert set(declared(rooms())) & NOT_OF_A_PERSON == set()


def test_rows_that_stay_say_why_and_others_go() -> None:
    silent = [
        (room.name, kept.model)
        for room in rooms()
        for kept in room.personal
        if (kept.erase is None) != bool(kept.kept)
    ]
    assert silent == []


@pytest.mark.django_db
def test_every_declaration_exports_and_erases_without_failing() -> None:
    from django.utils import timezone

    user = User.objects.create_user("x@test.example")
    for room in rooms():
        for kept in room.personal:
            if kept.export is not None:
                assert isinstance(kept.export(user), list), kept.model
            if kept.erase is not None:
                kept.erase(user, timezone.now())


def test_every_duration_has_a_rule_and_a_name_of_its_room() -> None:
    for code, one in retentions().items():
        assert code.partition(".")[0] in {room.name for room in rooms()}
        assert (one.days >= 0, bool(one.basis), bool(one.label)) == (True, True, True)


def test_accounts_open_by_known_doors() -> None:
    """Sign-up asks whether one is fifteen; the others are invitations of an agent or a juror, by who manages."""
    doors = {
        str(path.relative_to(SOURCE))
        for path in under(SOURCE, ".py")
        if re.search(r"\b(open_account|create_user)\(", path.read_text(encoding="utf-8"))
    }
    assert doors - {"demo/actions/people.py"} == {
        "accounts/actions/__init__.py",
        "accounts/models/__init__.py",
        "calls/actions/jurors.py",
        "portal/actions/space.py",
        "spaces/management/commands/add_agent.py",
    }
