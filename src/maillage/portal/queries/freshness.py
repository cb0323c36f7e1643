"""How fresh and how complete the directory is, commune by commune."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, Exists, OuterRef, Q

from maillage.core.search.analysis import fold
from maillage.portal.queries.calls import waiting
from maillage.portal.queries.closures import proposed
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.structures.enums import State
from maillage.structures.models import Establishment, FreshnessReminder, Structure, Upkeep
from maillage.structures.queries.freshness import latest_day
from maillage.territories.queries import names_by_code

YEAR = timedelta(days=365)
COUNTED = (
    "structures", "within_6", "within_9", "within_12", "kept", "phone", "email", "hours",
    "description", "completeness", "sent", "answered",
)  # fmt: skip
SORTS = ("name", *COUNTED, "rate")


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of a commune, or of the whole space (`code` empty).

    A structure counts once in each commune where it has a place, and once in the whole. `within_*`: a
    person confirmed it less than so many months ago. `sent`: structures written to within a year;
    `answered`: those that answered.
    """

    code: str
    name: str
    structures: int = 0
    within_6: int = 0
    within_9: int = 0
    within_12: int = 0
    kept: int = 0
    phone: int = 0
    email: int = 0
    hours: int = 0
    description: int = 0
    completeness: int = 0
    sent: int = 0
    answered: int = 0

    @property
    def rate(self) -> int:
        """Answers for a hundred letters; 0 when none was sent."""
        return round(100 * self.answered / self.sent) if self.sent else 0


def by_commune(
    space: Space, *, now: datetime, today: date, sort: str = "name"
) -> tuple[list[Row], Row]:
    """A row for each commune of the perimeter, then the whole. Three queries."""
    codes, names = perimeter_codes(space), names_by_code()
    pairs = _pairs(space)
    figures = _figures("structure__upkeep__", "structure_id", now=now, today=today)
    counted = {
        row.pop("municipality_code"): row
        for row in pairs.values("municipality_code").annotate(**figures).order_by()
    }
    rows = [_row(code, names.get(code, code), counted.get(code, {})) for code in codes]
    rows.sort(key=lambda row: (fold(row.name), row.code))
    if sort in SORTS and sort != "name":
        rows.sort(key=lambda row: getattr(row, sort), reverse=True)
    pages = Structure.objects.published().in_space(space)
    whole = pages.aggregate(**_figures("upkeep__", "pk", now=now, today=today))
    return rows, _row("", "Ensemble", whole)


def _pairs(space: Space) -> Any:
    """A place of each published structure in each of its communes: the first one."""
    places = Establishment.objects.filter(
        state=State.ACTIVE,
        municipality_code__in=perimeter_codes(space),
        structure__in=Structure.objects.published().values("pk"),
    )
    earlier = Establishment.objects.filter(
        state=State.ACTIVE,
        structure=OuterRef("structure"),
        municipality_code=OuterRef("municipality_code"),
        pk__lt=OuterRef("pk"),
    )
    return places.filter(~Exists(earlier))


def _figures(prefix: str, structure: str, *, now: datetime, today: date) -> dict[str, Any]:
    """Aggregates of rows from which `prefix` leads to `Upkeep` and `structure` is the structure's key."""
    told = FreshnessReminder.objects.filter(
        structure_id=OuterRef(structure), sent_at__gt=now - YEAR
    )
    vouched = Q(**{f"{prefix}vouched": True})
    figures: dict[str, Any] = {
        f"within_{months}": Count(
            "pk",
            filter=vouched & Q(**{f"{prefix}counts_from__gt": latest_day(months, today)}),
        )
        for months in (6, 9, 12)
    }
    for name, column in (
        ("kept", "is_kept"),
        ("phone", "has_phone"),
        ("email", "has_email"),
        ("hours", "has_hours"),
        ("description", "has_description"),
    ):
        figures[name] = Count("pk", filter=Q(**{f"{prefix}{column}": True}))
    return {
        "structures": Count("pk"),
        **figures,
        "completeness": Avg(f"{prefix}completeness"),
        "sent": Count("pk", filter=Exists(told)),
        "answered": Count("pk", filter=Exists(told.exclude(answer=""))),
    }


def _row(code: str, name: str, counted: dict[str, Any]) -> Row:
    return Row(code, name, **{key: round(counted.get(key) or 0) for key in COUNTED})


def export_rows(rows: list[Row]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {
            **{key: getattr(row, key) for key in COUNTED},
            "name": row.name,
            "code": row.code,
            "rate": row.rate if row.sent else None,
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """The three numbers of the dashboard: `old` pages, structures `to_call` today, `to_end`."""

    old: int
    to_call: int
    to_end: int


def summary(space: Space, *, today: date) -> Summary:
    """Three queries."""
    pages = Upkeep.objects.filter(structure__in=Structure.objects.published().in_space(space))
    return Summary(
        old=pages.filter(counts_from__lte=latest_day(12, today)).count(),
        to_call=waiting(space, today=today).count(),
        to_end=proposed(space).count(),
    )
