"""From the legal projection of each French territory to WGS84.

Sirene gives `coordonneeLambertAbscisse/Ordonnee` in the projection of the commune's territory
(décret 2000-1276 as amended); Saint-Martin and Saint-Barthélemy share that of the Antilles.
"""

from functools import cache
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer
from pyproj.enums import TransformDirection

Floats = NDArray[np.float64]

# EPSG code, then west, south, east, north of the territory in WGS84 degrees.
_METROPOLITAN = (2154, (-5.3, 41.2, 9.8, 51.3))
_OVERSEAS: dict[str, tuple[int, tuple[float, float, float, float]]] = {
    "971": (5490, (-61.95, 15.7, -60.9, 16.6)),
    "972": (5490, (-61.35, 14.3, -60.7, 15.0)),
    "973": (2972, (-54.7, 2.0, -51.5, 5.95)),
    "974": (2975, (55.1, -21.5, 55.95, -20.75)),
    "975": (4467, (-56.6, 46.7, -56.0, 47.2)),
    "976": (4471, (44.95, -13.1, 45.4, -12.5)),
    "977": (5490, (-63.0, 17.8, -62.7, 18.0)),
    "978": (5490, (-63.2, 18.0, -62.9, 18.2)),
}


def department_of(municipality_code: str) -> str:
    """`93048` → `93`, `2A004` → `2A`, `97411` → `974`."""
    return municipality_code[:3] if municipality_code[:2] in ("97", "98") else municipality_code[:2]


@overload
def lambert_to_wgs84(x: float, y: float, municipality_code: str) -> tuple[float, float] | None: ...
@overload
def lambert_to_wgs84(
    x: Floats, y: Floats, municipality_code: ArrayLike
) -> tuple[Floats, Floats]: ...
def lambert_to_wgs84(x: Any, y: Any, municipality_code: Any) -> Any:
    """(lon, lat) with five decimals, of one point or of arrays of points.

    A point that falls outside the territory its commune is in is not a point: None for one, NaN in
    arrays. So are those of territories without a known projection (Pacific, austral lands).
    """
    if isinstance(municipality_code, str):
        lon, lat = _many(np.array([x], float), np.array([y], float), np.array([municipality_code]))
        return None if np.isnan(lon[0]) else (float(lon[0]), float(lat[0]))
    return _many(
        np.asarray(x, np.float64), np.asarray(y, np.float64), np.asarray(municipality_code, str)
    )


def to_metres(lon: Floats, lat: Floats, municipality_code: str) -> tuple[Floats, Floats]:
    """Points of the territory of a commune in its legal projection, in metres: distances within 0.1 %.

    A territory without a known projection is read with that of mainland France.
    """
    epsg = _OVERSEAS.get(_territory(municipality_code), _METROPOLITAN)[0]
    x, y = _transformer(epsg).transform(lon, lat, direction=TransformDirection.INVERSE)
    return np.asarray(x, np.float64), np.asarray(y, np.float64)


def _many(x: Floats, y: Floats, codes: NDArray[np.str_]) -> tuple[Floats, Floats]:
    lon, lat = np.full(x.shape, np.nan), np.full(x.shape, np.nan)
    distinct, rank = np.unique(codes, return_inverse=True)
    prefixes = np.array([_territory(str(code)) for code in distinct], dtype=object)[rank]
    for territory in {_territory(str(code)) for code in distinct} - {""}:
        epsg, (west, south, east, north) = _OVERSEAS.get(territory, _METROPOLITAN)
        where = prefixes == territory
        there_lon, there_lat = _transformer(epsg).transform(x[where], y[where])
        inside = (west <= there_lon) & (there_lon <= east)
        inside &= (south <= there_lat) & (there_lat <= north)
        lon[where] = np.where(inside, np.round(there_lon, 5), np.nan)
        lat[where] = np.where(inside, np.round(there_lat, 5), np.nan)
    return lon, lat


def _territory(code: str) -> str:
    if code[:2] == "97":
        return code[:3] if code[:3] in _OVERSEAS else ""
    if len(code) != 5 or code[:2] in ("98", "99"):
        return ""
    return "metropolitan"


@cache
def _transformer(epsg: int) -> Transformer:
    return Transformer.from_crs(epsg, 4326, always_xy=True)
