"""Bring in who lives where: squares of the grid, and counts by group or by neighbourhood."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from maillage.core import journal
from maillage.territories.connectors.population import Square
from maillage.territories.models import (
    FormerCode,
    Municipality,
    Neighbourhood,
    PopulationCell,
    PopulationCount,
    PopulationGroup,
)
from maillage.territories.queries import expand_whole, resolve_code
from maillage.territories.queries.memory import CLOCK
from maillage.territories.queries.shapes import contours_of

_BATCH = 500
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_MOST_PEOPLE = 1e8
_LABELS = {str(label).casefold(): value for value, label in PopulationGroup.choices}


@dataclass(slots=True)
class PopulationReport:
    """What an import would do, then did. `outside`: squares of no commune asked for."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    outside: int = 0
    people: float = 0
    refused: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, int]:
        names = ("created", "updated", "unchanged", "removed", "outside")
        counts = {name: int(getattr(self, name)) for name in names}
        return {**counts, "people": round(self.people), "refused": len(self.refused)}


def codes_to_read(codes: Collection[str]) -> set[str]:
    """Codes under which a file may name these communes: theirs, former ones, the commune as a whole."""
    known = Municipality.objects.filter(code__in=codes).exclude(parent_code="")
    former = FormerCode.objects.filter(municipality__in=codes).values_list("code", flat=True)
    return {*codes, *known.values_list("parent_code", flat=True), *former}


def import_squares(
    squares: Sequence[Square], codes: Collection[str], *, year: int, source: str, apply: bool
) -> PopulationReport:
    """Replace the squares of these communes by those of the file, in one transaction when `apply`.

    A square on several communes goes to the one whose contour holds its centre, else to the first named.
    """
    report = PopulationReport()
    rows: dict[str, PopulationCell] = {}
    for square, code in zip(squares, _communes_of(squares), strict=True):
        if square.code in rows:
            report.refused.append(f"{square.code} : ce carreau est écrit deux fois.")
        elif code not in codes:
            report.outside += 1
        else:
            report.people += square.people
            rows[square.code] = PopulationCell(
                code=square.code,
                municipality_code=code,
                lon=square.lon,
                lat=square.lat,
                population=square.people,
                groups=square.groups,
                year=year,
                source=source[:200],
            )
    known = {row.code: row for row in PopulationCell.objects.filter(municipality_code__in=codes)}
    gone = known.keys() - rows.keys() if rows else set()
    written = [row for row in rows.values() if _differs(known.get(row.code), row)]
    report.updated = sum(row.code in known for row in written)
    report.created = len(written) - report.updated
    report.unchanged = len(rows) - len(written)
    report.removed = len(gone)
    if apply and (written or gone):
        with transaction.atomic():
            listed = sorted(gone)
            for start in range(0, len(listed), _BATCH):
                PopulationCell.objects.filter(pk__in=listed[start : start + _BATCH]).delete()
            names = ["municipality_code", "lon", "lat", "population", "groups", "year", "source"]
            PopulationCell.objects.bulk_create(
                written, _BATCH, update_conflicts=True, unique_fields=["code"], update_fields=names
            )
            journal.tick(CLOCK)
    return report


def _communes_of(squares: Sequence[Square]) -> list[str]:
    """The commune of each square; empty when its codes are unknown."""
    named = [
        [one for code in square.communes for one in sorted(expand_whole([code]))]
        for square in squares
    ]
    doubtful = [at for at, codes in enumerate(named) if len(codes) > 1]
    shapes = contours_of(frozenset(code for at in doubtful for code in named[at]))
    points = [(squares[at].lon, squares[at].lat) for at in doubtful]
    held = dict(zip(doubtful, shapes.holding(points), strict=True))
    return [
        next((code for code in held.get(at, []) if code in codes), codes[0] if codes else "")
        for at, codes in enumerate(named)
    ]


def _differs(before: PopulationCell | None, row: PopulationCell) -> bool:
    names = ("municipality_code", "lon", "lat", "population", "groups", "year", "source")
    return before is None or any(getattr(before, name) != getattr(row, name) for name in names)


def import_counts(rows: Sequence[dict[str, str]], *, apply: bool) -> PopulationReport:
    """Write the counts of a table (`COUNT_COLUMNS`), in one transaction when `apply`. Nothing is removed."""
    report = PopulationReport()
    quarters = set(Neighbourhood.objects.values_list("code", flat=True))
    found: dict[tuple[str, str], PopulationCount] = {}
    for rank, row in enumerate(rows, start=2):
        read = _count(row, quarters)
        if isinstance(read, str):
            report.refused.append(f"Ligne {rank} : {read}")
        elif (read.place_code, read.group) in found:
            report.refused.append(f"Ligne {rank} : {read.place_code} est déjà écrit plus haut.")
        else:
            found[read.place_code, read.group] = read
            report.people += read.count
    known = {
        (one.place_code, one.group): one
        for one in PopulationCount.objects.filter(place_code__in={code for code, _ in found})
    }
    written = []
    for key, one in found.items():
        before = known.get(key)
        told = (one.count, one.year, one.source)
        if before is not None and (before.count, before.year, before.source) == told:
            report.unchanged += 1
            continue
        report.updated += before is not None
        report.created += before is None
        written.append(one)
    if apply and written:
        with transaction.atomic():
            PopulationCount.objects.bulk_create(
                written,
                _BATCH,
                update_conflicts=True,
                unique_fields=["place_code", "group"],
                update_fields=["count", "year", "source"],
            )
            journal.tick(CLOCK)
    return report


def _count(row: dict[str, str], quarters: set[str]) -> PopulationCount | str:
    """The row, or the reason why it can't be used."""
    commune = resolve_code(row["code"])
    quarter = next((code for code in (row["code"], row["code"].upper()) if code in quarters), "")
    group = _LABELS.get(row["groupe"].casefold(), row["groupe"])
    if not commune and not quarter:
        return f"« {row['code'][:30]} » n'est ni une commune ni un quartier connu ici."
    if group and group not in PopulationGroup.values:
        known = ", ".join(PopulationGroup.values)
        return f"le groupe « {group[:30]} » n'existe pas ; attendu : {known}."
    if commune and not group:
        return "la population entière d'une commune vient de l'Insee : indiquez un groupe."
    if not row["source"]:
        return "la source manque : un effectif sans source ne se vérifie pas."
    numbers = _numbers(row)
    if numbers is None:
        return "l'effectif ou l'année n'est pas un nombre possible."
    return PopulationCount(
        place_code=commune or quarter,
        group=group,
        count=numbers[0],
        year=numbers[1],
        source=row["source"],
    )


def _numbers(row: dict[str, str]) -> tuple[float, int] | None:
    """People and year, when both make sense."""
    digits = "".join(row["effectif"].split()).replace(",", ".")
    try:
        count, year = float(digits), int(row["annee"])
    except ValueError:
        return None
    sound = 0 <= count < _MOST_PEOPLE and _FIRST_YEAR <= year <= _LAST_YEAR
    return (count, year) if sound else None
