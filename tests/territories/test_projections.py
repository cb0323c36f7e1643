"""Lambert and UTM coordinates of Sirene to WGS84."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from maillage.territories.lib import distance_m, lambert_to_wgs84
from maillage.territories.lib.projections import department_of

pytestmark = pytest.mark.one_engine

# A commune, the EPSG code of its territory's legal projection, and a box well inside the territory.
TERRITORIES = [
    ("93048", 2154, (-1.0, 43.5, 7.0, 49.0)),
    ("2A004", 2154, (8.6, 41.5, 9.4, 42.9)),
    ("97105", 5490, (-61.8, 15.9, -61.0, 16.4)),
    ("97209", 5490, (-61.2, 14.4, -60.85, 14.9)),
    ("97302", 2972, (-54.0, 2.5, -51.8, 5.5)),
    ("97411", 2975, (55.2, -21.3, 55.8, -20.9)),
    ("97502", 4467, (-56.4, 46.75, -56.1, 47.1)),
    ("97608", 4471, (45.0, -13.0, 45.3, -12.6)),
    ("97701", 5490, (-62.95, 17.85, -62.75, 17.95)),
    ("97801", 5490, (-63.15, 18.02, -63.0, 18.12)),
]


@pytest.mark.parametrize(("code", "epsg", "box"), TERRITORIES, ids=[row[0] for row in TERRITORIES])
@settings(max_examples=40, deadline=None)
@given(east=st.floats(0, 1), north=st.floats(0, 1))
def test_there_and_back_is_within_two_metres(code, epsg, box, east, north):
    lon = box[0] + east * (box[2] - box[0])
    lat = box[1] + north * (box[3] - box[1])
    x, y = Transformer.from_crs(4326, epsg, always_xy=True).transform(lon, lat)
    found = lambert_to_wgs84(x, y, code)
    assert found is not None
    assert distance_m(found, (lon, lat)) < 2


def test_a_known_point():
    """Lambert-93 of the Panthéon, from the IGN's converter: X 652 200, Y 6 860 950."""
    assert lambert_to_wgs84(652_200, 6_860_950, "75105") == pytest.approx(
        (2.348, 48.8463), abs=2e-3
    )


@pytest.mark.parametrize(
    ("x", "y", "code"),
    [
        (0, 0, "93048"),
        (6_860_950, 652_200, "93048"),  # axes swapped
        (652_200, 6_860_950, "97411"),  # metropolitan coordinates for La Réunion
        (345_000, 7_690_000, "93048"),
        (math.nan, 6_860_950, "93048"),
        (math.inf, 6_860_950, "93048"),
        (1e300, -1e300, "93048"),
        (652_200, 6_860_950, "98735"),  # Polynesia: no legal projection is known here
        (652_200, 6_860_950, "99999"),
        (652_200, 6_860_950, ""),
        (652_200, 6_860_950, "979"),
    ],
)
def test_what_is_no_point(x, y, code):
    assert lambert_to_wgs84(x, y, code) is None


@settings(deadline=None)
@given(
    x=st.floats(allow_nan=True, allow_infinity=True),
    y=st.floats(allow_nan=True, allow_infinity=True),
    code=st.sampled_from([row[0] for row in TERRITORIES] + ["", "x", "98811"]),
)
def test_anything_gives_a_point_of_the_territory_or_nothing(x, y, code):
    found = lambert_to_wgs84(x, y, code)
    assert found is None or (-63.2 <= found[0] <= 55.95 and -21.5 <= found[1] <= 51.3)


def test_arrays_give_what_single_points_give():
    x = np.array([652_200.0, 345_000.0, 0.0, np.nan, 652_200.0])
    y = np.array([6_860_950.0, 7_690_000.0, 0.0, 6_860_950.0, 6_860_950.0])
    codes = ["75105", "97411", "93048", "93048", ""]
    lon, lat = lambert_to_wgs84(x, y, codes)
    single = [lambert_to_wgs84(*row) for row in zip(x, y, codes, strict=True)]
    pairs = [None if math.isnan(a) else (a, b) for a, b in zip(lon, lat, strict=True)]
    assert pairs == single
    assert [pair is None for pair in pairs] == [False, False, True, True, True]
    lon, lat = lambert_to_wgs84(np.array([]), np.array([]), [])
    assert lon.shape == lat.shape == (0,)


@pytest.mark.parametrize(
    ("code", "department"), [("93048", "93"), ("2A004", "2A"), ("97411", "974"), ("98811", "988")]
)
def test_department_of(code, department):
    assert department_of(code) == department


@settings(deadline=None)
@given(st.floats(-5, 9), st.floats(42, 51), st.floats(-0.2, 0.2), st.floats(-0.2, 0.2))
def test_distance_agrees_with_the_ellipsoid(lon, lat, east, north):
    other = (lon + east, lat + north)
    true = Geod(ellps="WGS84").inv(lon, lat, *other)[2]
    assert distance_m((lon, lat), other) == pytest.approx(true, rel=0.006, abs=0.01)
