"""Communes and neighbourhoods of places, from their points."""

import pytest

from maillage.core.journal import now_at
from maillage.structures.actions import locate
from maillage.structures.actions.locate import assign_neighbourhoods, assign_places
from maillage.structures.models import EstablishmentNeighbourhood
from maillage.territories.actions import import_neighbourhoods
from maillage.territories.connectors.geojson import read_features
from maillage.territories.models import Neighbourhood
from tests.factories import NOW, make_establishment, make_structure
from tests.territories.shapes import collection, feature, square, write

pytestmark = pytest.mark.django_db


def quarter(code: str, geometry: dict) -> Neighbourhood:
    fields = {"kind": "local", "name": code, "geometry": geometry, "source": "x"}
    return Neighbourhood.objects.create(code=code, **fields)


def pairs() -> set[tuple[int, int]]:
    return set(
        EstablishmentNeighbourhood.objects.values_list("establishment_id", "neighbourhood_id")
    )


@pytest.fixture
def structure():
    return make_structure("La Fabrique")


def test_a_missing_commune_is_filled_and_said(structure):
    lost = make_establishment(structure, municipality_code="", lon=2.4433, lat=48.8621)
    known = make_establishment(structure, municipality_code="93001", lon=2.4433, lat=48.8621)
    nowhere = make_establishment(structure, municipality_code="", lon=-30.0, lat=40.0)
    without = make_establishment(structure, municipality_code="", lon=None, lat=None)
    assert assign_places([lost, known, nowhere, without], now=NOW) == 1
    for place, code in ((lost, "93048"), (known, "93001"), (nowhere, ""), (without, "")):
        place.refresh_from_db()
        assert place.municipality_code == code
    assert lost.provenance["municipality_code"]["source"] == "contours"


def test_neighbourhoods_follow_the_points(structure):
    west = quarter("WEST", square(2.43, 48.85, 0.01))
    both = quarter("BOTH", square(2.43, 48.85, 0.1))
    place = make_establishment(structure, lon=2.435, lat=48.855)
    far = make_establishment(structure, lon=2.50, lat=48.90)
    assert assign_neighbourhoods([place.pk, far.pk]) == (3, 0)
    assert pairs() == {(place.pk, west.pk), (place.pk, both.pk), (far.pk, both.pk)}
    place.lon = 2.445
    place.save()
    assert assign_neighbourhoods([place.pk]) == (0, 1)
    assert pairs() == {(place.pk, both.pk), (far.pk, both.pk)}
    assert assign_neighbourhoods([place.pk, far.pk]) == (0, 0)


@pytest.mark.parametrize(
    "fields",
    [{"location_quality": "area"}, {"location_quality": "none"}, {"lon": None, "lat": None}],
)
def test_a_rough_point_is_in_no_neighbourhood(structure, fields):
    quarter("Q", square(2.4, 48.8, 0.1))
    place = make_establishment(structure)
    assign_neighbourhoods([place.pk])
    assert len(pairs()) == 1
    for name, value in fields.items():
        setattr(place, name, value)
    place.save()
    assert assign_neighbourhoods([place.pk]) == (0, 1)


def test_a_thousand_places_cost_a_handful_of_queries(structure, django_assert_max_num_queries):
    quarter("Q", square(2.4, 48.8, 0.1))
    place = make_establishment(structure)
    rows = [
        type(place)(structure=structure, lon=2.44, lat=48.86, location_quality="house")
        for _rank in range(1_000)
    ]
    ids = [row.pk for row in type(place).objects.bulk_create(rows)]
    with django_assert_max_num_queries(14):
        assert assign_neighbourhoods(ids) == (1_000, 0)


@pytest.fixture
def bas_montreuil(tmp_path):
    document = collection(feature(square(2.43, 48.85, 0.02), code="Q1", nom="Bas Montreuil"))
    return read_features(write(tmp_path / "q.geojson", document))


def test_an_import_of_neighbourhoods_moves_every_place(structure, bas_montreuil):
    place = make_establishment(structure)
    clock = now_at("structures")
    import_neighbourhoods(bas_montreuil, kind=Neighbourhood.Kind.LOCAL, source="x", apply=True)
    assert pairs() == {(place.pk, Neighbourhood.objects.get().pk)}
    assert now_at("structures") == clock + 1


def test_neighbourhoods_and_places_are_written_together_or_not_at_all(
    structure, bas_montreuil, monkeypatch
):
    make_establishment(structure)

    def fail(_ids):
        raise OSError("disk full")

    monkeypatch.setattr(locate, "assign_neighbourhoods", fail)
    with pytest.raises(OSError, match="disk full"):
        import_neighbourhoods(bas_montreuil, kind=Neighbourhood.Kind.LOCAL, source="x", apply=True)
    assert Neighbourhood.objects.count() == 0
