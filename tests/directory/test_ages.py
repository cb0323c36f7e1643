"""The age of a page, in words: on its page, in lists, on the map."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.core import journal
from maillage.core.jobs import drain, enqueue
from maillage.structures.actions.save import confirm_structure
from maillage.structures.actions.upkeep import refresh_upkeep
from maillage.structures.models import Membership, Structure
from maillage.structures.queries.freshness import add_months
from tests.factories import Cast, make_structure

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)


def page(cast: Cast, path: str) -> str:
    return Client().get(f"/{cast.space.slug}/{path}").content.decode().replace("&#x27;", "'")


def address(cast: Cast, one: Structure) -> str:
    path = reverse("directory:structure", args=[cast.space.slug, one.slug])
    return path.removeprefix(f"/{cast.space.slug}/")


def confirmed(cast: Cast, months: int, days: int = 0, **fields) -> Structure:
    """Confirmed so many months ago, less `days`."""
    day = add_months(TODAY, -months) + timedelta(days=days)
    moment = NOW - (TODAY - day)
    one = make_structure(in_space=cast.space, confirmed_at=moment, **fields)
    refresh_upkeep([one.pk], now=NOW)
    journal.tick("structures")
    return one


def test_who_confirmed_is_told(cast: Cast) -> None:
    agent = confirmed(cast, 1, confirmed_by=cast.chloe)
    keeper = confirmed(cast, 1, confirmed_by=cast.denis)
    Membership.objects.create(structure=keeper, user=cast.denis, kind="member", since=NOW)
    key = confirmed(cast, 1)
    for one, who in ((agent, "un agent"), (keeper, "la structure"), (key, "la structure")):
        text = page(cast, address(cast, one))
        assert f"Confirmée le {one.confirmed_at.day} " in text
        assert f" par {who}" in text


@pytest.mark.parametrize(
    ("months", "days", "words", "faded"),
    [
        (6, 1, "Confirmée", False),
        (6, 0, "À confirmer", False),
        (9, 0, "À vérifier", False),
        (12, 1, "À vérifier", False),
        (12, 0, "Fiche ancienne", True),
    ],
)
def test_the_same_words_on_the_page_and_in_lists(cast: Cast, months, days, words, faded) -> None:
    one = confirmed(cast, months, days)
    assert f"{words} " in page(cast, address(cast, one))
    listed = page(cast, "annuaire/")
    assert f">{words} " in listed
    assert ("structure-card is-old" in listed) is faded
    feed = json.loads(Client().get(f"/{cast.space.slug}/annuaire/points.json").content)
    assert feed["old"] == ([0] if faded else [])


def test_registers_are_named_when_nobody_confirmed(cast: Cast) -> None:
    new = {"name": {"source": "sirene", "date": TODAY.isoformat()}}
    one = make_structure("Neuve", in_space=cast.space, provenance=new)
    assert "D'après les registres du" in page(cast, address(cast, one))
    assert "Pas encore confirmée" in page(cast, "annuaire/")
    Structure.objects.update(provenance={"name": {"source": "sirene", "date": "2019-03-01"}})
    text = page(cast, address(cast, one))
    assert "Fiche ancienne : d'après les registres du 1 mars 2019" in text
    assert "Fiche ancienne : registres d'il y a" in page(cast, "annuaire/")


def test_a_confirmation_refreshes_lists_and_map_at_once(cast: Cast) -> None:
    one = confirmed(cast, 20)
    url = f"/{cast.space.slug}/annuaire/points.json"
    assert json.loads(Client().get(url).content)["old"] == [0]
    confirm_structure(one, by=cast.chloe, now=NOW, space=cast.space)
    assert json.loads(Client().get(url).content)["old"] == []


def test_the_night_tells_the_map_what_has_grown_old(cast: Cast) -> None:
    before = journal.now_at("structures")
    enqueue("structures.refresh_upkeep")
    drain()
    assert journal.now_at("structures") == before + 1
