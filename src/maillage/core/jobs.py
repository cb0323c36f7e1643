"""Work outside a request: told once, done once in effect, retaken when its process dies.

A room declares its jobs in `tasks.py` and anybody below or beside enqueues them by name::

    # sources/tasks.py
    @job("sources.apply_run")
    def apply_run(context: Context, *, run_id: int) -> dict:
        for percent, chunk in prepare(run_id):            # may happen twice: touches staging only
            context.progress(percent, "Lecture du fichier")
        with context.commit() as done:                    # happens once: effects and end together
            done.result = actions.apply_run(run_id)

    # sources/actions.py
    enqueue("sources.apply_run", run_id=run.pk, key=f"apply-{run.pk}")

Promises:
- `enqueue` writes in the caller's transaction: rolled back with it, visible to workers after commit.
- A `key` is used once: enqueueing it again gives the job that has it, whatever its state.
- A worker holds a lease that it renews; when it dies (kill -9), the job is taken again within two
  leases, up to `max_attempts` times. A job may therefore run twice: what must not happen twice
  goes in `context.commit()`, whose transaction fails if the lease was lost meanwhile.
- An exception is tried again after a pause (`backoff`, seconds); `JobRefused("Une phrase.")` is
  final and its sentence is shown. After the last attempt the job is `failed`, `error` says why.

Tests call `drain()`: it runs what is queued, here and now, without process or thread.
"""

import importlib
import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import module_has_submodule
from django_tasks import task

from maillage.core.models import Job

logger = logging.getLogger("maillage.jobs")
LEASE = timedelta(seconds=60)

Function = Callable[..., Any]


class JobRefused(Exception):  # noqa: N818  (an outcome, not a bug)
    """The job cannot succeed, now or later. The message is one French sentence for people."""


class LeaseLost(Exception):  # noqa: N818
    """Another worker took the job over: this one must stop without writing anything more."""


@dataclass(frozen=True)
class Definition:
    name: str
    function: Function
    max_attempts: int
    backoff: tuple[int, ...]

    def pause_after(self, attempt: int) -> timedelta:
        return timedelta(seconds=self.backoff[min(attempt, len(self.backoff)) - 1])


_definitions: dict[str, Definition] = {}


def job(
    name: str, *, max_attempts: int = 3, backoff: tuple[int, ...] = (30, 120, 600)
) -> Callable[[Function], Function]:
    """Declare `function(context, **arguments)` under `name`, which is written in the database."""

    def register(function: Function) -> Function:
        known = _definitions.get(name)
        if known and known.function.__qualname__ != function.__qualname__:
            raise ValueError(f"job {name} is declared twice")
        _definitions[name] = Definition(name, function, max_attempts, backoff)
        return function

    return register


def definition(name: str) -> Definition:
    """Raises LookupError for a name no room declares."""
    if name not in _definitions:
        for config in apps.get_app_configs():
            ours = config.module and config.name.startswith("maillage.")
            if ours and module_has_submodule(config.module, "tasks"):
                importlib.import_module(f"{config.name}.tasks")
    if name not in _definitions:
        raise LookupError(f"no room declares the job {name}")
    return _definitions[name]


def enqueue(name: str, /, *, key: str = "", **arguments: Any) -> Job:
    """Ask for a job, in the transaction of what makes it necessary. `arguments` must be JSON."""
    definition(name)
    json.dumps(arguments)
    try:
        with transaction.atomic():
            new = Job.objects.create(
                name=name, arguments=arguments, key=key or None, created_at=timezone.now()
            )
            put_in_queue(new)
    except IntegrityError:
        if not key:
            raise
        return Job.objects.get(key=key)
    return new


def ask_again(given_up: Job) -> bool:
    """Put a job that was given up back in the queue, for one more attempt; False for any other job."""
    with transaction.atomic():
        held = Job.objects.filter(pk=given_up.pk, status=Job.Status.FAILED)
        if not held.update(status=Job.Status.QUEUED, progress=0, error="", finished_at=None):
            return False
        given_up.refresh_from_db()
        put_in_queue(given_up)
    return True


@task()
def run_job(job_id: int, attempt: int) -> None:
    """What stands in django-tasks' queue. Our worker reads the arguments and does not call this."""
    raise RuntimeError("les tâches de Maillage sont faites par « maillage worker »")


def put_in_queue(waiting: Job, *, after: datetime | None = None) -> None:
    queued = run_job.using(run_after=after).enqueue(job_id=waiting.pk, attempt=waiting.attempt + 1)
    waiting.task_id = queued.id
    waiting.save(update_fields=["task_id"])


@dataclass
class Outcome:
    """`result` (JSON) is kept on the job."""

    result: Any = None


@dataclass
class Context:
    """What a running job may ask of its keeper."""

    job_id: int
    attempt: int
    lease: timedelta = LEASE
    is_lost: bool = False
    is_done: bool = False
    _told_at: float = field(default=0.0, repr=False)

    def _write(self, **values: Any) -> None:
        held = Job.objects.filter(
            pk=self.job_id, attempt=self.attempt, status=Job.Status.RUNNING
        ).update(**values)
        if self.is_lost or not held:
            self.is_lost = True
            raise LeaseLost(f"job {self.job_id}, attempt {self.attempt}")

    def renew(self) -> None:
        self._write(lease_until=timezone.now() + self.lease)

    def progress(self, percent: int, message: str = "") -> None:
        """Say how far it went; written at most once a second. Raises LeaseLost."""
        if time.monotonic() - self._told_at < 1 and percent < 100:
            return
        self._told_at = time.monotonic()
        self._write(
            progress=max(0, min(percent, 100)),
            message=message[:200],
            lease_until=timezone.now() + self.lease,
        )

    @contextmanager
    def commit(self) -> Iterator[Outcome]:
        """One transaction with the job's effects and its end. Raises LeaseLost before any effect."""
        outcome = Outcome()
        with transaction.atomic():
            self.renew()
            yield outcome
            self.finish(outcome.result)
        self.is_done = True

    def finish(self, result: Any) -> None:
        self._write(
            status=Job.Status.DONE,
            progress=100,
            result=result,
            error="",
            lease_until=None,
            finished_at=timezone.now(),
        )


def drain() -> list[Job]:
    """Do every job that is due, in this process; gives them as they ended."""
    from maillage.core.worker import Worker  # noqa: PLC0415  (the worker imports this module)

    worker, ended = Worker(heartbeat=False), []
    while (done := worker.work_once()) is not None:
        ended.append(done)
    return ended
