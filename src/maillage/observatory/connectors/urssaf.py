"""Urssaf's open series of the ESS: department × family × year, one row each.

Dataset `nombre-etab-effectifs-salaries-et-masse-salariale-ess-departements` of open.urssaf.fr (ODbL), with its technical names
or its labels as headers. Field: private sector, general scheme, without farming nor Mayotte; apprentices counted since 2023.
"""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from maillage.core.tabular.cells.text import CellError, quoted, text
from maillage.core.tabular.cells.values import amount, boolean
from maillage.core.tabular.reading import TableError, open_table
from maillage.observatory.enums import Confidence, Indicator, PlaceKind
from maillage.observatory.lib.drafts import LARGEST, Draft, Reading, Refusal, folded
from maillage.structures.enums import Family

SOURCE = "Urssaf, données ouvertes"
URL = "https://open.urssaf.fr/explore/dataset/nombre-etab-effectifs-salaries-et-masse-salariale-ess-departements/"
PERIMETER = (
    "Secteur privé, régime général, sans l'agriculture ni Mayotte. Effectifs moyens de l'année, apprentis comptés depuis 2023. "
    "Familles juridiques de l'ESS ; les sociétés commerciales de l'ESS n'y sont pas."
)
_WHOLE = "Secteur privé, régime général, sans l'agriculture ni Mayotte : ESS et hors ESS."
_NEEDED = ("code_departement", "champ_ess", "famille_ess", "annee")
_VALUES = {
    "nombre_d_etablissements": Indicator.EMPLOYER_ESTABLISHMENTS,
    "effectifs_salaries_moyens": Indicator.JOBS,
    "masse_salariale": Indicator.WAGE_BILL,
}
_WHOLES = {
    Indicator.EMPLOYER_ESTABLISHMENTS: Indicator.ALL_ESTABLISHMENTS,
    Indicator.JOBS: Indicator.ALL_JOBS,
}
_FAMILIES = {
    "association": Family.ASSOCIATION,
    "cooperat": Family.COOPERATIVE,
    "mutuel": Family.MUTUAL,
    "mutual": Family.MUTUAL,
    "fondation": Family.FOUNDATION,
}


class _Row(NamedTuple):
    line: int
    department: str
    is_ess: bool
    family: str
    year: int
    values: dict[Indicator, Decimal]


def read(path: Path, departments: Mapping[str, str], *, last_year: int) -> Reading:
    """Drafts about `departments` (code → name).

    A total is given only for a year where every family that the file knows in this department was read.

    Raises:
        TableError: it is no such file.
    """
    table = open_table(path)
    headers = {folded(header): header for header in table.headers}
    missing = [name for name in _NEEDED if name not in headers]
    if missing or not _VALUES.keys() & headers.keys():
        raise TableError(
            "Ce fichier n'est pas la série ESS par département de l'Urssaf : il y manque "
            + (", ".join(f"« {name} »" for name in missing) or "les colonnes de valeurs")
            + "."
        )
    reading = Reading(warnings=list(table.warnings))
    rows: dict[tuple[str, str, int], _Row] = {}
    broken: set[tuple[str, int]] = set()
    for line, cells in table.rows():
        reading.rows += 1
        said = {name: cells.get(header, "") for name, header in headers.items()}
        department = text(said["code_departement"]).upper().zfill(2)
        if department not in departments:
            reading.outside += 1
            continue
        try:
            row = _row(line, department, said, last_year)
        except CellError as error:
            reading.refused.append(Refusal(line, error.message))
            broken.add((department, _loose_year(said["annee"])))
            continue
        key = (department, folded(text(said["famille_ess"])), row.year)
        if key in rows:
            message = "La même famille est dite deux fois pour ce département et cette année."
            reading.refused.append(Refusal(line, message))
            broken.add((department, row.year))
            continue
        rows[key] = row
    problems = [Refusal(one.line, one.message) for one in table.take_problems()]
    reading.rows += len(problems)
    reading.refused = sorted(reading.refused + problems)
    reading.drafts = _drafts(list(rows.values()), departments, broken)
    return reading


def _loose_year(value: str) -> int:
    shown = text(value)
    return int(shown) if shown.isdecimal() and len(shown) == 4 else 0


def _row(line: int, department: str, said: Mapping[str, str], last_year: int) -> _Row:
    year = _loose_year(said["annee"])
    if not 1990 <= year <= last_year:
        raise CellError("annee", f"L'année {quoted(said['annee'])} n'est pas vraisemblable.")
    is_ess = boolean(said["champ_ess"])
    if is_ess is None:
        raise CellError("champ", "La colonne du champ ESS ne dit ni oui ni non.")
    name = folded(text(said["famille_ess"]))
    family = next((str(one) for start, one in _FAMILIES.items() if start in name), "")
    if is_ess and not family:
        raise CellError(
            "famille",
            f"La famille {quoted(said['famille_ess'])} n'est pas connue : la ligne est laissée.",
        )
    values: dict[Indicator, Decimal] = {}
    for column, indicator in _VALUES.items():
        if column in said:
            value = amount(said[column])
            if value is None:
                raise CellError(
                    "valeur", "Une valeur est vide : secret statistique de la source, ou oubli."
                )
            if not 0 <= value < LARGEST:
                raise CellError(
                    "valeur", f"La valeur {quoted(said[column])} n'est pas vraisemblable."
                )
            values[indicator] = value
    return _Row(line, department, is_ess, family if is_ess else "", year, values)


def _drafts(
    rows: list[_Row], departments: Mapping[str, str], broken: set[tuple[str, int]]
) -> list[Draft]:
    families: dict[tuple[str, int, Indicator, str], Decimal] = defaultdict(Decimal)
    ess: dict[tuple[str, int, Indicator], Decimal] = defaultdict(Decimal)
    whole: dict[tuple[str, int, Indicator], Decimal] = defaultdict(Decimal)
    lines: dict[tuple[str, int], int] = {}
    both: dict[tuple[str, int], set[bool]] = defaultdict(set)
    told: dict[tuple[str, int], set[str]] = defaultdict(set)
    ever: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        place = (row.department, row.year)
        lines.setdefault(place, row.line)
        both[place].add(row.is_ess)
        for indicator, value in row.values.items():
            whole[*place, indicator] += value
            if row.is_ess:
                told[place].add(row.family)
                ever[row.department].add(row.family)
                ess[*place, indicator] += value
                families[*place, indicator, row.family] += value

    def draft(
        place: tuple[str, int], indicator: Indicator, value: Decimal, family: str, perimeter: str
    ) -> Draft:
        department, year = place
        return Draft(
            indicator=str(indicator),
            place_kind=PlaceKind.DEPARTMENT.value,
            place_code=department,
            place_label=departments[department],
            family=family,
            year=year,
            value=value,
            source=SOURCE,
            source_url=URL,
            perimeter=perimeter,
            confidence=Confidence.OFFICIAL.value,
            line=lines[place],
        )

    found = [
        draft((department, year), indicator, value, family, PERIMETER)
        for (department, year, indicator, family), value in families.items()
    ]
    for (department, year, indicator), value in ess.items():
        place = (department, year)
        is_whole = told[place] == ever[department]
        if not is_whole or place in broken or (department, 0) in broken:
            continue
        found.append(draft(place, indicator, value, "", PERIMETER))
        if indicator in _WHOLES and both[place] == {True, False}:
            every = whole[*place, indicator]
            found.append(draft(place, _WHOLES[indicator], every, "", _WHOLE))
    return sorted(found, key=lambda one: (one.line, one.indicator, one.family))
