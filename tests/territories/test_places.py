"""Where points are, on the shipped contours and on invented neighbourhoods."""

import pytest

from maillage.core import journal
from maillage.territories.lib import distance_m
from maillage.territories.models import Contour, Neighbourhood
from maillage.territories.queries import (
    Places,
    bounds,
    locate,
    municipalities,
    neighbourhoods_of,
    perimeter_geojson,
    territory_members,
)

pytestmark = pytest.mark.django_db

MONTREUIL_TOWN_HALL = (2.4433, 48.8621)
PERE_LACHAISE = (2.3933, 48.8614)
EST_ENSEMBLE = "200057875"


def square(west: float, south: float, side: float) -> dict:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def neighbourhood(code: str, geometry: dict, kind: str = "local") -> Neighbourhood:
    return Neighbourhood.objects.create(
        kind=kind, code=code, name=code, geometry=geometry, source="x"
    )


def test_points_are_in_their_commune():
    codes = territory_members(EST_ENSEMBLE) | {"75120"}
    assert locate(*MONTREUIL_TOWN_HALL, codes) == "93048"
    assert locate(*PERE_LACHAISE, codes) == "75120"


def test_a_point_elsewhere_is_nowhere():
    codes = territory_members(EST_ENSEMBLE)
    assert locate(*PERE_LACHAISE, codes) is None
    assert locate(0.0, 0.0, codes) is None
    assert locate(*MONTREUIL_TOWN_HALL, []) is None


def test_the_arrondissement_answers_before_the_whole_commune():
    assert locate(*PERE_LACHAISE, ["75056", "75120"]) == "75120"
    assert locate(*PERE_LACHAISE, ["75056"]) == "75056"


def test_every_centre_is_in_its_commune():
    """All 1 286 communes of Île-de-France; the centre of Paris is in one of its arrondissements."""
    region = territory_members("region:11")
    rows = municipalities(region)
    points = [(row.lon, row.lat) for row in rows]
    assert Places.of(region).municipality_codes(points) == [row.code for row in rows]


def test_contours_tile_the_region():
    """A grid over Paris and the communes around: no point falls between two communes."""
    region = territory_members("75,92,93,94")
    points = [(2.25 + x * 0.01, 48.80 + y * 0.01) for x in range(22) for y in range(13)]
    assert None not in Places.of(region).municipality_codes(points)


def test_saint_denis_covers_the_commune_it_absorbed():
    """The town hall of Pierrefitte-sur-Seine stands in Saint-Denis since 1 January 2025."""
    assert locate(2.3636, 48.9656, territory_members("93")) == "93066"


def test_a_batch_costs_no_query_once_taken(django_assert_num_queries):
    places = Places.of(territory_members(EST_ENSEMBLE))
    with django_assert_num_queries(0):
        assert places.municipality_codes([MONTREUIL_TOWN_HALL, (0, 0)]) == ["93048", None]
        assert places.neighbourhood_ids([MONTREUIL_TOWN_HALL]) == [[]]
        assert places.municipality_codes([]) == []


def test_neighbourhoods_overlap_and_the_smallest_comes_first():
    large = neighbourhood("LARGE", square(2.40, 48.84, 0.1))
    small = neighbourhood("SMALL", square(2.44, 48.86, 0.01))
    neighbourhood("ELSEWHERE", square(2.0, 48.0, 0.01))
    assert neighbourhoods_of(*MONTREUIL_TOWN_HALL) == [small.pk, large.pk]
    assert neighbourhoods_of(2.41, 48.85) == [large.pk]
    assert neighbourhoods_of(2.5, 48.94) == [large.pk]  # a corner is inside
    assert neighbourhoods_of(3.0, 48.85) == []


def test_shapes_are_kept_until_the_clock_moves(django_assert_num_queries):
    kept = neighbourhood("KEPT", square(2.40, 48.84, 0.1))
    assert neighbourhoods_of(*MONTREUIL_TOWN_HALL) == [kept.pk]
    with django_assert_num_queries(1):  # the clock
        assert neighbourhoods_of(*MONTREUIL_TOWN_HALL) == [kept.pk]
    added = neighbourhood("NEW", square(2.44, 48.86, 0.01))
    assert neighbourhoods_of(*MONTREUIL_TOWN_HALL) == [kept.pk]
    journal.tick("territories")
    assert neighbourhoods_of(*MONTREUIL_TOWN_HALL) == [added.pk, kept.pk]


def test_a_broken_polygon_in_the_database_is_passed_over():
    neighbourhood("BROKEN", {"type": "Polygon", "coordinates": "?"})
    neighbourhood("EMPTY", {"type": "Polygon", "coordinates": []})
    sound = neighbourhood("SOUND", square(2.40, 48.84, 0.1))
    assert neighbourhoods_of(*MONTREUIL_TOWN_HALL) == [sound.pk]


def test_perimeter_geojson():
    collection = perimeter_geojson(["93055", "93048", "13055"])
    assert [feature["properties"] for feature in collection["features"]] == [
        {"code": "93048", "name": "Montreuil"},
        {"code": "93055", "name": "Pantin"},
    ]
    assert collection["type"] == "FeatureCollection"
    assert {feature["geometry"]["type"] for feature in collection["features"]} == {"Polygon"}


def test_bounds_are_those_of_the_contours():
    assert bounds(territory_members(EST_ENSEMBLE)) == pytest.approx(
        (2.389, 48.849, 2.500, 48.920), abs=2e-3
    )


def test_bounds_fall_back_on_the_centre_of_a_commune():
    Contour.objects.filter(municipality_id="93048").delete()
    west, south, east, north = bounds(["93048"])
    assert (west + east) / 2 == pytest.approx(2.448, abs=0.01)
    assert (south + north) / 2 == pytest.approx(48.862, abs=0.01)
    assert east - west == pytest.approx(0.08)


@pytest.mark.parametrize("codes", [[], ["97701"], ["00000"]])
def test_bounds_of_nothing_known(codes):
    assert bounds(codes) is None


def test_distance():
    """Notre-Dame to the Eiffel tower: 4.1 km by the reference ellipsoid (4 109 m)."""
    assert distance_m((2.34994, 48.85297), (2.29448, 48.85837)) == pytest.approx(4_105, rel=0.005)
    assert distance_m((2.0, 48.0), (2.0, 48.0)) == 0
    assert distance_m((0, 0), (180, 0)) == pytest.approx(20_015_115, rel=1e-6)
