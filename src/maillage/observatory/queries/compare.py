"""Up to six territories side by side, per 10 000 inhabitants.

What this installation knows of a territory is what was imported for the spaces that cover it: a commune in no perimeter has no
figure here, and a territory partly covered says how much of it is. A space that the reader may not see covers nothing.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from maillage.observatory.enums import Indicator
from maillage.observatory.lib.bands import EMPLOYER_BANDS
from maillage.observatory.lib.tables import UNTOLD
from maillage.observatory.queries import employment
from maillage.observatory.queries.area import places_of_published, published
from maillage.observatory.queries.figures import territory_figures
from maillage.spaces.models import PerimeterEntry, Space
from maillage.structures.enums import Family
from maillage.territories.models import Grouping, Municipality
from maillage.territories.queries import find_territory

MOST = 6
MOST_COMMUNES = 60
COMPARED = (
    Indicator.STRUCTURES,
    Indicator.ESTABLISHMENTS,
    Indicator.EMPLOYERS,
    Indicator.EMPLOYER_ESTABLISHMENTS,
    Indicator.JOBS,
)
_HIDDEN = "Secret statistique."
_KINDS = {
    "commune": "commune",
    "groupement": "siren",
    "departement": "departement",
    "region": "region",
}


class Choice(NamedTuple):
    """`value` is what the address says: `espace:est-ensemble`, `commune:93048`, `departement:93`."""

    value: str
    label: str


@dataclass(frozen=True)
class Compared:
    """`value` is None when it is secret or unknown; `reason` then says which. `rate` is per 10 000 inhabitants."""

    choice: Choice
    population: int | None
    communes: int
    covered: int
    value: float | None
    families: dict[str, int]
    reason: str = ""

    @property
    def rate(self) -> float | None:
        return self.per(self.value)

    def per(self, value: float | None) -> float | None:
        if value is None or not self.population:
            return None
        return value * 10_000 / self.population

    @property
    def is_partial(self) -> bool:
        return 0 < self.covered < self.communes


def compare(
    space: Space, chosen: Sequence[str], indicator: str, *, seen: Iterable[Space], now: datetime
) -> list[Compared]:
    """In the order chosen; those that designate nothing are left out. `seen` are the spaces that the reader may see."""
    by_slug = {one.slug: one for one in seen}
    found = []
    for value in chosen[:MOST]:
        kind, _, code = value.partition(":")
        if kind == "espace" and code in by_slug:
            other = by_slug[code]
            codes = list(_perimeter(other).values_list("municipality_code", flat=True))
            choice = Choice(value, other.name)
        elif kind in _KINDS and (territory := find_territory(f"{_KINDS[kind]}:{code}")):
            codes = sorted(territory.codes)
            choice = Choice(value, territory.name)
        else:
            continue
        found.append(_one(space, choice, codes, list(by_slug.values()), indicator, now))
    return found


def _perimeter(space: Space) -> QuerySet[PerimeterEntry, PerimeterEntry]:
    return space.perimeter.filter(until__isnull=True).order_by("municipality_code")


def _one(
    space: Space,
    choice: Choice,
    codes: list[str],
    seen: list[Space],
    indicator: str,
    now: datetime,
) -> Compared:
    towns = dict(Municipality.objects.filter(code__in=codes).values_list("code", "population"))
    covered = set(
        PerimeterEntry.objects.filter(
            space__in=seen, until__isnull=True, municipality_code__in=codes
        ).values_list("municipality_code", flat=True)
    )
    # Rates of a territory partly covered are those of what is covered.
    known = [people for code, people in towns.items() if code in covered and people is not None]
    population = sum(known) if known and len(known) == len(covered) else None
    inside = Municipality.objects.filter(code__in=covered).order_by().values("code")
    families, employers = _structures(inside)
    value, reason = None, ""
    if not covered:
        reason = "Les registres de ce territoire n'ont pas été importés ici."
    elif indicator == Indicator.STRUCTURES:
        value = float(families.total())
    elif indicator == Indicator.EMPLOYERS:
        value = float(employers)
    elif indicator == Indicator.ESTABLISHMENTS:
        value = float(places_of_published(inside).count())
    else:
        value, reason = _jobs([space, *seen], inside, covered, indicator, now)
    return Compared(choice, population, len(towns), len(covered), value, dict(families), reason)


def _structures(codes: QuerySet[Any, Any]) -> tuple[Counter[str], int]:
    families: Counter[str] = Counter()
    employers = 0
    rows = published(codes).values_list("family", "size_band").annotate(Count("id"))
    for family, band, count in rows:
        families[family or UNTOLD] += count
        employers += count if band in EMPLOYER_BANDS else 0
    return families, employers


def _jobs(
    spaces: list[Space],
    inside: QuerySet[Any, Any],
    covered: set[str],
    indicator: str,
    now: datetime,
) -> tuple[float | None, str]:
    """Estimated jobs, unless they would tell what the table of one of `spaces` hides.

    Shown with the communes that a table shows, a territory gives the sum of the hidden ones it holds. It must hold all of
    them, whose sum that table gives already and protects, or none; and none where the table hides its total too. Each
    table that touches the territory counts: the page of one space must not say what that of its neighbour keeps.
    """
    found = employment.employers_of(inside, now)
    if indicator == Indicator.EMPLOYER_ESTABLISHMENTS:
        return float(found.total.places), ""
    if found.total.amount.is_secret:
        return None, _HIDDEN
    touched = set(
        PerimeterEntry.objects.filter(
            space__in=spaces, until__isnull=True, municipality_code__in=covered
        ).values_list("space_id", flat=True)
    )
    for one in {space.pk: space for space in spaces if space.pk in touched}.values():
        if _tells_hidden(one, covered, now):
            return None, _HIDDEN
    return found.total.amount.value, ""


def _tells_hidden(space: Space, covered: set[str], now: datetime) -> bool:
    counted = territory_figures(space, now=now).by_indicator[Indicator.JOBS]
    hidden = {row.key for row in counted.breakdowns["commune"].rows if row.is_secret}
    told = hidden & covered
    return bool(told) and (counted.total.is_secret or told != hidden)


def family_label(code: str) -> str:
    return str(dict(Family.choices).get(code, "non précisée"))


def choices(space: Space, *, seen: Iterable[Space]) -> list[tuple[str, list[Choice]]]:
    """What the page offers, by group: spaces, groupings that touch this one, its most peopled communes."""
    codes = _perimeter(space).values("municipality_code")
    towns = list(
        Municipality.objects.filter(code__in=codes)
        .order_by("-population", "name")
        .values_list("code", "name", "department_code")[:MOST_COMMUNES]
    )
    departments = Grouping.objects.filter(
        kind=Grouping.Kind.DEPARTMENT, code__in={town[2] for town in towns}
    )
    groupings = (
        Grouping.objects.filter(
            kind__in=(Grouping.Kind.EPCI, Grouping.Kind.EPT), members__code__in=codes
        )
        .distinct()
        .order_by("name")[:MOST_COMMUNES]
    )
    return [
        ("Espaces", [Choice(f"espace:{one.slug}", one.name) for one in seen]),
        (
            "Groupements et départements",
            [Choice(f"groupement:{one.code}", one.name) for one in groupings]
            + [Choice(f"departement:{one.code}", one.name) for one in departments.order_by("code")],
        ),
        (
            "Communes",
            sorted(
                (Choice(f"commune:{code}", name) for code, name, _ in towns), key=lambda c: c.label
            ),
        ),
    ]


def spaces_seen(space: Space) -> list[Space]:
    """Spaces that are open, and the one whose page it is."""
    return list(Space.objects.filter(Q(is_public=True) | Q(pk=space.pk)).order_by("name")[:200])
