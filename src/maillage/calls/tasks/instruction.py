"""Work of the instruction outside requests: registers, bulk acts, the clock of implicit rejection."""

from datetime import time

from django.utils import timezone

from maillage.calls.actions.instruction.bulk import JOB as BULK
from maillage.calls.actions.instruction.bulk import UNDO, run_bulk, undo_bulk
from maillage.calls.actions.instruction.checking import JOB as CHECK
from maillage.calls.actions.instruction.checking import check_registers
from maillage.calls.actions.instruction.silence import remind_of_silence
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Application
from maillage.calls.queries.due import unchecked
from maillage.core import schedule
from maillage.core.jobs import Context, job


@job(CHECK)
def check_many(context: Context, *, space_id: int, by: int, keys: list[int]) -> dict[str, int]:
    """Asked by an agent: each file on its own; one that cannot be held any more is left."""
    rows = Application.objects.filter(edition__space=space_id, pk__in=keys).order_by("pk")
    return {"checked": _check(context, list(rows))}


@schedule.whenever("calls.check_new_files", lambda now: unchecked(now).exists())
@job("calls.check_new_files")
def check_new_files(context: Context) -> dict[str, int]:
    """What was deposited since the last minute."""
    return {"checked": _check(context, list(unchecked(timezone.now())[:500]))}


def _check(context: Context, files: list[Application]) -> int:
    done = 0
    for rank, one in enumerate(files):
        context.progress(100 * rank // len(files), f"{rank} dossiers vérifiés sur {len(files)}")
        try:
            check_registers(one, now=timezone.now())
        except StepRefused:
            continue
        done += 1
    return done


@job(BULK)
def bulk(
    context: Context, *, space_id: int, by: int, verb: str, keys: list[int], said: dict[str, object]
) -> object:
    """An act on many files: what is done is written with each block, so that a second run goes on from there."""
    return run_bulk(context, space_id=space_id, by=by, verb=verb, keys=keys, said=said)


@job(UNDO)
def bulk_undo(context: Context, *, job_id: int, by: int, space_id: int) -> object:
    return undo_bulk(context, job_id=job_id, by=by)


@schedule.daily("calls.silence", at=time(6, 10))
@job("calls.silence")
def silence(context: Context) -> int:
    """Before the digests, which take what is held."""
    return remind_of_silence(timezone.now())
