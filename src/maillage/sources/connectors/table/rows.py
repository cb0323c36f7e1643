"""One row of a kept file, understood cell by cell."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from maillage.core.tabular import cells
from maillage.core.tabular.cells import CellError, Point
from maillage.sources.connectors.base import Issue
from maillage.sources.connectors.table.communes import Said
from maillage.sources.connectors.table.fields import BY_KEY, LABEL_PREFIX
from maillage.sources.connectors.table.vocabulary import Vocabulary, family
from maillage.structures.enums import Axis

_LENGTHS = {
    "name": 250, "legal_name": 250, "acronym": 40, "place_name": 250, "address": 250, "description": 10_000,
}  # fmt: skip
_AXES = {
    "sector": Axis.SECTOR, "label": Axis.LABEL, "audience": Axis.AUDIENCE, "aim": Axis.AIM, "role": Axis.ROLE,
    "term": "",
}  # fmt: skip
_POSTAL_AND_NAME = re.compile(r"^(\d{5})\s+(\D.*)$")
_NAME_AND_DEPARTMENT = re.compile(r"^(.*\S)\s*\((\d{2,3}|2[ABab])\)$")
_FULL_ADDRESS = re.compile(r"\b(\d{5}),?\s+([^\W\d_][^,;()]*?)\s*(?:,\s*france)?$", re.IGNORECASE)
_READERS: dict[str, Callable[[object], Any]] = {
    "description": cells.paragraphs,
    "postal_code": cells.postal_code,
    "municipality_code": cells.municipality_code,
    "website": cells.url,
    "email": cells.email,
    "phone": cells.phone,
    "created_on": cells.date,
}


class RowRefusedError(Exception):
    """The row can't be used. `issue` says why."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.message)
        self.issue = issue


@dataclass(slots=True)
class Row:
    """What a row says. `values` maps our fields to read values; empty ones are left out."""

    line: int
    siret: str = ""
    siren: str = ""
    rna: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    point: Point | None = None
    terms: dict[str, None] = field(default_factory=dict)
    unknown: list[tuple[str, str]] = field(default_factory=list)  # (axis, words)
    issues: list[Issue] = field(default_factory=list)

    @property
    def said(self) -> Said:
        values = self.values
        return Said(
            code=values.get("municipality_code", ""),
            name=values.get("municipality", ""),
            postal_code=values.get("postal_code", ""),
            department=values.get("department", ""),
            country=values.get("country", ""),
            point=self.point,
        )


class RowReader:
    """Reads rows with one mapping (header → field)."""

    def __init__(self, mapping: Mapping[str, str], vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.columns: dict[str, list[str]] = {}
        for header, key in mapping.items():
            if key:
                self.columns.setdefault(key, []).append(header)

    def read(self, line: int, row: Mapping[str, str]) -> Row:
        """Raises `RowRefusedError` when an identifier is wrong or nothing names the structure."""
        found = Row(line)
        said = {key: self._said(key, row) for key in self.columns}
        self._identify(found, said)
        for key, value in said.items():
            if not value or key in {"siret", "siren", "rna", "longitude", "latitude", "geo_point"}:
                continue
            if key in _AXES:
                codes, unknown = self.vocabulary.codes(cells.text(value), _AXES[key])
                found.terms.update(dict.fromkeys(codes))
                found.unknown += [(_AXES[key], words) for words in unknown]
            elif key.startswith(LABEL_PREFIX):
                self._yes_no(found, key.removeprefix(LABEL_PREFIX), value)
            else:
                self._value(found, key, value)
        _complete(found.values)
        self._locate(found, said)
        if not (found.values.get("name") or found.siren or found.rna):
            raise RowRefusedError(
                Issue("sans_nom", "La ligne n'a ni nom, ni SIREN, ni numéro RNA.", line=line)
            )
        return found

    def _said(self, key: str, row: Mapping[str, str]) -> str:
        """The cells of a field, joined as it wants, or the first that speaks."""
        values = [row.get(header, "") for header in self.columns[key]]
        full = [value for value in values if value and not cells.is_masked(value)]
        join = BY_KEY[key].join if key in BY_KEY else ""
        return join.join(full) if join else (full[0] if full else "")

    def _identify(self, found: Row, said: Mapping[str, str]) -> None:
        try:
            found.siret, found.siren = cells.siret_or_siren(said.get("siret", ""))
            siren = cells.siren(said.get("siren", ""))
            found.rna = cells.rna(said.get("rna", ""))
        except CellError as error:
            raise RowRefusedError(_issue(found.line, error, said, severity="refused")) from error
        if siren and found.siren and siren != found.siren:
            raise RowRefusedError(
                Issue(
                    "siren-siret",
                    f"Le SIREN {siren} et le SIRET {found.siret or found.siren} désignent deux structures.",
                    line=found.line,
                )
            )
        found.siren = found.siren or siren

    def _value(self, found: Row, key: str, value: str) -> None:
        try:
            read = _READERS.get(key, cells.text)(value)
        except CellError as error:
            found.issues.append(_issue(found.line, error, {key: value}, severity="warning"))
            return
        if key == "family":
            read = family(read)
        elif key == "legal_category":
            read = read if len(read) == 4 and read.isdigit() else ""
        elif key == "activity_code":
            read = _activity(read)
        limit = _LENGTHS.get(key)
        if limit and len(read) > limit:
            found.issues.append(
                Issue(
                    "trop-long",
                    f"« {BY_KEY[key].label} » dépasse {limit} caractères : la fin est coupée.",
                    line=found.line,
                    severity="warning",
                )
            )
            read = read[:limit].rstrip()
        if read:
            found.values[key] = read.isoformat() if key == "created_on" else read

    def _yes_no(self, found: Row, code: str, value: str) -> None:
        try:
            if cells.boolean(value):
                found.terms[code] = None
        except CellError as error:
            found.issues.append(_issue(found.line, error, {"": value}, severity="warning"))

    def _locate(self, found: Row, said: Mapping[str, str]) -> None:
        try:
            if "longitude" in said and "latitude" in said:
                found.point = cells.point(said["longitude"], said["latitude"])
            if found.point is None and said.get("geo_point"):
                found.point = cells.point_from_text(said["geo_point"])
        except CellError as error:
            found.issues.append(_issue(found.line, error, {}, severity="warning"))


def _complete(values: dict[str, Any]) -> None:
    """What a place says beside its own cell: « 93100 Montreuil », « Montreuil (93) », a full address."""
    name = values.get("municipality", "")
    if match := _POSTAL_AND_NAME.match(name):
        values.setdefault("postal_code", match[1])
        values["municipality"] = match[2]
    elif match := _NAME_AND_DEPARTMENT.match(name):
        values["municipality"] = match[1]
        values.setdefault("department", match[2])
    told = {"municipality", "postal_code", "municipality_code"} & values.keys()
    if not told and (match := _FULL_ADDRESS.search(values.get("address", ""))):
        values["postal_code"], values["municipality"] = match[1], match[2].strip()


def _activity(code: str) -> str:
    """NAF rév. 2 subclass with its point: `8899B` → `88.99B`."""
    bare = code.replace(".", "").replace(" ", "").upper()
    return f"{bare[:2]}.{bare[2:]}" if len(bare) == 5 and bare[:4].isdigit() else ""


def _issue(line: int, error: CellError, said: Mapping[str, str], *, severity: Any) -> Issue:
    excerpt = " ; ".join(value for value in said.values() if value)[:300]
    return Issue(error.code, error.message, line=line, severity=severity, excerpt=excerpt)
