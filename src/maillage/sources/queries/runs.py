"""Where imports stand: what the list, the progress page and the report need to know."""

from dataclasses import dataclass
from typing import Literal

from django.db.models import QuerySet
from django.http import Http404

from maillage.core.models import Job
from maillage.sources.models import ImportIssue, ImportRun, Match, Suggestion
from maillage.spaces.models import Space

Phase = Literal[
    "columns", "waiting", "reading", "planned", "applying", "applied", "undoing", "undone", "failed"
]
Status = ImportRun.Status
_BUSY = {Job.Status.QUEUED, Job.Status.RUNNING}


@dataclass(frozen=True, slots=True)
class Situation:
    """`progress` is a percentage; `message` a French sentence when something went wrong."""

    phase: Phase
    progress: int = 0
    message: str = ""

    @property
    def is_moving(self) -> bool:
        """Something is being done: the page looks again by itself."""
        return self.phase in {"waiting", "reading", "applying", "undoing"}


def runs_of(space: Space) -> QuerySet[ImportRun]:
    """Imports of a space, newest first; decisions on doubts are told elsewhere."""
    return (
        ImportRun.objects.filter(space=space)
        .exclude(connector="decision")
        .select_related("by")
        .order_by("-id")
    )


def run_of(space: Space, pk: int) -> ImportRun:
    """The run, or 404 when it is another space's."""
    run = ImportRun.objects.filter(space=space, pk=pk).select_related("space", "by").first()
    if run is None:
        raise Http404
    return run


def _job(run: ImportRun, verb: str) -> Job | None:
    return Job.objects.filter(key=f"import-{verb}-{run.pk}").first()


def situation(run: ImportRun) -> Situation:
    """What the run is doing, from its own state and that of its job."""
    if run.status == Status.FAILED:
        return Situation("failed", message=run.error)
    if run.status in {Status.QUEUED, Status.READING}:
        return _being_read(run)
    if run.status == Status.PLANNED:
        return _busy(run, "apply", "applying", "planned")
    if run.status == Status.APPLIED:
        return _busy(run, "undo", "undoing", "applied")
    return Situation("undone")


def _being_read(run: ImportRun) -> Situation:
    job = _job(run, "read")
    if job is None:
        waits = run.connector == "table" and "mapping" not in run.options
        return Situation("columns" if waits else "reading", run.progress)
    if job.status == Job.Status.FAILED:
        return Situation("failed", message=job.error)
    return Situation("waiting" if job.status == Job.Status.QUEUED else "reading", job.progress)


def _busy(run: ImportRun, verb: str, moving: Phase, still: Phase) -> Situation:
    job = _job(run, verb)
    if job is not None and job.status in _BUSY:
        return Situation(moving, job.progress)
    refused = job is not None and job.status == Job.Status.FAILED
    return Situation(still, message=job.error if job and refused else "")


def issues_of(run: ImportRun, severity: str) -> QuerySet[ImportIssue]:
    return run.issues.filter(severity=severity).order_by("line", "id")


def open_doubts(space: Space) -> QuerySet[Match]:
    """Questions to settle, those put off last."""
    return (
        Match.objects.filter(
            space=space, decision__in=[Match.Decision.PENDING, Match.Decision.LATER]
        )
        .select_related("structure", "run")
        .order_by("-decision", "-score", "id")
    )


def open_suggestions(space: Space) -> QuerySet[Suggestion]:
    return (
        Suggestion.objects.filter(run__space=space, status=Suggestion.Status.PENDING)
        .select_related("structure", "run")
        .order_by("structure__name", "id")
    )


@dataclass(frozen=True, slots=True)
class Awaiting:
    doubts: int
    suggestions: int


def awaiting(space: Space) -> Awaiting:
    return Awaiting(open_doubts(space).count(), open_suggestions(space).count())
