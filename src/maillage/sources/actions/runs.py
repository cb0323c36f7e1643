"""The life of an import: read and plan, apply in one transaction, take back.

`plan_run` never writes to the directory; a process killed while planning leaves a run in `reading`
that can be read again. `apply_run` is one transaction: before it, the old directory; after it, the new.
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from maillage.accounts.models import User
from maillage.core import journal
from maillage.core.models import JournalEntry
from maillage.sources.actions.derive import derive
from maillage.sources.actions.diff import changes_something, diff, inverse
from maillage.sources.actions.execute import Executor, Outcome, Work
from maillage.sources.actions.gathering import Gathered, Gatherer, match_rows
from maillage.sources.actions.matching import Matcher
from maillage.sources.actions.planning import Origin, Plan, plan_record
from maillage.sources.actions.state import StructureState, load_states
from maillage.sources.actions.tally import Tally
from maillage.sources.connectors.base import Connector, Issue, ReadContext, SourceError
from maillage.sources.connectors.registry import PRIORITIES
from maillage.sources.models import ImportChange, ImportIssue, ImportRun, Match, Suggestion
from maillage.spaces.models import Space
from maillage.structures.actions.after import after_write
from maillage.structures.models import Structure
from maillage.structures.queries.perimeter import load_perimeter

Report = Callable[[float], None]
Kind = ImportChange.Kind
Status = ImportRun.Status


_ALREADY_READ = "Cet import a déjà été lu."


class RunRefusedError(Exception):
    """The run can't go that way. The message is a French sentence for the agent."""


def create_run(
    space: Space,
    connector_key: str,
    *,
    files: dict[str, Path],
    options: dict[str, Any],
    by: User | None,
    now: datetime,
) -> ImportRun:
    """A run waiting to be read. `files` maps the connector's roles to paths that stay readable."""
    return ImportRun.objects.create(
        space=space,
        connector=connector_key,
        files=[
            {"role": role, "name": path.name, "path": str(path)} for role, path in files.items()
        ],
        options=options,
        by=by,
        created_at=now,
    )


def plan_run(
    run: ImportRun, connector: Connector, *, now: datetime, report: Report = lambda _done: None
) -> ImportRun:
    """Read the source and store what would change.

    Raises:
        SourceError: the source is unreadable; the run is then `failed` with the sentence.
        RunRefusedError: the run was read already, maybe meanwhile by another process.
    """
    readable = ImportRun.objects.filter(pk=run.pk, status__in=[Status.QUEUED, Status.READING])
    if not readable.update(status=Status.READING, heartbeat_at=now, error=""):
        raise RunRefusedError(_ALREADY_READ)
    perimeter = frozenset(
        run.space.perimeter.filter(until__isnull=True).values_list("municipality_code", flat=True)
    )
    files = {item["role"]: Path(item["path"]) for item in run.files}
    try:
        _fingerprint_files(run, files)
        context = ReadContext(perimeter=perimeter, files=files, options=run.options)
        members = set(Structure.objects.unmerged().in_space(run.space).values_list("pk", flat=True))
        gatherer = Gatherer(Matcher(perimeter), perimeter, members)
        gathered = gatherer.gather(connector.read(context), lambda done: report(done * 0.7))
        source_date = connector.source_date(context)
    except SourceError as error:
        fail_run(run, str(error))
        raise
    run.source_date = source_date
    source = run.options.get("source_key") or connector.key
    origin = Origin(
        source=source, date=source_date.isoformat() if source_date else "", priorities=PRIORITIES
    )
    today = timezone.localdate(now)
    tally = Tally(perimeter)
    changes = list(_planned_changes(run, gathered, origin, today, tally, report))
    _store(run, gathered, changes, tally, now=now)
    report(1.0)
    return run


def _fingerprint_files(run: ImportRun, files: dict[str, Path]) -> None:
    for item in run.files:
        path = files[item["role"]]
        try:
            with path.open("rb") as stream:
                item["sha256"] = hashlib.file_digest(stream, "sha256").hexdigest()
            item["size"] = path.stat().st_size
        except FileNotFoundError as error:
            raise SourceError(f"Le fichier {path.name} n'existe pas.") from error
        except OSError as error:
            raise SourceError(
                f"Le fichier {path.name} ne peut pas être lu : ce n'est pas un fichier, ou vous n'en "
                "avez pas le droit."
            ) from error


