"""Pure helpers of the room: names, projections, geometry. None touches the database."""

from maillage.territories.lib.geometry import distance_m
from maillage.territories.lib.names import fold_name
from maillage.territories.lib.projections import lambert_to_wgs84

__all__ = ["distance_m", "fold_name", "lambert_to_wgs84"]
