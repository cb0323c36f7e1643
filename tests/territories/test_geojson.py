"""Reading the GeoJSON of others: projections, slips, and files that are not GeoJSON at all."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from maillage.territories.connectors.geojson import GeoFileError, read_features
from tests.territories.shapes import bow_tie, collection, feature, square, write

pytestmark = pytest.mark.one_engine


def refusal(path) -> str:
    with pytest.raises(GeoFileError) as caught:
        read_features(path)
    return str(caught.value)


def test_features_keep_their_order_and_properties(tmp_path):
    path = write(
        tmp_path / "f.geojson",
        collection(feature(square(2, 48, 1), CODE=" 93048 "), feature(None, code="x"), {"junk": 1}),
    )
    first, second, third = read_features(path)
    assert (first.rank, first.text(["code"]), first.shape.bounds) == (1, "93048", (2, 48, 3, 49))
    assert (second.rank, second.shape, second.text(["insee", "code"])) == (2, None, "x")
    assert (third.rank, third.shape, third.properties) == (3, None, {})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (75120, "75120"),
        (75120.0, "75120"),
        (["93048"], "93048"),
        (["93048", "93055"], ""),
        (True, ""),
        (None, ""),
        ({"a": 1}, ""),
        ("  Les   Lilas ", "Les Lilas"),
    ],
)
def test_properties_as_text(tmp_path, value, text):
    path = write(tmp_path / "f.geojson", collection(feature(square(2, 48, 1), code=value)))
    assert read_features(path)[0].text(["code"]) == text


def test_a_ring_that_crosses_itself_is_repaired(tmp_path):
    path = write(tmp_path / "f.geojson", collection(feature(bow_tie(2, 48, 1))))
    (found,) = read_features(path)
    assert found.repaired
    assert found.shape.is_valid
    assert found.shape.area == pytest.approx(0.5)


def lambert(geometry, epsg=2154):
    convert = Transformer.from_crs(4326, epsg, always_xy=True)
    ring = [list(convert.transform(x, y)) for x, y in geometry["coordinates"][0]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.mark.parametrize(
    "crs",
    [None, {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}},
     {"type": "name", "properties": {"name": "EPSG:2154"}}],
)  # fmt: skip
def test_lambert_93_is_seen_and_converted(tmp_path, crs):
    extra = {"crs": crs} if crs else {}
    document = collection(feature(lambert(square(2.4, 48.8, 0.1)), code="x"), **extra)
    (found,) = read_features(write(tmp_path / "f.geojson", document))
    assert found.shape.bounds == pytest.approx((2.4, 48.8, 2.5, 48.9), abs=1e-6)


def test_an_overseas_projection_is_converted_when_it_is_said(tmp_path):
    geometry = lambert(square(55.4, -21.2, 0.1), epsg=2975)
    said = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2975"}}
    (found,) = read_features(write(tmp_path / "f.geojson", collection(feature(geometry), crs=said)))
    assert found.shape.bounds == pytest.approx((55.4, -21.2, 55.5, -21.1), abs=1e-6)
    (tmp_path / "g.geojson").write_text(json.dumps(collection(feature(geometry))))
    assert refusal(tmp_path / "g.geojson").startswith("« g.geojson » n'est ni en longitude")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "« f.geojson » est vide."),
        (b"  \n ", "« f.geojson » est vide."),
        (b"<!DOCTYPE html><p>404", "« f.geojson » n'est pas du JSON, ou il est coupé (ligne 1)."),
        (b'{"type": "FeatureCollection",\n "features": [{"ty', "« f.geojson » n'est pas du JSON, ou il est coupé (ligne 2)."),
        (b"\x00\x00\x00", "« f.geojson » n'est pas du JSON, ou il est coupé (ligne 1)."),
        (b"PK\x03\x04\xff\xfe", "« f.geojson » n'est pas du texte en UTF-8."),
        ('{"a": "é"}'.encode("utf-16"), "« f.geojson » n'est pas du texte en UTF-8."),
        (b"[" * 100_000, "« f.geojson » est trop imbriqué pour être un GeoJSON."),
        (b"[1, 2]", "« f.geojson » n'est pas un GeoJSON : on attend un objet FeatureCollection."),
        (b'{"features": "no"}', "« f.geojson » n'est pas un GeoJSON : on attend un objet FeatureCollection."),
        (b'{"features": []}', "« f.geojson » ne contient aucun objet."),
        (b'{"features": [null, 3, {"geometry": {"type": "Point", "coordinates": [2, 48]}}]}', "« f.geojson » ne contient aucun polygone lisible."),
    ],
)  # fmt: skip
def test_files_that_are_not_geojson(tmp_path, content, sentence):
    path = tmp_path / "f.geojson"
    path.write_bytes(content)
    assert refusal(path) == sentence


def test_files_that_can_not_be_opened(tmp_path):
    assert refusal(tmp_path / "absent").endswith(
        "ne peut pas être ouvert (No such file or directory)."
    )
    assert refusal(tmp_path).endswith("ne peut pas être ouvert (Is a directory).")


def test_a_file_that_would_fill_the_memory_is_refused_unread(tmp_path):
    path = tmp_path / "huge.geojson"
    with path.open("wb") as stream:
        stream.truncate(401 * 2**20)
    assert refusal(path) == "« huge.geojson » dépasse 400 Mo : découpez-le par région."


BROKEN = [
    {"type": "Polygon"},
    {"type": "Polygon", "coordinates": []},
    {"type": "Polygon", "coordinates": [[]]},
    {"type": "Polygon", "coordinates": [[[2, 48], [3, 49]]]},
    {"type": "Polygon", "coordinates": [[["a", "b"], ["c", "d"], ["e", "f"], ["a", "b"]]]},
    {"type": "Polygon", "coordinates": [[[2, 48], [2, 48], [2, 48], [2, 48]]]},
    {"type": "Polygon", "coordinates": {"x": 1}},
    {"type": "Polygon", "coordinates": [[[None, 48], [3, 48], [3, 49], [None, 48]]]},
    {"type": "Polygon", "coordinates": [[[float("nan"), 48], [3, 48], [3, 49], [2, 48]]]},
    {"type": "Polygon", "coordinates": [[[float("inf"), 48], [3, 48], [3, 49], [2, 48]]]},
    {"type": "MultiPolygon", "coordinates": [[[2, 48], [3, 49]]]},
    {"type": "MultiPolygon", "coordinates": 5},
    {"type": "LineString", "coordinates": [[2, 48], [3, 49]]},
    {"type": ["Polygon"], "coordinates": []},
    "Polygon",
    None,
]


@pytest.mark.parametrize("geometry", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_geometry_is_no_shape_and_harms_no_other(tmp_path, geometry):
    path = write(tmp_path / "f.geojson", collection(feature(geometry), feature(square(2, 48, 1))))
    broken, sound = read_features(path)
    assert broken.shape is None
    assert sound.shape.area == pytest.approx(1)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(
    geometry=st.fixed_dictionaries(
        {"type": st.sampled_from(["Polygon", "MultiPolygon"]), "coordinates": json_values}
    ),
    properties=json_values,
)
def test_whatever_the_file_holds_the_sound_feature_is_read(tmp_path_factory, geometry, properties):
    path = tmp_path_factory.mktemp("g") / "f.geojson"
    odd = {"type": "Feature", "geometry": geometry, "properties": properties}
    read = read_features(write(path, collection(odd, feature(square(2, 48, 1)))))
    assert read[1].shape.area == pytest.approx(1)
    assert read[0].shape is None or read[0].shape.is_valid
