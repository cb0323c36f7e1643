"""What a reader may know of a place and of contacts: the only judge, for every page, map, export and feed.

Under partial disclosure (`statutDiffusion` P of Sirene, code de commerce art. A123-96) and for an
association whose registered address is a home, the commune alone is public. A structure's people
choose besides who sees each contact.
"""

from typing import Any, NamedTuple, Protocol

from maillage.structures.enums import ContactVisibility, Disclosure, LocationQuality

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


class Contacts(NamedTuple):
    """Empty where nothing is known or where the reader may not see it."""

    website: str = ""
    email: str = ""
    phone: str = ""


class Reachable(Protocol):
    """Fields of a `Structure` or of a row that bears the same names."""

    @property
    def website(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def disclosure(self) -> str: ...
    @property
    def contact_visibility(self) -> Any: ...


_LEVELS = {
    ContactVisibility.PUBLIC: 0,
    ContactVisibility.MEMBERS: 1,
    ContactVisibility.AGENTS: 2,
}


def contacts_for(structure: Reachable, reader: str = ContactVisibility.PUBLIC) -> Contacts:
    """Contacts that `reader` may see: the public, a member of any structure of the directory, an agent.

    A choice that is not in the list hides the contact from all but agents.
    """
    chosen = structure.contact_visibility if isinstance(structure.contact_visibility, dict) else {}

    def seen(name: str) -> str:
        level = ContactVisibility.AGENTS
        wanted = chosen.get(name) or ContactVisibility.PUBLIC
        if wanted in _LEVELS:
            level = ContactVisibility(wanted)
        if structure.disclosure == Disclosure.PARTIAL and name != "website":
            level = ContactVisibility.AGENTS
        allowed = _LEVELS[ContactVisibility(reader)] >= _LEVELS[level]
        return str(getattr(structure, name)) if allowed else ""

    return Contacts(website=_web(seen("website")), email=seen("email"), phone=seen("phone"))


def _web(address: str) -> str:
    """A link to anything but the web is no website."""
    return address if address.startswith(("http://", "https://")) else ""
