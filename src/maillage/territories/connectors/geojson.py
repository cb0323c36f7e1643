"""Read the polygons of a GeoJSON file that someone else made."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from maillage.territories.lib.geometry import polygon_from_geojson

MAX_BYTES = 400 * 2**20
_WGS84 = 4326
_KNOWN_CRS = (2154, 5490, 2972, 2975, 4471, 4467)
# Extent of Lambert-93 coordinates over metropolitan France, in metres.
_LAMBERT_93 = ((-400_000, 5_900_000), (1_400_000, 7_300_000))


class GeoFileError(Exception):
    """The file as a whole can't be read. The message is one French sentence."""


@dataclass(frozen=True, slots=True)
class Feature:
    """`rank` is the place in the file, from 1. `shape` is valid WGS84, None when it can't be had."""

    rank: int
    properties: dict[str, Any]
    shape: BaseGeometry | None
    repaired: bool

    def text(self, names: Iterable[str]) -> str:
        """The first property among `names` that says something, whatever its case, as text."""
        lowered = {str(key).lower(): value for key, value in self.properties.items()}
        for name in names:
            value = lowered.get(name)
            if isinstance(value, list) and len(value) == 1:
                value = value[0]
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                continue
            text = f"{value:.0f}" if isinstance(value, float) else str(value)
            if text := " ".join(text.split()):
                return text
        return ""


def read_features(path: Path) -> list[Feature]:
    """Every feature of a FeatureCollection, converted to WGS84 when the file is in Lambert-93.

    Raises `GeoFileError` when the file is not GeoJSON, is cut short, or is in a projection that can't
    be told.
    """
    document = _read_json(path)
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise GeoFileError(
            f"« {path.name} » n'est pas un GeoJSON : on attend un objet FeatureCollection."
        )
    if not features:
        raise GeoFileError(f"« {path.name} » ne contient aucun objet.")
    read = [_feature(rank, item) for rank, item in enumerate(features, start=1)]
    shapes = [feature.shape for feature in read if feature.shape is not None]
    if not shapes:
        raise GeoFileError(f"« {path.name} » ne contient aucun polygone lisible.")
    epsg = _projection(path.name, document.get("crs"), shapes)
    return read if epsg == _WGS84 else [_to_wgs84(feature, epsg) for feature in read]


def _read_json(path: Path) -> Any:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise GeoFileError(
                f"« {path.name} » dépasse {MAX_BYTES // 2**20} Mo : découpez-le par région."
            )
        raw = path.read_bytes()
    except OSError as error:
        raise GeoFileError(f"« {path} » ne peut pas être ouvert ({error.strerror}).") from error
    if not raw.strip():
        raise GeoFileError(f"« {path.name} » est vide.")
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise GeoFileError(f"« {path.name} » n'est pas du texte en UTF-8.") from error
    except json.JSONDecodeError as error:
        raise GeoFileError(
            f"« {path.name} » n'est pas du JSON, ou il est coupé (ligne {error.lineno})."
        ) from error
    except RecursionError as error:
        raise GeoFileError(f"« {path.name} » est trop imbriqué pour être un GeoJSON.") from error


def _feature(rank: int, item: Any) -> Feature:
    item = item if isinstance(item, dict) else {}
    properties = item.get("properties")
    geometry = item.get("geometry")
    shape = polygon_from_geojson(geometry)
    return Feature(
        rank=rank,
        properties=properties if isinstance(properties, dict) else {},
        shape=shape,
        repaired=shape is not None and not _was_valid(geometry),
    )


def _was_valid(geometry: Any) -> bool:
    return bool(shapely.geometry.shape(geometry).is_valid)


def _projection(name: str, crs: Any, shapes: list[BaseGeometry]) -> int:
    """EPSG code said by the file, or seen from the size of its coordinates."""
    west, south, east, north = shapely.total_bounds(np.asarray(shapes, dtype=object))
    if west >= -180 and east <= 180 and south >= -90 and north <= 90:
        return _WGS84
    said = re.search(r"EPSG:+(?:[0-9.]*:)?([0-9]{4,5})$", json.dumps(crs).rstrip('"} '))
    if said and int(said[1]) in _KNOWN_CRS:
        return int(said[1])
    (low_x, low_y), (high_x, high_y) = _LAMBERT_93
    if not said and west >= low_x and east <= high_x and south >= low_y and north <= high_y:
        return 2154
    raise GeoFileError(
        f"« {name} » n'est ni en longitude et latitude (WGS84) ni en Lambert-93 : "
        "convertissez-le en WGS84."
    )


def _to_wgs84(feature: Feature, epsg: int) -> Feature:
    if feature.shape is None:
        return feature
    convert = Transformer.from_crs(epsg, _WGS84, always_xy=True)

    def move(xy: Any) -> Any:
        return np.column_stack(convert.transform(xy[:, 0], xy[:, 1]))

    shape = shapely.transform(feature.shape, move)
    return Feature(feature.rank, feature.properties, shape, feature.repaired)
