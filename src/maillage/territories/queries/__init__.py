"""Questions about the territory. Codes are INSEE commune codes, points are (lon, lat) in WGS84."""

from maillage.territories.queries.codes import (
    expand_whole,
    find_municipality,
    municipalities,
    names_by_code,
    resolve_code,
)
from maillage.territories.queries.memory import forget, forget_shapes
from maillage.territories.queries.perimeters import bounds, perimeter_geojson
from maillage.territories.queries.places import Places, locate, neighbourhoods_of
from maillage.territories.queries.territories import Territory, find_territory, territory_members

__all__ = [
    "Places",
    "Territory",
    "bounds",
    "expand_whole",
    "find_municipality",
    "find_territory",
    "forget",
    "forget_shapes",
    "locate",
    "municipalities",
    "names_by_code",
    "neighbourhoods_of",
    "perimeter_geojson",
    "resolve_code",
    "territory_members",
]
