"""Figures that others published, for a territory and for those around it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from maillage.observatory.enums import PlaceKind
from maillage.observatory.models import SourcedFigure
from maillage.spaces.models import Space
from maillage.territories.models import Municipality

Place = tuple[str, str]  # kind, code


@dataclass(frozen=True)
class Around:
    """`exactly`: names of this very territory, the surest first. `wider`: what contains it, the nearest first."""

    exactly: list[Place]
    wider: list[Place]


def places_of(space: Space, commune: str = "") -> Around:
    """Two queries: the communes of the perimeter, and how many its department has."""
    codes = space.perimeter.filter(until__isnull=True).values("municipality_code")
    towns = list(
        Municipality.objects.filter(code__in=codes)
        .order_by("code")
        .values_list("code", "department_code", "region_code")
    )
    departments = sorted({department for _, department, _ in towns})
    regions = sorted({region for _, _, region in towns})
    exactly: list[Place] = [(PlaceKind.SPACE.value, space.slug)]
    if space.siren:
        exactly.append((PlaceKind.GROUPING.value, space.siren))
    if len(towns) == 1:
        exactly.append((PlaceKind.COMMUNE.value, towns[0][0]))
    if len(departments) == 1 and _is_whole(departments[0], len(towns)):
        exactly.append((PlaceKind.DEPARTMENT.value, departments[0]))
    wider: list[Place] = [(PlaceKind.DEPARTMENT.value, code) for code in departments]
    wider += [(PlaceKind.REGION.value, code) for code in regions]
    wider.append((PlaceKind.COUNTRY.value, ""))
    if commune:
        return Around([(PlaceKind.COMMUNE.value, commune)], exactly + wider)
    return Around(exactly, [place for place in wider if place not in exactly])


def _is_whole(department: str, count: int) -> bool:
    towns = Municipality.objects.filter(department_code=department)
    return towns.exclude(kind=Municipality.Kind.WHOLE).count() == count


def latest(
    space: Space, indicators: Iterable[str], places: Sequence[Place]
) -> dict[str, SourcedFigure]:
    """Latest whole value of each indicator for the first of these places that has one: one query."""
    rank = {place: at for at, place in enumerate(places)}
    found: dict[str, SourcedFigure] = {}
    rows = of_places(space, places).filter(
        indicator__in=[str(one) for one in indicators], family="", sector=""
    )
    for figure in sorted(rows, key=lambda one: (rank[_place(one)], -one.year, one.pk)):
        found.setdefault(figure.indicator, figure)
    return found


def beside(space: Space, indicator: str, around: Around) -> list[SourcedFigure]:
    """Latest values of an indicator here and around, by place and source: the whole, or its families when nothing says the whole."""
    places = [*around.exactly, *around.wider]
    rank = {place: at for at, place in enumerate(places)}
    rows = list(of_places(space, places).filter(indicator=indicator, sector=""))
    wholes = {(*_place(one), one.source) for one in rows if not one.family}
    kept: dict[tuple[str, str, str, str], SourcedFigure] = {}
    for figure in sorted(rows, key=lambda one: (-one.year, one.pk)):
        of_source = (*_place(figure), figure.source)
        if not figure.family or of_source not in wholes:
            kept.setdefault((*of_source, figure.family), figure)
    return sorted(kept.values(), key=lambda one: (rank[_place(one)], -one.year, one.pk))


def series(space: Space, indicator: str, around: Around) -> list[SourcedFigure]:
    """Every year of it, by place then year: what a line is drawn from. At most two hundred."""
    places = [*around.exactly, *around.wider]
    rows = of_places(space, places).filter(indicator=indicator, family="", sector="")
    return list(rows.order_by("place_kind", "place_code", "source", "year", "id")[:200])


def by_family(space: Space, indicator: str, around: Around) -> list[SourcedFigure]:
    """Values by family or sector of the latest year known. At most two hundred."""
    places = [*around.exactly, *around.wider]
    rows = of_places(space, places).filter(indicator=indicator).exclude(family="", sector="")
    latest_year = rows.order_by("-year").values_list("year", flat=True).first()
    if latest_year is None:
        return []
    ordered = rows.filter(year=latest_year).order_by("place_kind", "place_code", "-value", "id")
    return list(ordered[:200])


def of_places(space: Space, places: Sequence[Place]) -> QuerySet[SourcedFigure, SourcedFigure]:
    wanted = Q(pk__in=[])
    for kind, code in places:
        wanted |= Q(place_kind=kind, place_code=code)
    return SourcedFigure.objects.filter(space=space).filter(wanted)


def _place(figure: SourcedFigure) -> Place:
    return figure.place_kind, figure.place_code
