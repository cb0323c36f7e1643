"""Two people at the same moment: one decision, one write, one letter."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from maillage.core.models import JournalEntry, Letter
from maillage.moderation.actions import decide
from maillage.moderation.actions.contribute import contribute
from maillage.moderation.actions.deciding import StaleError
from maillage.moderation.actions.following import withdraw
from maillage.moderation.models import Contribution
from maillage.structures.models import Structure
from tests.factories import NOW, make_cast
from tests.moderation.things import a_page, sent, who

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act gave or raised, all started together."""
    barrier, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            found[number] = act()
        except Exception as error:  # noqa: BLE001
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_agents_accept_and_refuse_the_same_contribution():
    cast = make_cast()
    one = sent(cast)
    read = one.version
    found = at_once(
        lambda: decide.accept(one, version=read, **who(cast)),
        lambda: decide.refuse(one, reason="double", text="", version=read, **who(cast, "aicha")),
    )
    assert [type(answer) for answer in found].count(StaleError) == 1
    one.refresh_from_db()
    wrote = Structure.objects.get().phone == "01 48 00 00 01"
    assert (one.state, one.decided_by) == (
        ("accepted", cast.chloe) if wrote else ("refused", cast.aicha)
    )
    assert Letter.objects.filter(kind="moderation.decided").count() == 1
    assert JournalEntry.objects.filter(action="contribution_decided").count() == 1


def test_a_decision_and_a_withdrawal():
    cast = make_cast()
    one = sent(cast, "propose")
    read = one.version
    at_once(
        lambda: decide.accept(one, version=read, **who(cast)),
        lambda: withdraw(one, now=NOW),
    )
    one.refresh_from_db()
    assert (one.state, Structure.objects.count()) in {("accepted", 1), ("withdrawn", 0)}


def test_the_same_form_sent_by_four_clicks_is_one_contribution():
    cast = make_cast()
    page = a_page(cast)

    def send():
        return contribute(
            cast.space,
            kind="report",
            by=None,
            now=NOW,
            structure=page,
            message="x",
            email="a@test.example",
            token="t",
        )

    found = at_once(*[send] * 4)
    assert [type(answer).__name__ for answer in found] == ["Sent"] * 4
    assert sorted(answer.is_replay for answer in found) == [False, True, True, True]
    assert (Contribution.objects.count(), Letter.objects.count()) == (1, 1)


def test_two_corrections_of_one_page_accepted_together_both_stay():
    cast = make_cast()
    page = a_page(cast)
    first = sent(cast, structure=page)
    second = sent(
        cast, structure=page, fields={"acronym": "LF"}, seen={"acronym": ""}, email="b@test.example"
    )
    found = at_once(
        lambda: decide.accept(first, version=first.version, **who(cast)),
        lambda: decide.accept(second, version=second.version, **who(cast, "aicha")),
    )
    assert [answer.state for answer in found] == ["accepted", "accepted"]
    page.refresh_from_db()
    assert (page.phone, page.acronym) == ("01 48 00 00 01", "LF")
    assert {page.provenance[name]["contribution"] for name in ("phone", "acronym")} == {
        first.pk,
        second.pk,
    }
