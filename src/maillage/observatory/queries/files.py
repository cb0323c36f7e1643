"""Working files: the list of a space, and one file with its layers side by side."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from maillage.core.search.analysis import fold
from maillage.observatory.enums import FileStatus, PlaceKind
from maillage.observatory.lib.measured import LABELS, shown
from maillage.observatory.models import GapMeasure, InformationGap, WorkingFile, WorkingNote
from maillage.observatory.queries.declared import DeclaredSummary, declared_in
from maillage.observatory.queries.saying import Words
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes
from maillage.structures.models import Structure
from maillage.territories.models import Neighbourhood, PopulationCell
from maillage.territories.queries import names_by_code

PAGE_SIZE = 30
ENDS = (FileStatus.FILLED, FileStatus.DROPPED)


@dataclass(frozen=True, slots=True)
class Search:
    """State of the list's page. `owner` is `moi` (of `me`), `personne`, a person's number, or empty."""

    open_only: bool = True
    status: str = ""
    owner: str = ""
    need: str = ""
    commune: str = ""
    late: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Shelf:
    rows: list[WorkingFile]
    total: int
    late: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Column:
    """What was measured at one moment, `values` keyed as `lib.measured.LABELS`; None where it could not be worked out."""

    title: str
    at: datetime | date | None
    values: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Layers:
    """The three layers of one gap, never merged: each is shown with its own date."""

    columns: tuple[Column, ...]
    declared: DeclaredSummary
    information: InformationGap | None

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """One line per value: its name, then what it was in each column."""
        return [
            (label, [shown(name, column.values[name]) for column in self.columns])
            for name, label in LABELS.items()
        ]


def found_files(space: Space, search: Search, *, me: int, today: date) -> QuerySet[WorkingFile]:
    """Files of the space in the order of the list: the review that is due first comes first."""
    asked = Q(space=space)
    if search.open_only:
        asked &= Q(closed_at=None)
    if search.status:
        asked &= Q(status=search.status)
    if search.need:
        asked &= Q(need_code=search.need)
    if search.commune:
        asked &= _in_commune(search.commune)
    if search.late:
        asked &= Q(closed_at=None, review_on__lte=today)
    if search.owner == "moi":
        asked &= Q(owner_id=me)
    elif search.owner == "personne":
        asked &= Q(owner=None)
    elif search.owner:
        asked &= Q(owner_id=int(search.owner))
    rows = WorkingFile.objects.filter(asked).select_related("owner")
    return rows.order_by("closed_at", "review_on", "-opened_at", "-pk")


def files_page(space: Space, search: Search, *, me: int, today: date) -> Shelf:
    found = found_files(space, search, me=me, today=today)
    total = found.count()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(search.page, 1), pages)
    start = (page - 1) * PAGE_SIZE
    rows = dress(space, list(found[start : start + PAGE_SIZE]), today=today)
    return Shelf(rows, total, late_count(space, today), page, pages)


def late_count(space: Space, today: date) -> int:
    return WorkingFile.objects.filter(space=space, closed_at=None, review_on__lte=today).count()


def dress(space: Space, rows: list[WorkingFile], *, today: date) -> list[WorkingFile]:
    """Each row with `need`, `place` and `is_late`, as they are read."""
    words = Words(space)
    quarters = _quarter_names(
        {row.place_code for row in rows if row.place_kind == PlaceKind.QUARTER}
    )
    for row in rows:
        row.need = words.need(row.need_code)  # type: ignore[attr-defined]
        row.place = quarters.get(row.place_code) or words.communes.get(  # type: ignore[attr-defined]
            row.place_code, row.place_code
        )
        row.is_late = bool(  # type: ignore[attr-defined]
            row.closed_at is None and row.review_on and row.review_on <= today
        )
    return rows


def load_file(space: Space, pk: int, *, today: date) -> WorkingFile:
    """One file of the space, 404 for another."""
    rows = WorkingFile.objects.filter(space=space, pk=pk)
    one = rows.select_related("space", "owner", "opened_by").first()
    if one is None:
        raise Http404
    return dress(space, [one], today=today)[0]


def open_file_of(space: Space, need: str, kind: str, code: str) -> WorkingFile | None:
    """The file already open about this gap."""
    return WorkingFile.objects.filter(
        space=space, need_code=need, place_kind=kind, place_code=code, closed_at=None
    ).first()


def notes_of(file: WorkingFile) -> list[WorkingNote]:
    """The latest first."""
    return list(file.notes.select_related("by").order_by("-at", "-pk")[:500])


def structures_of_file(file: WorkingFile) -> list[Structure]:
    return list(file.structures.order_by("name", "pk")[:200])


def measure_now(space: Space, need: str, kind: str, code: str) -> GapMeasure | None:
    about = {"space": space, "need_code": need, "place_kind": kind, "place_code": code}
    return GapMeasure.objects.filter(snapshot=None, **about).first()


def values_of(measure: GapMeasure) -> dict[str, Any]:
    """What a file keeps of a measure, as JSON."""
    values = {name: getattr(measure, name) for name in LABELS}
    return values | {"measured_at": measure.measured_at.isoformat()}


def layers_of(file: WorkingFile, space: Space) -> Layers:
    """Measured (at the opening, at each snapshot since, now), declared, unknown. Six queries."""
    about: dict[str, Any] = {
        "space": space,
        "need_code": file.need_code,
        "place_kind": file.place_kind,
        "place_code": file.place_code,
    }
    now = measure_now(space, file.need_code, file.place_kind, file.place_code)
    dated = (
        GapMeasure.objects.filter(snapshot__isnull=False, **about)
        .select_related("snapshot")
        .order_by("-snapshot__on")[:12]
    )
    columns = [_column("À l'ouverture", file.baseline)] if file.baseline else []
    for row in reversed(dated):
        on = row.snapshot.on if row.snapshot else None
        columns.append(Column("Relevé", on, {name: getattr(row, name) for name in LABELS}))
    if now is not None:
        values = {name: getattr(now, name) for name in LABELS}
        columns.append(Column("Aujourd'hui", now.measured_at, values))
    place = "" if file.place_kind not in {PlaceKind.COMMUNE, PlaceKind.QUARTER} else file.place_code
    return Layers(
        tuple(columns),
        declared_in(space, need_code=file.need_code, place_code=place or "-"),
        InformationGap.objects.filter(snapshot=None, **about).first(),
    )


def place_label(space: Space, kind: str, code: str) -> str | None:
    """How a place of the space is called; None when it is not one of its places."""
    inside = perimeter_codes(space)
    if kind == PlaceKind.COMMUNE:
        return names_by_code().get(code, code) if code in inside else None
    if kind == PlaceKind.QUARTER:
        found = Neighbourhood.objects.filter(code=code).defer("geometry").first()
        return found.name if found and inside.intersection(found.municipality_codes) else None
    if kind == PlaceKind.CELL:
        cell = PopulationCell.objects.filter(code=code, municipality_code__in=inside).first()
        return f"carreau de {names_by_code().get(cell.municipality_code, code)}" if cell else None
    return None


def communes_with_files(space: Space) -> list[tuple[str, str]]:
    names = names_by_code()
    pairs = [(code, names.get(code, code)) for code in perimeter_codes(space)]
    return sorted(pairs, key=lambda pair: (fold(pair[1]), pair[0]))


def _column(title: str, baseline: dict[str, Any]) -> Column:
    at = baseline.get("measured_at")
    values = {name: baseline.get(name) for name in LABELS}
    return Column(title, datetime.fromisoformat(at) if at else None, values)


def _quarter_names(codes: set[str]) -> dict[str, str]:
    if not codes:
        return {}
    return dict(Neighbourhood.objects.filter(code__in=codes).values_list("code", "name"))


def _in_commune(code: str) -> Q:
    """Files about the commune, and about its quarters."""
    rows = Neighbourhood.objects.values_list("code", "municipality_codes")
    quarters = [quarter for quarter, communes in rows if code in communes]
    return Q(place_kind=PlaceKind.COMMUNE, place_code=code) | Q(
        place_kind=PlaceKind.QUARTER, place_code__in=quarters
    )
