"""What the public may know of a place: the only judge, for every page, map, export and feed.

Under partial disclosure (`statutDiffusion` P of Sirene, code de commerce art. A123-96) and for an
association whose registered address is a home, the commune alone is public.
"""

from typing import NamedTuple, Protocol

from maillage.structures.enums import Disclosure, LocationQuality

Point = tuple[float, float]


class Place(Protocol):
    """Fields of an `Establishment` or of a row that bears the same names."""

    @property
    def address(self) -> str: ...
    @property
    def address_is_public(self) -> bool: ...
    @property
    def disclosure(self) -> str: ...
    @property
    def lon(self) -> float | None: ...
    @property
    def lat(self) -> float | None: ...
    @property
    def location_quality(self) -> str: ...


class PublicPlace(NamedTuple):
    """`address` is empty when it is kept back.

    `lon`, `lat` are None when even the commune has no centre; `approximate` says that the point is
    the commune's or of that precision.
    """

    address: str
    lon: float | None
    lat: float | None
    approximate: bool


def is_open(structure_disclosure: str, disclosure: str, *, address_is_public: bool) -> bool:
    """Whether the address, the exact point and the neighbourhood of a place may be told."""
    return address_is_public and Disclosure.PARTIAL not in {structure_disclosure, disclosure}


def public_place(place: Place, structure_disclosure: str, centre: Point | None) -> PublicPlace:
    """What may be shown of `place`; `centre` is the centre of its commune."""
    shown = is_open(
        structure_disclosure, place.disclosure, address_is_public=place.address_is_public
    )
    address = place.address if shown else ""
    if shown and place.lon is not None and place.lat is not None:
        rough = place.location_quality in {LocationQuality.AREA, LocationQuality.NONE}
        return PublicPlace(address, place.lon, place.lat, approximate=rough)
    lon, lat = centre or (None, None)
    return PublicPlace(address, lon, lat, approximate=True)
