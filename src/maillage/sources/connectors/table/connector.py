"""Any table an agent keeps: columns mapped to our fields, rows of one structure joined."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import ClassVar

from maillage.core.tabular.reading import Table, TableError, open_table
from maillage.sources.connectors.base import (
    EstablishmentRecord,
    Issue,
    Item,
    LabelRecord,
    Outside,
    Progress,
    ReadContext,
    SourceError,
    SourceRecord,
)
from maillage.sources.connectors.table.communes import CommuneFinder
from maillage.sources.connectors.table.fields import is_target
from maillage.sources.connectors.table.proposal import propose, sample_of
from maillage.sources.connectors.table.rows import Row, RowReader, RowRefusedError
from maillage.sources.connectors.table.vocabulary import Vocabulary
from maillage.sources.lib import address_key, name_key
from maillage.structures.enums import Axis, LocationQuality

_STRUCTURE_FIELDS = (
    "name", "legal_name", "acronym", "family", "legal_category", "activity_code", "description", "website",
    "email", "phone", "created_on",
)  # fmt: skip
_AXIS_NAMES = {
    "": "une catégorie connue", Axis.SECTOR: "un secteur connu", Axis.LABEL: "un agrément ou label connu",
    Axis.AUDIENCE: "un public connu", Axis.AIM: "une finalité connue", Axis.ROLE: "un rôle connu",
}  # fmt: skip
_STEP = 500
_SHOWN_WORDS = 30


class TableConnector:
    """Options: `mapping` (header → field), `sheet`, `date` (ISO), `source` (credit, shown in the report).

    An empty cell says nothing: it never erases what the directory holds.
    """

    key: ClassVar[str] = "table"
    label: ClassVar[str] = "Fichier de tableur (CSV, XLSX, ODS, GeoJSON)"
    source: ClassVar[str] = "fichier tenu par la collectivité"

    def read(self, context: ReadContext) -> Iterator[Item]:
        try:
            table = open_table(context.files["file"], sheet=context.options.get("sheet") or None)
            mapping = self._mapping(table, context)
            yield from _Reading(table, mapping, context.perimeter).items()
        except TableError as error:
            raise SourceError(str(error)) from error

    def source_date(self, context: ReadContext) -> date | None:
        said = context.options.get("date")
        if said:
            return date.fromisoformat(said)
        changed = context.files["file"].stat().st_mtime
        return datetime.fromtimestamp(changed, tz=UTC).date()

    def _mapping(self, table: Table, context: ReadContext) -> dict[str, str]:
        wanted = context.options.get("mapping")
        if wanted is None:
            wanted = propose(table.headers, sample_of(table))
        unknown = [header for header in wanted if header not in table.headers]
        if unknown:
            raise SourceError(f"Le fichier n'a pas de colonne « {unknown[0]} ».")
        wrong = [target for target in wanted.values() if not is_target(target)]
        if wrong:
            raise SourceError(f"« {wrong[0]} » n'est pas un champ connu.")
        if not {"name", "siret", "siren", "rna"} & set(wanted.values()):
            raise SourceError(
                "Aucune colonne ne donne le nom, le SIRET, le SIREN ou le numéro RNA des structures : "
                "indiquez laquelle."
            )
        # In the order of the file, which decides how columns are joined: JSON columns may lose theirs.
        return {header: wanted.get(header, "") for header in table.headers}


class _Joined:
    """The rows of one structure: the last value said wins, places add up."""

    __slots__ = ("fields", "line", "places", "rna", "siren", "terms")

    def __init__(self, row: Row, code: str) -> None:
        self.line = row.line
        self.siren = self.rna = ""
        self.fields: dict[str, str] = {}
        self.terms: dict[str, None] = {}
        self.places: dict[str, tuple[str, dict[str, object]]] = {}
        self.add(row, code)

    def add(self, row: Row, code: str) -> None:
        self.siren, self.rna = self.siren or row.siren, self.rna or row.rna
        self.fields |= {name: row.values[name] for name in _STRUCTURE_FIELDS if name in row.values}
        self.terms |= row.terms
        if code:
            place = _place_fields(row, code)
            key = row.siret or f"{code}|{address_key(str(place.get('address', '')))}"
            siret, known = self.places.get(key, (row.siret, {}))
            self.places[key] = (siret, known | place)

    def record(self, axes: dict[str, str]) -> SourceRecord:
        labels = [code for code in self.terms if axes.get(code) == Axis.LABEL]
        terms = tuple(code for code in self.terms if code not in labels)
        sectors = [code for code in terms if axes.get(code) == Axis.SECTOR]
        fields: dict[str, object] = dict(self.fields)
        if "activity_code" in fields:
            fields["activity_nomenclature"] = "NAFRev2"
        return SourceRecord(
            siren=self.siren,
            rna=self.rna,
            fields=fields,
            terms=terms,
            main_sector=sectors[0] if sectors else "",
            labels=tuple(LabelRecord(code) for code in labels),
            establishments=tuple(
                EstablishmentRecord(siret, fields) for siret, fields in self.places.values()
            ),
            line=self.line,
        )


def _place_fields(row: Row, code: str) -> dict[str, object]:
    fields: dict[str, object] = {"municipality_code": code}
    for name, ours in (
        ("address", "address"),
        ("postal_code", "postal_code"),
        ("place_name", "name"),
    ):
        if name in row.values:
            fields[ours] = row.values[name]
    if row.point:
        address = str(fields.get("address", ""))
        quality = LocationQuality.HOUSE if address[:1].isdigit() else LocationQuality.STREET
        fields |= {
            "lon": row.point.lon,
            "lat": row.point.lat,
            "location_quality": str(quality if address else LocationQuality.AREA),
            "location_source": "fichier",
        }
    return fields


class _Reading:
    """One pass over the rows, then the joined records in the order of the file."""

    def __init__(self, table: Table, mapping: dict[str, str], perimeter: frozenset[str]) -> None:
        self.table = table
        self.vocabulary = Vocabulary()
        self.reader = RowReader(mapping, self.vocabulary)
        self.communes = CommuneFinder(perimeter)
        self.perimeter = perimeter
        self.joined: dict[str, _Joined] = {}
        self.unplaced: list[_Joined] = []
        self.counts: Counter[str] = Counter()
        self.unknown: Counter[tuple[str, str]] = Counter()
        self.outside: Counter[str] = Counter()

    def items(self) -> Iterator[Item]:
        for number, (line, cells) in enumerate(self.table.rows(), 1):
            yield from self._problems()
            yield from self._row(line, cells)
            if number % _STEP == 0:
                yield Progress(0.9 * self.table.done)
        yield from self._problems()
        while self.joined:  # in the order of the file, let go one by one
            yield self.joined.pop(next(iter(self.joined))).record(self.vocabulary.axes)
        for joined in self.unplaced:
            yield joined.record(self.vocabulary.axes)
        for reason, count in self.outside.items():
            yield Outside(count, reason)
        yield from self._remarks()
        yield Progress(1.0)

    def _problems(self) -> Iterator[Issue]:
        for line, code, message, excerpt in self.table.take_problems():
            yield Issue(code, message, line=line, excerpt=excerpt)

    def _row(self, line: int, cells: dict[str, str]) -> Iterator[Issue]:
        try:
            row = self.reader.read(line, cells)
        except RowRefusedError as error:
            yield error.issue
            return
        said = row.said
        answer = self.communes.find(said)
        if answer.outside or (answer.code and answer.code not in self.perimeter):
            self.outside[answer.outside or "hors du périmètre"] += 1
            return
        if not answer.code and (said or not (row.siren or row.rna)):
            yield Issue(
                "sans_commune",
                "La commune n'a pas pu être trouvée : ni code INSEE, ni code postal et nom de commune, "
                "ni position dans le périmètre.",
                line=line,
                excerpt=" ; ".join(filter(None, [row.values.get("name", ""), *_shown(said)]))[:300],
            )
            return
        yield from row.issues
        if answer.reserve:
            yield Issue("commune-homonyme", answer.reserve, line=line, severity="warning")
        self.counts["swapped"] += bool(row.point and row.point.swapped)
        self.unknown.update(row.unknown)
        self._join(row, answer.code)

    def _join(self, row: Row, code: str) -> None:
        if not code:  # known by its number alone: nothing to join it to but the directory
            self.unplaced.append(_Joined(row, code))
            return
        key = row.siren or row.rna or f"{name_key(row.values['name'])}|{code}"
        if key in self.joined:
            self.counts["joined"] += 1
            self.joined[key].add(row, code)
        else:
            self.joined[key] = _Joined(row, code)

    def _remarks(self) -> Iterator[Issue]:
        """What is said once for the whole file."""
        remarks = [("fichier", warning) for warning in self.table.warnings]
        if count := self.counts["joined"]:
            remarks.append(
                (
                    "lignes-jointes",
                    f"{count} lignes parlent d'une structure déjà lue : elles y sont jointes.",
                )
            )
        if count := self.counts["swapped"]:
            remarks.append(
                ("coordonnees-inversees", (f"Latitude et longitude étaient échangées sur {count} lignes : "
                 "elles ont été remises dans l'ordre."))
            )  # fmt: skip
        for (axis, words), count in self.unknown.most_common(_SHOWN_WORDS):
            message = f"« {words} » n'est pas {_AXIS_NAMES[axis]} : ce mot n'est pas repris ({count} fois)."
            remarks.append(("mot-inconnu", message))
        if (more := len(self.unknown) - _SHOWN_WORDS) > 0:
            remarks.append(("mot-inconnu", f"{more} autres mots inconnus ne sont pas repris."))
        for code, message in remarks:
            yield Issue(code, message, severity="warning")


def _shown(said: object) -> list[str]:
    values = (getattr(said, name) for name in ("code", "postal_code", "name", "department"))
    return [value for value in values if value]
