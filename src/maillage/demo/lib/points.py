"""Points that fall inside a commune."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely

from maillage.demo.lib.dice import Dice

_TRIES = 200


@dataclass(frozen=True)
class Ground:
    """Where to draw: a contour when the commune has one, else its centre (WGS84 degrees)."""

    lon: float
    lat: float
    contour: Mapping[str, Any] | None = None


class Sampler:
    """Draws points denser near the centre, and inside the contour whenever there is one."""

    def __init__(self, grounds: Mapping[str, Ground]) -> None:
        self._grounds = grounds
        self._shapes: dict[str, shapely.Geometry | None] = {}

    def point(self, code: str, dice: Dice) -> tuple[float, float]:
        """Longitude and latitude, five decimals."""
        ground, shape = self._grounds[code], self._shape(code)
        if shape is None:
            return round(ground.lon + dice.gauss(0.006), 5), round(
                ground.lat + dice.gauss(0.004), 5
            )
        west, south, east, north = shape.bounds
        for attempt in range(_TRIES):
            if attempt < _TRIES // 2 and dice.happens(0.6):
                lon = (west + east) / 2 + dice.gauss((east - west) / 5)
                lat = (south + north) / 2 + dice.gauss((north - south) / 5)
            else:
                lon = west + dice.share() * (east - west)
                lat = south + dice.share() * (north - south)
            lon, lat = round(lon, 5), round(lat, 5)
            if shapely.contains_xy(shape, lon, lat):
                return lon, lat
        inside = shape.representative_point()
        return round(inside.x, 5), round(inside.y, 5)

    def _shape(self, code: str) -> shapely.Geometry | None:
        if code not in self._shapes:
            contour = self._grounds[code].contour
            shape = shapely.geometry.shape(contour) if contour else None
            if shape is not None:
                shapely.prepare(shape)
            self._shapes[code] = shape
        return self._shapes[code]
