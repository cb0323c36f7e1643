"""A point and what qualifies it move together, whoever brings them."""

from datetime import date

import pytest

from maillage.structures.models import Establishment
from tests.factories import make_siret, make_space
from tests.sources.pipeline import imported, place, record

pytestmark = pytest.mark.django_db

SIREN = "732829320"
GEOCODED = {
    "lon": 2.44,
    "lat": 48.86,
    "location_quality": "house",
    "location_source": "geoplateforme",
    "location_score": 0.9,
}
REGISTERED = {"lon": 2.41, "lat": 48.85, "location_quality": "street", "location_source": "Sirene"}
MASKED = {"lon": None, "lat": None, "location_quality": "none", "location_source": ""}
NOWHERE = (None, None, "none", "", None)


def say(space, key: str, day: int, **fields) -> None:
    said = record(siren=SIREN, places=(place(siret=make_siret(SIREN), **fields),))
    imported(space, said, key=key, said_on=date(2026, 11, day))


def location() -> tuple:
    fields = ("lon", "lat", "location_quality", "location_source", "location_score")
    return Establishment.objects.values_list(*fields).get()


@pytest.fixture
def space():
    return make_space()


def test_a_register_that_has_no_point_leaves_the_geocoded_one(space):
    say(space, "sirene", 1, **MASKED)
    assert location() == NOWHERE
    say(space, "geocoding", 2, **GEOCODED)
    say(space, "sirene", 3, **MASKED)
    assert location() == (2.44, 48.86, "house", "geoplateforme", 0.9)


def test_a_register_that_gets_a_point_replaces_the_whole_of_the_geocoded_one(space):
    say(space, "geocoding", 2, **GEOCODED)
    say(space, "sirene", 3, **REGISTERED)
    assert location() == (2.41, 48.85, "street", "Sirene", None)
    say(space, "geocoding", 4, **GEOCODED)
    assert location() == (2.41, 48.85, "street", "Sirene", None)


def test_a_source_takes_its_own_point_back_whole(space):
    say(space, "sirene", 1, **REGISTERED)
    say(space, "sirene", 3, **MASKED)
    assert location() == NOWHERE


def test_older_data_do_not_come_back(space):
    say(space, "sirene", 5, **REGISTERED)
    say(space, "sirene", 3, lon=2.0, lat=48.0, location_quality="area", location_source="Sirene")
    assert location() == (2.41, 48.85, "street", "Sirene", None)


def test_a_point_that_a_person_placed_stays_whole(space):
    say(space, "sirene", 1, **REGISTERED)
    row = Establishment.objects.get()
    row.lon, row.lat, row.location_quality, row.location_source = 2.5, 48.9, "house", "agent"
    row.provenance |= {"lon": {"by": 1}, "lat": {"by": 1}}
    row.save()
    say(space, "sirene", 9, **(REGISTERED | {"location_quality": "area"}))
    assert location() == (2.5, 48.9, "house", "agent", None)