def _planned_changes(
    run: ImportRun, gathered: Gathered, origin: Origin, today: date, tally: Tally, report: Report
) -> Iterator[ImportChange]:
    perimeter = load_perimeter()
    total = len(gathered.records) or 1
    ids = list(gathered.records)
    for start in range(0, len(ids), 500):
        chunk = ids[start : start + 500]
        known = load_states(key for key in chunk if key > 0)
        for key in chunk:
            before = known.get(key)
            plan = Plan(before.copy() if before else StructureState())
            for record in gathered.records[key]:
                plan_record(plan, record, origin)
            derive(plan.state, perimeter, today)
            tally.add(plan.state)
            yield _change(run, before, plan)
        report(0.7 + 0.3 * (start + len(chunk)) / total)


def _change(run: ImportRun, before: StructureState | None, plan: Plan) -> ImportChange:
    operations = diff(before, plan.state)
    if before is None:
        kind = Kind.CREATE
    elif changes_something(operations):
        kind = Kind.UPDATE
    elif any(note["note"] == "suggest" for note in plan.notes):
        kind = Kind.SUGGEST
    else:
        kind = Kind.UNCHANGED
    return ImportChange(
        run=run,
        kind=kind,
        structure_id=before.pk if before else None,
        title=plan.state.values["name"][:250],
        operations=operations,
        notes=plan.notes,
    )


@transaction.atomic
def _store(
    run: ImportRun, gathered: Gathered, changes: list[ImportChange], tally: Tally, *, now: datetime
) -> None:
    # A process that slept through its lease must not replace the plan of a run applied since.
    if not _still_reading(run).update(status=Status.PLANNED):
        raise RunRefusedError(_ALREADY_READ)
    run.changes.all().delete()
    run.issues.all().delete()
    ImportChange.objects.bulk_create(changes, batch_size=500)
    ImportIssue.objects.bulk_create(
        [_issue_row(run, issue) for issue in gathered.issues], batch_size=1000
    )
    matches = match_rows(gathered, run.pk, run.space_id)
    Match.objects.bulk_create(matches)
    kinds = [change.kind for change in changes]
    run.counts = {
        "created": kinds.count(Kind.CREATE),
        "updated": kinds.count(Kind.UPDATE),
        "unchanged": kinds.count(Kind.UNCHANGED),
        "suggested": kinds.count(Kind.SUGGEST),
        "refused": gathered.refused,
        "warned": gathered.warned,
        "outside": sum(gathered.outside.values()),
        "outside_reasons": dict(gathered.outside),
        "doubtful": len(gathered.doubts),
        "families": dict(tally.families),
        "communes": dict(tally.communes),
        "establishments_created": sum(
            operation["op"] == "place" and operation["before"] is None
            for change in changes
            for operation in change.operations
        ),
    }
    run.status, run.planned_at, run.progress, run.heartbeat_at = Status.PLANNED, now, 100, now
    run.save()


def _issue_row(run: ImportRun, issue: Issue) -> ImportIssue:
    return ImportIssue(
        run=run,
        severity=issue.severity,
        line=issue.line,
        code=issue.code,
        message=issue.message[:400],
        excerpt=issue.excerpt[:400],
    )


def fail_run(run: ImportRun, sentence: str) -> None:
    """Keep the sentence that says why, unless another process has read the run; nothing else was written."""
    if _still_reading(run).update(status=Status.FAILED, error=sentence[:500]):
        run.status, run.error = Status.FAILED, sentence[:500]


def _still_reading(run: ImportRun) -> QuerySet[ImportRun]:
    return ImportRun.objects.filter(pk=run.pk, status=Status.READING)


def _take(run: ImportRun, expected: str, taken: str, refusal: str) -> None:
    """Move the run from one status to the next, once: a double click loses the race and is told so."""
    if not ImportRun.objects.filter(pk=run.pk, status=expected).update(status=taken):
        raise RunRefusedError(refusal)
    run.refresh_from_db()


def apply_run(run: ImportRun, *, now: datetime) -> Outcome:
    """Write the planned changes in one transaction, with their journal lines and suggestions.

    Raises:
        RunRefusedError: the run is not in the state "dry run done", or a structure that it would create
            has entered the directory since; the run can then be read again.
    """
    try:
        with transaction.atomic():
            return _apply(run, now=now)
    except IntegrityError as error:
        run.refresh_from_db()
        raise RunRefusedError(
            "L'annuaire a changé depuis l'essai à blanc : une des structures à créer y est entrée. "
            "Rien n'a été écrit ; relancez la lecture."
        ) from error


