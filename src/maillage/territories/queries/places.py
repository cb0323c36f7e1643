"""Where a point is: in which commune, in which neighbourhoods."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from maillage.territories.queries.shapes import Shapes, all_neighbourhoods, contours_of

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Places:
    """Take one for a batch of points: the questions below cost no query."""

    contours: Shapes
    neighbourhoods: Shapes

    @classmethod
    def of(cls, codes: Iterable[str]) -> "Places":
        return cls(contours_of(frozenset(codes)), all_neighbourhoods())

    def municipality_codes(self, points: Sequence[Point]) -> list[str | None]:
        """Commune of each point among those asked for; None outside of them."""
        return [found[0] if found else None for found in self.contours.holding(points)]

    def neighbourhood_ids(self, points: Sequence[Point]) -> list[list[int]]:
        """Neighbourhoods of each point, of every kind, smallest first."""
        return self.neighbourhoods.holding(points)


def locate(lon: float, lat: float, codes: Iterable[str]) -> str | None:
    """Commune of a point among `codes`; None outside of them or where no contour is known.

    Contours are simplified: within some tens of metres of an edge the neighbour may answer.
    """
    return Places.of(codes).municipality_codes([(lon, lat)])[0]


def neighbourhoods_of(lon: float, lat: float) -> list[int]:
    """Ids of the neighbourhoods (QPV, IRIS, local) that hold a point, smallest first."""
    return all_neighbourhoods().holding([(lon, lat)])[0]
