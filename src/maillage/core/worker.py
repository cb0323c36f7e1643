"""The process that does the jobs: claim, keep the lease alive, end or try again, bury the dead."""

import logging
import os
import secrets
import signal
import socket
import threading
from datetime import timedelta
from types import FrameType
from typing import Any

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from maillage.core import jobs, schedule
from maillage.core.models import Job

logger = logging.getLogger("maillage.jobs")
KEEP_FINISHED = timedelta(days=90)
_QUEUE = jobs.run_job.module_path


class Worker:
    """One job at a time. Run several processes for several at once: they never take the same."""

    def __init__(self, *, lease: timedelta = jobs.LEASE, heartbeat: bool = True) -> None:
        self.id = f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}"
        self.lease = lease
        self.heartbeat = heartbeat
        self._stop = threading.Event()

    def run(self, *, interval: float = 1.0, parent: int | None = None) -> None:
        """Work until a signal, or until `parent` (a process id) is ours no more.

        A database that is away is waited for.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        reap_at = prune_at = schedule_at = timezone.now()
        logger.info("Processus de tâches %s : prêt.", self.id)
        while not self._stop.is_set():
            if parent is not None and os.getppid() != parent:
                return
            try:
                close_old_connections()
                now = timezone.now()
                if now >= reap_at:
                    reap()
                    reap_at = now + min(self.lease, timedelta(minutes=1))
                if now >= prune_at:
                    prune()
                    prune_at = now + timedelta(days=1)
                if now >= schedule_at:
                    schedule.ask_due(now)
                    schedule_at = now + timedelta(minutes=1)
                if self.work_once() is None:
                    self._stop.wait(interval)
            except DatabaseError:
                logger.exception("Base de données injoignable : nouvel essai dans 5 secondes.")
                connection.close()
                self._stop.wait(5)
        logger.info("Processus de tâches %s : arrêté.", self.id)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        """First signal: finish the job at hand. Second: leave it, its lease will run out."""
        if self._stop.is_set():
            raise SystemExit(1)
        self._stop.set()

    def work_once(self) -> Job | None:
        """Do the next job that is due; `None` when there is none."""
        claimed = self._claim()
        if claimed is None:
            return None
        entry, taken = claimed
        context = jobs.Context(job_id=taken.pk, attempt=taken.attempt, lease=self.lease)
        pulse = _Heartbeat(context) if self.heartbeat else None
        if pulse:
            pulse.start()
        try:
            self._do(taken, context)
            entry.set_successful(None)
        except jobs.LeaseLost as error:
            logger.warning("Tâche %s : bail perdu, travail abandonné.", taken)
            entry.set_failed(error)
        except Exception as error:  # noqa: BLE001  (whatever a job raises is its outcome)
            self._failed(taken, error)
            entry.set_failed(error)
        finally:
            if pulse:
                pulse.stop()
        taken.refresh_from_db()
        return taken

    def _claim(self) -> tuple[DBTaskResult[Any, Any], Job] | None:
        """Take the oldest due entry and its lease in one transaction."""
        due = DBTaskResult.objects.ready().filter(task_path=_QUEUE)
        if not due.exists():
            return None
        with transaction.atomic():
            entry = due.get_locked()
            if entry is None:
                return None
            entry.claim(self.id)
            wanted = entry.args_kwargs["kwargs"]
            now = timezone.now()
            taken = Job.objects.filter(
                pk=wanted["job_id"], attempt=wanted["attempt"] - 1, status=Job.Status.QUEUED
            ).update(
                status=Job.Status.RUNNING,
                attempt=wanted["attempt"],
                worker=self.id,
                started_at=now,
                lease_until=now + self.lease,
            )
            if not taken:  # an entry that another attempt made void
                entry.set_successful(None)
                return None
            return entry, Job.objects.get(pk=wanted["job_id"])

    def _do(self, taken: Job, context: jobs.Context) -> None:
        function = jobs.definition(taken.name).function
        result = function(context, **taken.arguments)
        if not context.is_done:
            context.finish(result)

    def _failed(self, taken: Job, error: Exception) -> None:
        if isinstance(error, jobs.JobRefused):  # foreseen: its sentence says all
            logger.warning("Tâche %s : %s", taken, error)
            _give_up(taken, str(error))
        else:
            logger.error("Tâche %s, essai %s", taken, taken.attempt, exc_info=error)
            _retry_or_give_up(taken, f"{type(error).__name__} : {error}")


class _Heartbeat(threading.Thread):
    """Renews the lease from a thread and a connection of its own, three times per lease."""

    def __init__(self, context: jobs.Context) -> None:
        super().__init__(daemon=True, name=f"heartbeat-{context.job_id}")
        self.context = context
        self._over = threading.Event()

    def run(self) -> None:
        try:
            while not self._over.wait(self.context.lease.total_seconds() / 3):
                try:
                    self.context.renew()
                except jobs.LeaseLost:
                    return
                except DatabaseError:  # busy for now: two more beats before the lease runs out
                    logger.warning("Tâche %s : bail non renouvelé.", self.context.job_id)
        finally:
            connection.close()

    def stop(self) -> None:
        self._over.set()
        self.join()


def reap() -> int:
    """Put jobs whose lease ran out back in the queue, or give them up; their number."""
    now = timezone.now()
    late = Job.objects.filter(status=Job.Status.RUNNING, lease_until__lt=now)
    if not late.exists():
        return 0
    count = 0
    with transaction.atomic():
        for dead in late.select_for_update(skip_locked=True):
            DBTaskResult.objects.filter(
                pk=str(dead.task_id), status=TaskResultStatus.RUNNING
            ).update(
                status=TaskResultStatus.FAILED,
                finished_at=now,
                exception_class_path="maillage.core.jobs.LeaseLost",
                traceback="",
            )
            logger.warning("Tâche %s : le processus %s ne répond plus.", dead, dead.worker)
            _retry_or_give_up(
                dead, "Le processus qui faisait cette tâche s'est arrêté.", at_once=True
            )
            count += 1
    return count


def prune() -> None:
    """Forget what ended long ago."""
    limit = timezone.now() - KEEP_FINISHED
    Job.objects.filter(finished_at__lt=limit).delete()
    DBTaskResult.objects.finished().filter(task_path=_QUEUE, finished_at__lt=limit).delete()


def _retry_or_give_up(taken: Job, reason: str, *, at_once: bool = False) -> None:
    try:
        rules = jobs.definition(taken.name)
    except LookupError as unknown:  # asked by another version of the program
        _give_up(taken, str(unknown))
        return
    if taken.attempt >= rules.max_attempts:
        _give_up(taken, f"Abandon après {taken.attempt} essais. {reason}")
        return
    with transaction.atomic():
        if _fenced(taken, status=Job.Status.QUEUED, lease_until=None, error=reason[:500]):
            after = None if at_once else timezone.now() + rules.pause_after(taken.attempt)
            jobs.put_in_queue(taken, after=after)


def _give_up(taken: Job, reason: str) -> None:
    _fenced(
        taken,
        status=Job.Status.FAILED,
        lease_until=None,
        error=reason[:500],
        finished_at=timezone.now(),
    )


def _fenced(taken: Job, **values: Any) -> bool:
    """Write only while the attempt is still ours and unfinished."""
    held = Job.objects.filter(pk=taken.pk, attempt=taken.attempt, status=Job.Status.RUNNING)
    return bool(held.update(**values))
