"""Counts of structures and places.

What the directory can filter is read on the page of the directory itself: each number is that of the list it opens. What it
cannot (age, typology, movements) is one query each.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractYear

from maillage.directory.lib.criteria import DirectoryFilters
from maillage.directory.queries.addresses import addresses
from maillage.directory.queries.page import directory_page
from maillage.observatory.enums import Indicator
from maillage.observatory.lib.bands import EMPLOYER_CLASSES
from maillage.observatory.lib.tables import UNTOLD, Breakdown, Counted, Figure
from maillage.observatory.queries.area import places_of_published, published
from maillage.spaces.models import Space
from maillage.structures.enums import EssStatus, State, Typology, TypologyOrigin
from maillage.structures.models import Establishment, Structure

FACET_OF_AXIS = {
    "family": "famille",
    "sector": "secteur",
    "commune": "commune",
    "quarter": "quartier",
    "size": "taille",
    "label": "label",
}
_ADD_UP = {"family", "size", "age", "typology"}
# First year of age of each class, and its name.
AGES = ((0, "moins de 3 ans"), (3, "3 à 9 ans"), (10, "10 à 19 ans"), (20, "20 ans et plus"))
YEARS = 11  # the current one and the ten before


def filters_of(commune: str) -> DirectoryFilters:
    return DirectoryFilters.only("commune", commune) if commune else DirectoryFilters()


def list_url(space: Space, filters: DirectoryFilters) -> str:
    query = filters.querystring()
    base = addresses(space.slug).list
    return f"{base}?{query}" if query else base


def structures(space: Space, codes: QuerySet[Any, Any], commune: str, now: datetime) -> Counted:
    filters = filters_of(commune)
    page = directory_page(space, filters, now=now)
    facets = {facet.name: facet for facet in page.facets}
    found: dict[str, Breakdown] = {}
    for axis, name in FACET_OF_AXIS.items():
        if axis == "commune" and commune:
            continue
        rows = [
            Figure(
                option.value,
                option.label,
                option.count,
                units=option.count,
                href=list_url(space, filters.with_values(name, (option.value,))),
            )
            for option in (facets[name].options if name in facets else ())
            if not option.depth
        ]
        if axis in _ADD_UP:
            rows += _left_over(rows, page.total)
        found[axis] = Breakdown(axis, tuple(rows), adds_up=axis in _ADD_UP)
    found["age"] = _ages(codes, now)
    found["typology"] = _typologies(codes)
    total = Figure("", "", page.total, units=page.total, href=list_url(space, filters))
    return Counted(Indicator.STRUCTURES, total, found)


def _left_over(rows: list[Figure], total: int) -> list[Figure]:
    left = total - sum(int(row.value or 0) for row in rows)
    return [Figure(UNTOLD, "non précisée", left, units=left)] if left else []


def employers(space: Space, counted: Counted, commune: str) -> Counted:
    """Read on the sizes of the list: what has a band of one employee or more."""
    filters = filters_of(commune).with_values("taille", EMPLOYER_CLASSES)
    sizes = counted.breakdowns["size"].rows
    number = sum(int(row.value or 0) for row in sizes if row.key in EMPLOYER_CLASSES)
    unknown = next((int(row.value or 0) for row in sizes if row.key == "inconnue"), 0)
    note = (
        f"L'effectif de {unknown} structure{'s' if unknown > 1 else ''} n'est pas connu ici."
        if unknown
        else ""
    )
    total = Figure("", "", number, units=number, href=list_url(space, filters))
    return Counted(Indicator.EMPLOYERS, total, note=note)


def establishments(codes: QuerySet[Any, Any], names: Mapping[str, str], commune: str) -> Counted:
    """Open places of the published structures, by commune (`names`: of the communes): one query."""
    rows = (
        places_of_published(codes)
        .values_list("municipality_code")
        .annotate(places=Count("id"), owners=Count("structure_id", distinct=True))
    )
    figures = sorted(
        (
            Figure(code, names.get(code, code), places, units=owners)
            for code, places, owners in rows
        ),
        key=lambda row: (row.label, row.key),
    )
    number = sum(int(row.value or 0) for row in figures)
    breakdowns = {} if commune else {"commune": Breakdown("commune", tuple(figures))}
    return Counted(Indicator.ESTABLISHMENTS, Figure("", "", number, units=number), breakdowns)


def age_class(year: int | None, this_year: int) -> str:
    """Key of the class of a year of creation: its first year of age."""
    if year is None or not 1700 <= year <= this_year:
        return UNTOLD
    age = this_year - year
    return str(max(first for first, _ in AGES if first <= age))


def _ages(codes: QuerySet[Any, Any], now: datetime) -> Breakdown:
    rows = (
        published(codes)
        .annotate(year=ExtractYear("created_on"))
        .values_list("year")
        .annotate(Count("id"))
    )
    found: Counter[str] = Counter()
    for year, number in rows:
        found[age_class(year, now.year)] += number
    return Breakdown("age", age_rows(found))


def age_rows(found: Counter[str]) -> tuple[Figure, ...]:
    named = [(str(first), label) for first, label in AGES] + [(UNTOLD, "date inconnue")]
    return tuple(
        Figure(key, label, found[key], units=found[key])
        for key, label in named
        if found[key] or key != UNTOLD
    )


def _typologies(codes: QuerySet[Any, Any]) -> Breakdown:
    rows = published(codes).values_list("typology", "typology_origin").annotate(Count("id"))
    found: Counter[str] = Counter()
    declared: Counter[str] = Counter()
    for typology, origin, number in rows:
        found[typology or UNTOLD] += number
        declared[typology or UNTOLD] += number if origin == TypologyOrigin.DECLARED else 0
    named = [*((str(value), str(label)) for value, label in Typology.choices)]
    figures = [Figure(key, label, found[key], units=found[key]) for key, label in named]
    if found[UNTOLD]:
        figures.append(Figure(UNTOLD, "ni déclarée ni estimée", found[UNTOLD], units=found[UNTOLD]))
    told = sum(declared.values())
    note = f"Dont {told} déclarée{'s' if told > 1 else ''} ; les autres sont estimées."
    return Breakdown("typology", tuple(figures), note=note)


def movements(codes: QuerySet[Any, Any], now: datetime) -> tuple[Counted, Counted]:
    """Creations and closures per year: one query for both."""
    anywhere = Establishment.objects.filter(municipality_code__in=codes).order_by()
    rows = (
        Structure.objects.unmerged()
        .filter(pk__in=anywhere.values("structure_id"))
        .filter(Q(state=State.ACTIVE) | Q(state=State.CEASED))
        .exclude(ess_status=EssStatus.EXCLUDED)
        .order_by()
        .annotate(born=ExtractYear("created_on"), gone=ExtractYear("ceased_on"))
        .values_list("born", "gone", "state")
        .annotate(Count("id"))
    )
    created: Counter[int] = Counter()
    closed: Counter[int] = Counter()
    for born, gone, state, number in rows:
        created[born or 0] += number
        closed[gone or 0] += number if state == State.CEASED else 0
    return (
        _by_year(Indicator.CREATIONS, created, now.year),
        _by_year(Indicator.CLOSURES, closed, now.year),
    )


def _by_year(indicator: str, found: Counter[int], this_year: int) -> Counted:
    years = range(this_year - YEARS + 1, this_year + 1)
    rows = tuple(
        Figure(
            str(year),
            f"{year} (en cours)" if year == this_year else str(year),
            found[year],
            units=found[year],
        )
        for year in years
    )
    number = sum(int(row.value or 0) for row in rows)
    label = f"de {years[0]} à {years[-1]}"
    return Counted(
        indicator,
        Figure("", label, number, units=number),
        {"year": Breakdown("year", rows)},
        note=f"Total {label}." + (f" {found[0]} sans date." if found[0] else ""),
    )
