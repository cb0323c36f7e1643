"""No page, export, feed or letter shows a name, an answer, a score or a proposal to whom it must not.

A word of each is planted in one call; every address of the house that answers GET is asked for by everybody. A new
address is walked from the day it exists. `tests/calls/leaks.py` says what is planted and who may read it.
"""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.db import transaction
from django.template import Template

from tests.calls.leaks import (
    AGENT,
    SECRETS,
    World,
    addresses,
    body_of,
    found_in,
    plant,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]
# Rooms that know nothing of calls, walked by few: a leak there would come from a panel or a menu.
OURS = (
    "reviews:", "readings:", "calls:", "editions:", "callforms:", "callrules:", "eligibility:", "allies:", "partners:",
    "applications:", "instruction:", "aids:", "jury:", "awards:", "subsidies:", "grants:",
)  # fmt: skip
ELSEWHERE = (
    "manage:journal", "manage:dashboard", "outbox:list", "inbox:list", "portal:journal", "portal:space_home",
    "account_home", "privacy:my_data", "privacy:all_my_data", "directory:list", "directory:structure", "directory:feed",
    "directory:outline", "api_root:spaces", "api_root:structures", "api_root:dumps", "moderation:queue",
    "portal:data", "embeds:builder", "reports:list", "moderation:log",
)  # fmt: skip
# Who sits at a session is told to who sits there; who read what is not on that page.
PLAIN = {"reviews:session": {"name of a juror"}}


@pytest.fixture(scope="module", params=["instruction", "decided"])
def world(request, django_db_setup, django_db_blocker) -> Iterator[World]:
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        patch.object(Template, "_render", lambda page, context: page.nodelist.render(context)),
    ):
        yield plant(request.param)
        transaction.set_rollback(True)


def paths() -> dict[str, str]:
    known = {
        name: url for name, url in addresses().items() if name.startswith(OURS) or name in ELSEWHERE
    }
    assert [name for name, url in known.items() if not url] == []
    return known


def allowed(person: str) -> set[str]:
    return {one.what for one in SECRETS if person in one.allowed}


def test_no_page_shows_a_secret_to_whom_it_must_not(world: World):
    leaks, seen = [], set()
    for name, url in paths().items():
        for person, client in world.clients.items():
            answer = client.get(url)
            if answer.status_code == 405:
                break
            shown = found_in(body_of(answer))
            seen |= {(person, what) for what in shown}
            told = allowed(person) | PLAIN.get(name, set())
            leaks += [f"{person} reads the {what} on {name}" for what in shown - told]
    assert sorted(leaks) == []
    # A walk that reaches nothing would find nothing: the people who may read do read.
    assert (AGENT, "name of the applicant") in seen
    assert ("juror reading", "comment of a juror") in seen


def test_searching_and_asking_for_a_recused_file_finds_nothing(world: World):
    """Lists take a search: the words of the file itself must not be found by who may not."""
    for name in ("instruction:inbox", "instruction:list", "readings:list", "manage:journal"):
        url = paths().get(name)
        for word in ("Zyxwald", "SECRET-0777") if url else ():
            for person in ("recused agent", "agent elsewhere", "recused juror"):
                answer = world.clients[person].get(url, {"q": word, "page": "1"})
                # The page repeats what was typed: in its field, and in the links that keep it.
                body = body_of(answer).replace(f'value="{word}"', "").replace(f"q={word}", "")
                assert not found_in(body) - allowed(person), (name, person)
