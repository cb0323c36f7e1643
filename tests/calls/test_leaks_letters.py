"""No letter about readings holds a name, an answer, a score or a proposal for whom it must not."""

from datetime import timedelta

import pytest

from maillage.calls.actions.assigning import give
from maillage.calls.actions.interests import decide
from maillage.calls.actions.reading_reminders import remind_readers
from maillage.calls.actions.reviewing import reopen
from tests.calls.factories import make_juror
from tests.calls.leaks import AGENT, SECRETS, found_in, letters_to, plant
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def test_letters_of_readings_hold_no_secret():
    """Every letter that this part writes, made by its own actions and read whole."""
    world = plant("instruction")
    agent = world.people[AGENT]
    new = make_juror(world.edition, charter_at=NOW)
    give(world.application, new, due_on=NOW.date() + timedelta(days=7), by=agent, now=NOW)
    reading = world.application.reviews.get(status="submitted")
    reopen(reading, reason="Il manque une note.", by=agent, now=NOW)
    assert remind_readers(NOW, NOW.date()) == 2
    decide(world.application, new.user, recused=True, reason="x", by=agent, now=NOW)
    people = world.people | {"new juror": new.user}
    for person, user in people.items():
        if user is not None:
            assert not found_in(letters_to(user)) - {
                one.what for one in SECRETS if person in one.allowed
            }, person
