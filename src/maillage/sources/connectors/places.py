"""Where the row of a list is, and how precise its point is."""

from typing import Any

from maillage.core.tabular.cells import Point
from maillage.sources.connectors.listing import Line, RefusedError
from maillage.sources.connectors.table.communes import CommuneFinder, Said
from maillage.sources.lib import plain
from maillage.structures.enums import LocationQuality
from maillage.territories.models import Municipality


class Locator:
    """The commune of a row, if it is of the territory."""

    def __init__(self, perimeter: frozenset[str]) -> None:
        self.perimeter = perimeter
        self.finder = CommuneFinder(perimeter)
        postal_codes = Municipality.objects.filter(code__in=perimeter).values_list(
            "postal_codes", flat=True
        )
        self.postal_codes = {code for codes in postal_codes for code in codes.split()}

    def code(self, said: Said, line: Line) -> str:
        """Its code; empty when the row is elsewhere. Asks the code, the name, then the point.

        Raises:
            RefusedError: the postal code is of the territory but nothing tells which commune it is.
        """
        answer = self.finder.find(said)
        if answer.code:
            # Contours are simplified: near an edge, the name of a commune of the territory says more
            # than the point, which both agree is in the territory.
            named = self.finder.by_name.get(plain(said.name), [])
            if not said.code and answer.code in self.perimeter and len(named) == 1:
                return named[0]
            return answer.code if answer.code in self.perimeter else ""
        if said.postal_code in self.postal_codes:
            raise RefusedError(
                line.issue(
                    "commune-introuvable",
                    f"Rien ne dit dans quelle commune du code postal {said.postal_code} se trouve cette "
                    "structure : à placer à la main.",
                )
            )
        return ""


def point_fields(point: Point | None, address: str, source: str) -> dict[str, Any]:
    """The point of an establishment, as precise as its address is; nothing without a point."""
    if point is None:
        return {}
    if address[:1].isdigit():
        quality = LocationQuality.HOUSE
    else:
        quality = LocationQuality.STREET if address else LocationQuality.AREA
    return {
        "lon": point.lon,
        "lat": point.lat,
        "location_quality": quality.value,
        "location_source": source,
    }
