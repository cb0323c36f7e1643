"""What imports do outside a request: read, apply, take back."""

from django.utils import timezone

from maillage.accounts.models import User
from maillage.core.jobs import Context, JobRefused, job
from maillage.sources.actions.runs import RunRefusedError, apply_run, plan_run, undo_run
from maillage.sources.connectors.base import SourceError
from maillage.sources.connectors.registry import connector
from maillage.sources.models import ImportRun

READABLE = (ImportRun.Status.QUEUED, ImportRun.Status.READING)


@job("sources.read_run")
def read_run_job(context: Context, *, run_id: int) -> None:
    """Touches the plan only: read twice, it is the same plan."""
    run = ImportRun.objects.select_related("space").get(pk=run_id)
    if run.status not in READABLE:
        return
    try:
        plan_run(
            run,
            connector(run.connector),
            now=timezone.now(),
            report=lambda done: context.progress(min(99, int(done * 100)), "Lecture du fichier"),
        )
    except (SourceError, RunRefusedError) as error:
        raise JobRefused(str(error)) from error


@job("sources.apply_run")
def apply_run_job(context: Context, *, run_id: int) -> None:
    run = ImportRun.objects.select_related("space", "by").get(pk=run_id)
    try:
        with context.commit() as done:
            outcome = apply_run(run, now=timezone.now())
            done.result = {"structures": len(outcome.structures)}
    except RunRefusedError as error:
        raise JobRefused(str(error)) from error


@job("sources.undo_run")
def undo_run_job(context: Context, *, run_id: int, by_id: int) -> None:
    run = ImportRun.objects.select_related("space").get(pk=run_id)
    try:
        with context.commit() as done:
            outcome = undo_run(run, by=User.objects.get(pk=by_id), now=timezone.now())
            done.result = {"structures": len(outcome.structures), "kept": len(outcome.skipped)}
    except RunRefusedError as error:
        raise JobRefused(str(error)) from error
