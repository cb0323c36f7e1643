"""Who answers one need: the structures themselves, with where they are. For one page, not for the measure."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from maillage.observatory.lib.catalogue import NeedSheet
from maillage.observatory.queries.gaps import Place
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.structures.enums import Axis, State
from maillage.structures.models import (
    Activity,
    Establishment,
    EstablishmentNeighbourhood,
    Label,
    Structure,
    StructureTerm,
    Term,
)
from maillage.structures.queries.disclosure import is_open, public_place
from maillage.territories.lib.geometry import Point, distance_m
from maillage.territories.models import Municipality, PopulationCell
from maillage.territories.queries import names_by_code

# Facets of the directory that hold the terms of an axis.
_FACETS = {Axis.SECTOR: "secteur", Axis.LABEL: "label", Axis.AUDIENCE: "public"}


@dataclass(frozen=True, slots=True)
class Near:
    """A structure seen from a place. `metres` is None when either has no point."""

    pk: int
    slug: str
    name: str
    communes: str
    metres: float | None
    is_here: bool


def terms_of(need: NeedSheet) -> list[Term]:
    """Terms of the sheet that are in use, in the order of their axes."""
    return list(Term.objects.filter(code__in=need.terms, ended_on__isnull=True))


def answering(space: Space, need: NeedSheet, *, now: datetime) -> QuerySet[Structure]:
    """Published structures of the space that answer `need`, as the measure counts them."""
    alive = Term.objects.filter(ended_on__isnull=True)
    own = alive.filter(code__in=need.terms)
    wanted = list(alive.filter(Q(pk__in=own) | Q(parent__in=own)).values_list("pk", flat=True))
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate(now))
    asked = Q(pk__in=StructureTerm.objects.filter(term__in=wanted).values("structure_id"))
    asked |= Q(pk__in=Label.objects.filter(in_force, term__in=wanted).values("structure_id"))
    for prefix in need.activities:
        short = prefix.replace(".", "").upper()
        dotted = f"{short[:2]}.{short[2:]}" if len(short) > 2 else short
        asked |= Q(activity_nomenclature__in=["", Activity.Nomenclature.NAF2]) & (
            Q(activity_code__istartswith=short) | Q(activity_code__istartswith=dotted)
        )
    return Structure.objects.published().in_space(space).filter(asked)


def directory_filters(need: NeedSheet) -> list[tuple[str, str]]:
    """Labels and querystrings of the directory that show who answers: one per facet, since facets narrow."""
    found: dict[str, list[Term]] = {}
    for term in terms_of(need):
        if term.axis in _FACETS:
            found.setdefault(_FACETS[Axis(term.axis)], []).append(term)
    return [
        (
            ", ".join(term.label for term in terms),
            "&".join(f"{facet}={term.code}" for term in terms),
        )
        for facet, terms in found.items()
    ]


def seen_from(space: Space, found: QuerySet[Structure], place: Place) -> list[Near]:
    """Those structures, the ones of the place first, then the nearest. Four queries."""
    codes, names = perimeter_codes(space), names_by_code()
    rows = list(
        Establishment.objects.filter(
            structure__in=found, state=State.ACTIVE, municipality_code__in=codes
        )
        .select_related("structure")
        .order_by("structure__name", "structure_id", "-is_head_office", "id")
    )
    inside = _inside(place, rows)
    communes = Municipality.objects.filter(code__in=codes).values_list("code", "lon", "lat")
    centres = {
        code: (lon, lat) for code, lon, lat in communes if lon is not None and lat is not None
    }
    origin = centre_of(place) or centres.get(place.commune)
    grouped: dict[int, list[Establishment]] = {}
    for row in rows:
        grouped.setdefault(row.structure_id, []).append(row)
    seen = []
    for structure_id, places in grouped.items():
        structure = places[0].structure
        spots = [
            public_place(row, structure.disclosure, centres.get(row.municipality_code))
            for row in places
        ]
        metres = [
            distance_m(origin, (spot.lon, spot.lat))
            for spot in spots
            if origin and spot.lon is not None and spot.lat is not None
        ]
        held = dict.fromkeys(
            names.get(row.municipality_code, row.municipality_code) for row in places
        )
        seen.append(
            Near(
                pk=structure_id,
                slug=structure.slug,
                name=structure.name,
                communes=", ".join(held),
                metres=min(metres, default=None),
                is_here=any(row.pk in inside for row in places),
            )
        )
    far = float("inf")
    return sorted(
        seen, key=lambda one: (not one.is_here, far if one.metres is None else one.metres, one.name)
    )


def _inside(place: Place, rows: list[Establishment]) -> set[int]:
    """Establishments that the measure counts in the place."""
    if place.code == place.commune:
        return {row.pk for row in rows if row.municipality_code == place.code}
    told = {
        row.pk
        for row in rows
        if is_open(
            row.structure.disclosure, row.disclosure, address_is_public=row.address_is_public
        )
    }
    links = EstablishmentNeighbourhood.objects.filter(neighbourhood__code=place.code)
    return told & set(links.values_list("establishment_id", flat=True))


def centre_of(place: Place) -> Point | None:
    """Where the people of a commune live on average, when its squares are imported."""
    rows = PopulationCell.objects.filter(municipality_code=place.code, population__gt=0)
    cells = list(rows.values_list("lon", "lat", "population"))
    total = sum(people for _lon, _lat, people in cells)
    if not total:
        return None
    return (
        sum(lon * people for lon, _lat, people in cells) / total,
        sum(lat * people for _lon, lat, people in cells) / total,
    )
