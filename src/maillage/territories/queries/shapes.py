"""Polygons kept in memory with a spatial index."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from maillage.territories.lib.geometry import polygon_from_geojson
from maillage.territories.models import Contour, Neighbourhood
from maillage.territories.queries.memory import until_changed


@dataclass(frozen=True, slots=True)
class Shapes:
    """Polygons with their keys, smallest first: where two overlap, the finer one answers."""

    keys: tuple[Hashable, ...]
    polygons: tuple[BaseGeometry, ...]
    tree: shapely.STRtree

    def holding(self, points: Sequence[tuple[float, float]]) -> list[list[Any]]:
        """For each point, the keys of the polygons it is in (edges included), smallest first."""
        found: list[list[Any]] = [[] for _point in points]
        if not points or not self.keys:
            return found
        located = shapely.points(np.asarray(points, np.float64))
        pairs = self.tree.query(located, predicate="intersects")
        for point, polygon in sorted(zip(*pairs.tolist(), strict=True)):
            found[point].append(self.keys[polygon])
        return found

    def touching(self, shape: BaseGeometry) -> list[tuple[Any, BaseGeometry]]:
        """Keys and polygons that meet `shape`, smallest first."""
        found = sorted(self.tree.query(shape, predicate="intersects").tolist())
        return [(self.keys[rank], self.polygons[rank]) for rank in found]


def contours_of(codes: frozenset[str]) -> Shapes:
    def rows() -> Iterable[tuple[str, Any]]:
        known = sorted(codes)
        for start in range(0, len(known), 500):
            chunk = known[start : start + 500]
            wanted = Contour.objects.filter(municipality_id__in=chunk)
            yield from wanted.order_by("municipality_id").values_list("municipality_id", "geometry")

    return _kept(("contours", codes), rows)


def all_neighbourhoods() -> Shapes:
    wanted = Neighbourhood.objects.order_by("id").values_list("id", "geometry")
    return _kept("neighbourhoods", wanted.iterator)


def _kept(key: Hashable, rows: Callable[[], Iterable[tuple[Hashable, Any]]]) -> Shapes:
    def build() -> Shapes:
        readable = [(key, polygon_from_geojson(geometry)) for key, geometry in rows()]
        pairs = [(key, polygon) for key, polygon in readable if polygon is not None]
        pairs.sort(key=lambda pair: pair[1].area)
        polygons = tuple(polygon for _key, polygon in pairs)
        shapely.prepare(polygons)
        return Shapes(tuple(key for key, _ in pairs), polygons, shapely.STRtree(polygons))

    return until_changed(key, build)