def _apply(run: ImportRun, *, now: datetime) -> Outcome:
    _take(
        run,
        Status.PLANNED,
        Status.APPLIED,
        "Cet import a déjà été appliqué ou n'a pas été lu jusqu'au bout.",
    )
    executor = Executor(run, now=now, action="import", stamp={"run": run.pk, "at": now.isoformat()})
    changes = run.changes.exclude(operations=[]).order_by("pk").iterator(chunk_size=500)
    outcome = executor.execute(
        Work(change, change.operations) for change in _closing_cursor(changes)
    )
    _file_suggestions(run)
    run.applied_at = now
    run.counts = {**run.counts, "skipped": len(outcome.skipped)}
    run.save()
    after_write(structures=outcome.structures, places=outcome.places, now=now)
    journal.record("import.apply", run, by=run.by, at=now, space_id=run.space_id, run_id=run.pk)
    return outcome


def _closing_cursor(changes: Iterator[ImportChange]) -> Iterator[ImportChange]:
    """SQLite can't write while a cursor is being read: take the rows first there."""
    return iter(list(changes)) if connection.vendor == "sqlite" else changes


def _file_suggestions(run: ImportRun) -> None:
    rows = [
        Suggestion(
            run=run,
            structure=change.structure,
            field=note["field"],
            current=note["current"],
            proposed=note["proposed"],
            source=run.options.get("source_key") or run.connector,
        )
        for change in run.changes.exclude(notes=[])
        .exclude(structure=None)
        .select_related("structure")
        for note in change.notes
        if note["note"] == "suggest" and note["on"] == "structure"
    ]
    Suggestion.objects.bulk_create(rows, batch_size=500)


def undo_run(run: ImportRun, *, by: User | None, now: datetime) -> Outcome:
    """Take an applied run back in one transaction.

    Values changed since by somebody else stay; so does a structure that others have worked on. Both are
    in `outcome.skipped`.

    Raises:
        RunRefusedError: the run is not applied.
    """
    with transaction.atomic():
        _take(
            run,
            Status.APPLIED,
            Status.UNDONE,
            "Cet import n'est pas appliqué : il n'y a rien à annuler.",
        )
        executor = Executor(run, now=now, action="undo_import", stamp=None)
        touched = _touched_since(run)
        changes = list(run.changes.exclude(operations=[]).order_by("-pk"))
        kept = [
            change
            for change in changes
            if change.kind == Kind.CREATE and str(change.structure_id) in touched
        ]
        works = [
            Work(change, inverse(change.operations)) for change in changes if change not in kept
        ]
        outcome = executor.execute(works)
        outcome.skipped += [(change, change.operations[0]) for change in kept]
        run.suggestions.filter(status=Suggestion.Status.PENDING).delete()
        run.matches.filter(decision__in=[Match.Decision.PENDING, Match.Decision.LATER]).delete()
        run.undone_at = now
        run.counts = {**run.counts, "undo_skipped": len(outcome.skipped)}
        run.save()
        after_write(
            structures=outcome.structures - outcome.deleted,
            places=outcome.places,
            now=now,
            deleted=outcome.deleted,
        )
        journal.record("import.undo", run, by=by, at=now, space_id=run.space_id, run_id=run.pk)
    return outcome


def _touched_since(run: ImportRun) -> set[str]:
    """Ids of structures that someone, or another import still standing, changed after this run."""
    undone = ImportRun.objects.filter(status=Status.UNDONE).values("pk")
    return set(
        JournalEntry.objects.filter(subject_type="structures.structure", at__gte=run.applied_at)
        .exclude(run_id=run.pk)
        .exclude(run_id__in=undone)
        .values_list("subject_id", flat=True)
    )


def read_again(run: ImportRun, *, by: User | None, now: datetime) -> ImportRun:
    """A new run of the same source, for a directory that has moved since the dry run."""
    return ImportRun.objects.create(
        space=run.space,
        connector=run.connector,
        files=run.files,
        options=run.options,
        by=by,
        created_at=now,
    )
