"""Estimated jobs and employer establishments, from headcount bands: who has how many, and what may be said of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from maillage.observatory.enums import Indicator
from maillage.observatory.lib.bands import EMPLOYER_BANDS, JOBS, OPEN_BAND
from maillage.observatory.lib.secrecy import Amount, Key, protect
from maillage.observatory.lib.tables import UNTOLD, Breakdown, Counted, Figure
from maillage.observatory.queries.area import open_places, places_of_published
from maillage.observatory.queries.counting import age_class, age_rows
from maillage.structures.enums import (
    SIZE_CLASS_OF_BAND,
    Axis,
    Disclosure,
    Family,
    SizeClass,
    State,
    Typology,
)
from maillage.structures.models import (
    Establishment,
    EstablishmentNeighbourhood,
    Label,
    StructureTerm,
    Term,
)
from maillage.territories.models import Neighbourhood

_FIELDS = (
    "id", "structure_id", "municipality_code", "size_band", "structure__size_band",
    "structure__family", "structure__created_on", "structure__typology",
)  # fmt: skip
Places = QuerySet[Establishment, Establishment]
_ALONE = ("label", "quarter")  # axes whose cells do not add up: each stands against what it leaves


@dataclass(slots=True)
class Cell:
    """Jobs of each legal person in the cell, and how many places it has there."""

    persons: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    low: float = 0.0
    high: float = 0.0
    places: int = 0

    def add(self, person: int, band: str) -> None:
        jobs = JOBS[band]
        self.persons[person] += jobs.middle
        self.low += jobs.low
        self.high += jobs.high
        self.places += 1

    @property
    def amount(self) -> Amount:
        return _amount(self.persons.values())


def _amount(parts: Iterable[float]) -> Amount:
    held = list(parts)
    return Amount(sum(held), len(held), max(held, default=0.0))


@dataclass(slots=True)
class Employers:
    """`cells` by (axis, key), the total at ("", ""). `labels` by axis, in the order to show them."""

    cells: dict[Key, Cell]
    labels: dict[str, dict[str, str]]
    unknown: int
    has_open_band: bool
    _ranked: list[int] = field(default_factory=list)
    _sides: dict[str, dict[str, Amount]] = field(default_factory=dict)

    def join(self, keys: Iterable[Key]) -> Amount:
        """Several cells of one axis as one: an employer with places in two of them is one."""
        keys = list(keys)
        if keys and keys[0][0].partition(":")[0] in _ALONE:
            return self.sides(keys[0][0])[keys[0][1]] if len(keys) == 1 else self.total.amount
        persons: dict[int, float] = defaultdict(float)
        for key in keys:
            for person, jobs in self.cells[key].persons.items():
                persons[person] += jobs
        return _amount(persons.values())

    @property
    def total(self) -> Cell:
        return self.cells["", ""]

    def sides(self, axis: str) -> dict[str, Amount]:
        """Of an axis whose cells do not add up: one of its cells (`label:code`), and everything else (key empty)."""
        if axis not in self._sides:
            code = axis.partition(":")[2]
            inside = self.cells[axis, code].persons
            self._sides[axis] = {code: _amount(inside.values()), "": self._rest(inside)}
        return self._sides[axis]

    def _rest(self, inside: dict[int, float]) -> Amount:
        """The total without a cell; only its largest employers and those of the cell are looked at."""
        whole = self.total.persons
        if not self._ranked:
            self._ranked = sorted(whole, key=lambda person: -whole[person])
        left = [whole[person] - jobs for person, jobs in inside.items()]
        outside = next((whole[one] for one in self._ranked if one not in inside), 0.0)
        gone = sum(1 for one in left if one <= 0)
        largest = max([outside, *left])
        return Amount(sum(whole.values()) - sum(inside.values()), len(whole) - gone, largest)


def employers_of(
    codes: QuerySet[Any, Any], now: datetime, names: Mapping[str, str] | None = None
) -> Employers:
    """Five queries, whatever the number of employers. `names` are those of the communes."""
    places = places_of_published(codes)
    by_structure = Q(size_band="", structure__size_band__in=EMPLOYER_BANDS)
    employing = places.filter(Q(size_band__in=EMPLOYER_BANDS) | by_structure)
    rows = list(employing.values_list(*_FIELDS))
    alone = _only_places(open_places(codes).filter(by_structure))
    kept = [row for row in rows if row[3] or row[1] in alone]
    sectors, sector_names = _sectors(employing)
    labels, label_names = _labels(employing, now)
    quarters, quarter_names = _quarters(employing)
    cells: dict[Key, Cell] = defaultdict(Cell)
    cells["", ""] = Cell()
    has_open_band = False
    for place, person, commune, band, of_structure, family, born, typology in kept:
        used = band or of_structure
        has_open_band = has_open_band or used == OPEN_BAND
        held = {
            "family": family or UNTOLD,
            "sector": sectors.get(person, UNTOLD),
            "commune": commune,
            "size": str(SIZE_CLASS_OF_BAND.get(of_structure, SizeClass.UNKNOWN)),
            "age": age_class(born.year if born else None, now.year),
            "typology": typology or UNTOLD,
        }
        for axis, key in (("", ""), *held.items()):
            cells[axis, key].add(person, used)
        for code in labels.get(person, ()):
            cells[f"label:{code}", code].add(person, used)
        for code in quarters.get(place, ()):
            cells[f"quarter:{code}", code].add(person, used)
    said = {
        "family": {**{str(k): str(v) for k, v in Family.choices}, UNTOLD: "non précisée"},
        "sector": {**sector_names, UNTOLD: "sans secteur"},
        "commune": dict(names or {}),
        "size": {str(k): str(v) for k, v in SizeClass.choices},
        "age": {row.key: row.label for row in age_rows(Counter({UNTOLD: 1}))},
        "typology": {
            **{str(k): str(v) for k, v in Typology.choices},
            UNTOLD: "ni déclarée ni estimée",
        },
        "label": label_names,
        "quarter": quarter_names,
    }
    return Employers(dict(cells), said, len(rows) - len(kept), has_open_band)


def _only_places(silent: Places) -> set[int]:
    """Structures whose only open place, anywhere, is one that tells no band."""
    owners = silent.order_by().values("structure_id")
    counts = (
        Establishment.objects.filter(state=State.ACTIVE, structure_id__in=owners)
        .order_by()
        .values_list("structure_id")
        .annotate(number=Count("id"))
        .filter(number=1)
    )
    return {structure for structure, _ in counts}


def _sectors(employing: Places) -> tuple[dict[int, str], dict[str, str]]:
    """First-level main sector of each structure, and the names of the sectors met, in their order."""
    terms = {
        pk: (code, label, parent)
        for pk, code, label, parent in Term.objects.filter(axis=Axis.SECTOR, ended_on__isnull=True)
        .order_by("position", "label", "id")
        .values_list("id", "code", "label", "parent_id")
    }
    found: dict[int, str] = {}
    tags = StructureTerm.objects.filter(
        term__axis=Axis.SECTOR, structure_id__in=employing.values("structure_id")
    )
    for person, term in tags.order_by("-is_main", "id").values_list("structure_id", "term_id"):
        if term in terms and person not in found:
            parent = terms[term][2]
            found[person] = terms[parent][0] if parent in terms else terms[term][0]
    met = set(found.values())
    return found, {code: label for code, label, _ in terms.values() if code in met}


def _labels(employing: Places, now: datetime) -> tuple[dict[int, set[str]], dict[str, str]]:
    """Labels in force of each structure; the first level of those that have two, as in the directory."""
    today = now.date()
    rows = (
        Label.objects.filter(
            structure_id__in=employing.values("structure_id"), term__ended_on__isnull=True
        )
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
        .order_by("term__position", "term__label", "id")
        .values_list(
            "structure_id",
            *(f"term__{up}{name}" for name in ("code", "label") for up in ("", "parent__")),
        )
    )
    found: dict[int, set[str]] = defaultdict(set)
    names: dict[str, str] = {}
    for person, code, above, label, label_above in rows:
        found[person].add(above or code)
        names[above or code] = label_above or label
    return found, names


def _quarters(employing: Places) -> tuple[dict[int, set[str]], dict[str, str]]:
    """Priority and local quarters of each place. A place whose address is kept back is in none."""
    links = (
        EstablishmentNeighbourhood.objects.filter(establishment_id__in=employing.values("id"))
        .filter(
            establishment__address_is_public=True,
            establishment__disclosure=Disclosure.PUBLIC,
            establishment__structure__disclosure=Disclosure.PUBLIC,
        )
        .exclude(neighbourhood__kind=Neighbourhood.Kind.IRIS)
        .order_by("neighbourhood__kind", "neighbourhood__name", "neighbourhood__code")
        .values_list("establishment_id", "neighbourhood__code", "neighbourhood__name")
    )
    found: dict[int, set[str]] = defaultdict(set)
    names: dict[str, str] = {}
    for place, code, name in links:
        found[place].add(code)
        names[code] = name
    return found, names


def jobs(found: Employers, *, is_raw: bool) -> Counted:
    """Estimated jobs; secret cells are hidden unless `is_raw` (a snapshot keeps what it counted)."""
    total = found.total
    axes: dict[str, dict[str, Amount]] = defaultdict(dict)
    for (axis, key), cell in found.cells.items():
        if ":" in axis:
            axes[axis] = found.sides(axis)
        elif axis:
            axes[axis][key] = cell.amount
    seen = None if is_raw else protect(total.amount, axes, join=found.join)
    breakdowns: dict[str, Breakdown] = {}
    for axis in ("family", "sector", "commune", "quarter", "size", "age", "typology", "label"):
        rows = []
        for key, label in found.labels[axis].items():
            place = (f"{axis}:{key}", key) if axis in _ALONE else (axis, key)
            if place in found.cells:
                row = _figure(key, label, found.cells[place])
                hidden = seen is not None and seen.is_hidden(*place)
                rows.append(row.hidden() if hidden else row)
        if axis == "commune":
            rows.sort(key=lambda row: (row.label, row.key))
        breakdowns[axis] = Breakdown(axis, tuple(rows), adds_up=axis not in _ALONE)
    whole = _figure("", "", total)
    if seen is not None and seen.is_hidden():
        whole = whole.hidden()
    return Counted(Indicator.JOBS, whole, breakdowns, note=_note(found))


def _figure(key: str, label: str, cell: Cell) -> Figure:
    amount = cell.amount
    share = amount.largest / amount.value if amount.value else 0.0
    return Figure(key, label, amount.value, cell.low, cell.high, amount.units, share)


def _note(found: Employers) -> str:
    said = []
    if found.unknown:
        lost = found.unknown
        said.append(
            f"{lost} lieu{'x' if lost > 1 else ''} de structures employeuses sans tranche connue "
            f"ne compte{'nt' if lost > 1 else ''} pas."
        )
    if found.has_open_band:
        said.append("Au moins : un établissement est dans la dernière tranche, sans borne haute.")
    return " ".join(said)


def employer_establishments(found: Employers, commune: str) -> Counted:
    """Places with a band of one employee or more. Their number is no secret: each band is on its page."""
    names = found.labels["commune"]
    rows = sorted(
        (
            Figure(key, names.get(key, key), cell.places, units=len(cell.persons))
            for (axis, key), cell in found.cells.items()
            if axis == "commune"
        ),
        key=lambda row: (row.label, row.key),
    )
    whole = found.total
    total = Figure("", "", whole.places, units=len(whole.persons))
    breakdowns = {} if commune else {"commune": Breakdown("commune", tuple(rows))}
    return Counted(Indicator.EMPLOYER_ESTABLISHMENTS, total, breakdowns)
