"""Carry operations out, in bulk, inside the caller's transaction: applying, and undoing, are this.

An operation whose `before` is no longer what the directory holds is skipped and reported: somebody
changed the value in the meantime, and their word stands. So does an identifier borne elsewhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Model

from maillage.core.models import JournalEntry
from maillage.sources.actions.diff import Operation
from maillage.sources.actions.state import PLACE_DEFAULTS
from maillage.sources.lib import to_json
from maillage.sources.models import ImportChange, ImportRun
from maillage.structures.actions.slugs import SlugBook
from maillage.structures.lib import python_value
from maillage.structures.models import Establishment, Label, Structure, StructureTerm, Term

BATCH = 500
_UNIQUE: dict[str, type[Model]] = {"siret": Establishment, "siren": Structure, "rna": Structure}


@dataclass(frozen=True, slots=True)
class Work:
    """Operations to execute for one change of a run, in the direction they are given."""

    change: ImportChange
    operations: list[Operation]


@dataclass(slots=True)
class Outcome:
    """What was touched (primary keys) and which operations were skipped."""

    structures: set[int] = field(default_factory=set)
    places: set[int] = field(default_factory=set)
    deleted: set[int] = field(default_factory=set)
    skipped: list[tuple[ImportChange, Operation]] = field(default_factory=list)


class Executor:
    """`stamp` is added to the provenance of each value written: which run, when; None when undoing."""

    def __init__(
        self, run: ImportRun, *, now: datetime, action: str, stamp: dict[str, Any] | None
    ) -> None:
        self.run, self.now, self.action, self.stamp = run, now, action, stamp
        self.outcome = Outcome()
        self.slugs = SlugBook()
        self.terms = dict(Term.objects.values_list("code", "pk"))

    def execute(self, works: Iterable[Work]) -> Outcome:
        for batch in _chunks(works):
            _Batch(self, batch).execute()
        return self.outcome


def _chunks(works: Iterable[Work]) -> Iterator[list[Work]]:
    iterator = iter(works)
    while batch := list(islice(iterator, BATCH)):
        yield batch


class _Batch:
    """Up to 500 changes: read what they touch, do them in memory, write by kind."""

    def __init__(self, executor: Executor, works: list[Work]) -> None:
        self.executor, self.works = executor, works
        self.outcome = executor.outcome
        ids = [work.change.structure_id for work in works if work.change.structure_id]
        self.structures = Structure.objects.in_bulk(ids)
        self.places = {
            str(place.pk): place for place in Establishment.objects.filter(structure_id__in=ids)
        }
        self.term_rows = {
            (row.structure_id, row.term_id): row
            for row in StructureTerm.objects.filter(structure_id__in=ids)
        }
        self.label_rows = {
            (label.structure_id, label.term_id, label.establishment_id): label
            for label in Label.objects.filter(structure_id__in=ids)
        }
        self.holders = _holders(works)
        self.dirty: dict[type, dict[Any, set[str]]] = {Structure: {}, Establishment: {}, Label: {}}
        self.creating: list[tuple[ImportChange, Establishment | Label | StructureTerm]] = []
        self.deleting: list[Establishment | Label | StructureTerm | Structure] = []
        self.new_places: dict[int, dict[str, Establishment]] = {}
        self.journal: list[tuple[ImportChange, dict[str, list[Any]]]] = []

    def execute(self) -> None:
        self._create_structures()
        for work in self.works:
            self._execute_one(work)
        self._write()

    def _create_structures(self) -> None:
        rows = [
            (work.change, self._new_structure(work, operation["after"]))
            for work in self.works
            for operation in work.operations
            if operation["op"] == "structure" and operation["after"]
        ]
        Structure.objects.bulk_create([row for _, row in rows])
        for change, row in rows:
            change.structure = row
            self.structures[row.pk] = row

    def _new_structure(self, work: Work, whole: dict[str, Any]) -> Structure:
        values = _python(Structure, whole["values"])
        values.setdefault("name", work.change.title)
        commune = next(
            (
                op["after"]["values"].get("municipality_code", "")
                for op in work.operations
                if op["op"] == "place" and op["after"]
            ),
            "",
        )
        return Structure(
            slug=self.executor.slugs.new(values["name"], commune),
            provenance=self._stamped_all(whole["provenance"]),
            updated_at=self.executor.now,
            **values,
        )

    def _execute_one(self, work: Work) -> None:
        structure = self.structures.get(work.change.structure_id or 0)
        if structure is None:
            self.outcome.skipped += [(work.change, operation) for operation in work.operations]
            return
        journal: dict[str, list[Any]] = {}
        for operation in work.operations:
            done = getattr(self, f"_do_{operation['op']}")(work.change, structure, operation)
            if not done:
                self.outcome.skipped.append((work.change, operation))
            elif operation["before"] != operation["after"]:
                journal[_title(operation)] = [
                    _shown(operation["before"]),
                    _shown(operation["after"]),
                ]
        self.outcome.structures.add(structure.pk)
        if journal:
            self.journal.append((work.change, journal))

    def _do_structure(
        self, change: ImportChange, structure: Structure, operation: Operation
    ) -> bool:
        if operation["after"] is None:
            self.deleting.append(structure)
            self.outcome.deleted.add(structure.pk)
        return True

    def _do_field(self, change: ImportChange, structure: Structure, operation: Operation) -> bool:
        target = structure if operation["on"] == "structure" else self.places.get(operation["on"])
        if target is None:
            return False
        name = operation["field"]
        fields = {"provenance"}
        if name != "terms":
            if self.holders.get((name, operation["after"]), target.pk) != target.pk:
                return False
            if to_json(getattr(target, name)) != operation["before"]:
                return False
            setattr(target, name, python_value(type(target), name, operation["after"]))
            fields.add(name)
        if operation["owner_after"] is None:
            target.provenance.pop(name, None)
        else:
            target.provenance[name] = self._stamped(name, operation["owner_after"])
        self.dirty[type(target)].setdefault(target, set()).update(fields)
        return True

    def _do_place(self, change: ImportChange, structure: Structure, operation: Operation) -> bool:
        if operation["after"] is None:
            place = self.places.get(operation["key"])
            if place is None or _place_values(place) != {
                **PLACE_DEFAULTS,
                **operation["before"]["values"],
            }:
                return False
            self.deleting.append(place)
            return True
        whole = operation["after"]
        if ("siret", whole["values"].get("siret")) in self.holders:
            return False
        place = Establishment(
            structure=structure,
            provenance=self._stamped_all(whole["provenance"]),
            **_python(Establishment, whole["values"]),
        )
        self.creating.append((change, place))
        self.new_places.setdefault(structure.pk, {})[operation["key"]] = place
        return True

    def _do_term(self, change: ImportChange, structure: Structure, operation: Operation) -> bool:
        term_id = self.executor.terms.get(operation["code"])
        if term_id is None:
            return False
        row = self.term_rows.get((structure.pk, term_id))
        if operation["after"] is None:
            if row:
                self.deleting.append(row)
        elif row:
            row.is_main = operation["after"]
            row.save(update_fields=["is_main"])
        else:
            self.creating.append(
                (
                    change,
                    StructureTerm(structure=structure, term_id=term_id, is_main=operation["after"]),
                )
            )
        return True

    def _do_label(self, change: ImportChange, structure: Structure, operation: Operation) -> bool:
        code, siret = operation["key"].split("/")
        term_id = self.executor.terms.get(code)
        if term_id is None:
            return False
        place = self._place_of_siret(structure, siret) if siret else None
        row = self.label_rows.get((structure.pk, term_id, place.pk if place else None))
        if operation["after"] is None:
            if row:
                self.deleting.append(row)
            return row is not None
        values = _python(Label, operation["after"])
        if row is None:
            self.creating.append(
                (change, Label(structure=structure, establishment=place, term_id=term_id, **values))
            )
        else:
            for name, value in values.items():
                setattr(row, name, value)
            self.dirty[Label].setdefault(row, set()).update(values)
        return True

    def _place_of_siret(self, structure: Structure, siret: str) -> Establishment | None:
        fresh = self.new_places.get(structure.pk, {}).values()
        known = (place for place in self.places.values() if place.structure_id == structure.pk)
        return next((place for place in (*fresh, *known) if place.siret == siret), None)

    def _stamped(self, name: str, owner: dict[str, Any]) -> dict[str, Any]:
        if self.executor.stamp is None or name == "terms":
            return owner
        return {**owner, **self.executor.stamp}

    def _stamped_all(self, provenance: dict[str, Any]) -> dict[str, Any]:
        return {name: self._stamped(name, owner) for name, owner in provenance.items()}

    def _write(self) -> None:
        created = [row for _, row in self.creating]
        places = [row for row in created if isinstance(row, Establishment)]
        Establishment.objects.bulk_create(places)
        Label.objects.bulk_create([row for row in created if isinstance(row, Label)])
        StructureTerm.objects.bulk_create(
            [row for row in created if isinstance(row, StructureTerm)]
        )
        for structure in self.dirty[Structure]:
            structure.updated_at = self.executor.now
            self.dirty[Structure][structure].add("updated_at")
        for rows in self.dirty.values():
            _write_back(list(rows), sorted(set().union(*rows.values())))
        for model in (Label, StructureTerm, Establishment, Structure):
            ids = [row.pk for row in self.deleting if isinstance(row, model)]
            if ids:
                model.objects.filter(pk__in=ids).delete()
        self._keep_keys()
        self.outcome.places |= {place.pk for place in (*places, *self.dirty[Establishment])}
        JournalEntry.objects.bulk_create(
            [self._entry(change, changes) for change, changes in self.journal]
        )

    def _keep_keys(self) -> None:
        """Replace `new-N` by primary keys in the stored operations: undoing needs them."""
        for work in self.works:
            fresh = self.new_places.get(work.change.structure_id or 0, {})
            for operation in work.operations:
                if operation.get("key") in fresh and operation["op"] == "place":
                    operation["key"] = str(fresh[operation["key"]].pk)
        if self.executor.stamp is not None:
            _write_back([work.change for work in self.works], ["structure", "operations"])

    def _entry(self, change: ImportChange, changes: dict[str, list[Any]]) -> JournalEntry:
        return JournalEntry(
            at=self.executor.now,
            by=self.run.by,
            action=self.executor.action,
            subject_type="structures.structure",
            subject_id=str(change.structure_id),
            space_id=self.run.space_id,
            run_id=self.run.pk,
            changes=changes,
        )

    @property
    def run(self) -> ImportRun:
        return self.executor.run


def _holders(works: list[Work]) -> dict[tuple[str, str], int]:
    """Who already bears an identifier to write: one row must not make a whole import impossible."""
    wanted: dict[str, set[str]] = {name: set() for name in _UNIQUE}
    for work in works:
        for operation in work.operations:
            if operation["op"] == "place" and operation["after"]:
                wanted["siret"].add(operation["after"]["values"].get("siret"))
            elif operation["op"] == "field" and operation["field"] in wanted:
                wanted[operation["field"]].add(operation["after"])
    return {
        (name, value): pk
        for name, model in _UNIQUE.items()
        for value, pk in model._default_manager.filter(
            **{f"{name}__in": wanted[name] - {None}}
        ).values_list(name, "pk")
    }


def _write_back(rows: Sequence[Model], fields: list[str]) -> None:
    """Update whole rows by primary key: an upsert, several times faster than `bulk_update`."""
    if rows:
        type(rows[0])._default_manager.bulk_create(
            rows,
            update_conflicts=True,
            update_fields=fields,
            unique_fields=["id"],
            batch_size=BATCH,
        )


def _python(model: type[Model], values: dict[str, Any]) -> dict[str, Any]:
    return {name: python_value(model, name, value) for name, value in values.items()}


def _place_values(place: Establishment) -> dict[str, Any]:
    return {name: to_json(getattr(place, name)) for name in PLACE_DEFAULTS}


def _title(operation: Operation) -> str:
    match operation["op"]:
        case "structure":
            return "structure"
        case "field" if operation["on"] == "structure":
            return str(operation["field"])
        case "field":
            return f"place {operation['on']} {operation['field']}"
        case "place":
            return f"place {operation['key']}"
        case kind:
            return f"{kind} {operation.get('code') or operation.get('key')}"


def _shown(value: Any) -> Any:
    """What the journal keeps of a whole structure or place: its values, without their provenance."""
    return value["values"] if isinstance(value, dict) and "values" in value else value
