"""What is kept of people who said something is missing: never shown, given back, forgotten."""

from datetime import timedelta

import pytest

from maillage.accounts.actions import erase_account
from maillage.core.room import rooms
from maillage.observatory.actions.forgetting import forget_addresses, forget_refused
from maillage.observatory.models import DeclaredNeed, Echo
from tests.factories import NOW, Cast
from tests.observatory.saying import make_declared, make_echoes

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=366)


def exported(user) -> dict[str, list[dict[str, object]]]:
    room = next(room for room in rooms() if room.name == "observatory")
    return {kept.label: kept.export(user) for kept in room.personal if kept.export}


def test_addresses_are_forgotten_a_year_after_the_decision(cast: Cast):
    def said(email: str, **when):
        return make_declared(cast.space, email=email, **when)

    said("vieux@test.example", decided_at=NOW - YEAR, said_at=NOW - YEAR)
    said("jamais-lu@test.example", state="waiting", said_at=NOW - YEAR)
    said("récent@test.example", decided_at=NOW - timedelta(days=300), said_at=NOW - YEAR)
    assert forget_addresses(NOW) == 2
    assert list(DeclaredNeed.objects.exclude(email="").values_list("email", flat=True)) == [
        "récent@test.example"
    ]
    assert DeclaredNeed.objects.filter(forgotten_at=NOW).count() == 2
    assert forget_addresses(NOW) == 0


def test_refused_ones_go_with_their_voices(cast: Cast):
    old = make_declared(cast.space, state="refused", decided_at=NOW - YEAR)
    make_echoes(old, 2)
    make_declared(cast.space, state="refused", decided_at=NOW - timedelta(days=10))
    make_declared(cast.space, decided_at=NOW - YEAR)
    assert forget_refused(NOW) == 1
    assert (DeclaredNeed.objects.count(), Echo.objects.count()) == (2, 0)


def test_what_was_brought_to_another_goes_and_leaves_its_voices(cast: Cast):
    kept = make_declared(cast.space)
    for age in (YEAR, timedelta(days=10)):
        make_declared(cast.space, state="merged", merged_into=kept, decided_at=NOW - age)
    make_echoes(kept, 2)
    assert forget_refused(NOW) == 1
    assert DeclaredNeed.objects.filter(state="merged").count() == 1
    assert kept.echoes.count() == 2


def test_a_person_gets_their_words_back_and_their_name_goes(cast: Cast):
    mine = make_declared(cast.space, "Mes mots", author=cast.denis)
    by_mail = make_declared(cast.space, email=cast.denis.email)
    other = make_declared(cast.space)
    Echo.objects.create(declared=other, user=cast.denis, at=NOW)
    told = exported(cast.denis)
    assert [row["texte"] for row in told["Besoins que vous avez déclarés"]] == ["Mes mots"]
    assert len(told["Besoins où vous avez dit « moi aussi »"]) == 1
    erase_account(cast.denis, by=cast.denis, now=NOW)
    mine.refresh_from_db()
    by_mail.refresh_from_db()
    assert (mine.author, mine.text, by_mail.email) == (None, "Mes mots", "")
    assert Echo.objects.count() == 0


def test_no_page_of_agents_shows_an_address(cast: Cast):
    one = make_declared(cast.space, state="waiting", email="rosa@test.example")
    client = cast.client("chloe")
    for url in ("dits/", f"dits/{one.pk}/"):
        html = client.get(f"/val-de-bievre/gestion/manques/{url}").content.decode()
        assert "rosa@test.example" not in html
    assert "sera prévenue" in html
