"""Jobs in one process: what is promised to the rooms that enqueue them."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from maillage.core import jobs, schedule, worker
from maillage.core.journal import now_at
from maillage.core.models import Job
from tests.core import sample_jobs  # declares the jobs

pytestmark = pytest.mark.django_db


def test_a_job_is_done_and_keeps_its_result() -> None:
    asked = jobs.enqueue("test.add", a=2, b=3)
    assert (asked.status, asked.progress) == (Job.Status.QUEUED, 0)
    [done] = jobs.drain()
    assert (done.pk, done.status, done.result, done.progress) == (asked.pk, "done", 5, 100)
    assert (done.attempt, done.lease_until, done.error) == (1, None, "")
    assert jobs.drain() == []


def test_jobs_run_in_the_order_they_were_asked() -> None:
    asked = [jobs.enqueue("test.add", a=n, b=0).pk for n in range(5)]
    assert [done.pk for done in jobs.drain()] == asked


def test_a_name_nobody_declares_is_refused_at_once() -> None:
    with pytest.raises(LookupError, match=r"test\.unknown"):
        jobs.enqueue("test.unknown")
    assert Job.objects.count() == 0


def test_arguments_that_are_not_json_are_refused_at_once() -> None:
    with pytest.raises(TypeError):
        jobs.enqueue("test.add", a=timezone.now(), b=1)
    assert Job.objects.count() == 0


def test_a_job_of_another_version_is_given_up_not_fatal() -> None:
    asked = jobs.enqueue("test.add", a=1, b=1)
    Job.objects.filter(pk=asked.pk).update(name="gone.since")
    [ended] = jobs.drain()
    assert (ended.status, ended.error) == ("failed", "no room declares the job gone.since")


def test_two_jobs_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        jobs.job("test.add")(lambda context: None)


def test_a_rolled_back_request_leaves_no_job() -> None:
    with pytest.raises(KeyError), transaction.atomic():
        jobs.enqueue("test.add", a=1, b=1)
        raise KeyError
    assert (Job.objects.count(), DBTaskResult.objects.count(), jobs.drain()) == (0, 0, [])


def test_a_key_is_used_once() -> None:
    first = jobs.enqueue("test.add", a=1, b=1, key="import-7")
    assert jobs.enqueue("test.add", a=9, b=9, key="import-7").pk == first.pk
    [done] = jobs.drain()
    assert done.result == 2
    again = jobs.enqueue("test.add", a=1, b=1, key="import-7")
    assert (again.pk, again.status, jobs.drain()) == (first.pk, "done", [])


def test_jobs_without_a_key_are_independent() -> None:
    assert jobs.enqueue("test.add", a=1, b=1).pk != jobs.enqueue("test.add", a=1, b=1).pk


def test_a_refusal_is_final_and_its_sentence_is_kept() -> None:
    jobs.enqueue("test.refused")
    [ended] = jobs.drain()
    assert (ended.status, ended.attempt, ended.error) == ("failed", 1, "Ce fichier est vide.")


def test_a_failure_is_tried_again_then_given_up_without_any_effect() -> None:
    jobs.enqueue("test.broken", name="effect")
    first, second = jobs.drain()
    assert (first.status, first.attempt) == ("queued", 1)
    assert (second.status, second.attempt) == ("failed", 2)
    assert second.error == "Abandon après 2 essais. ZeroDivisionError : boom"
    assert now_at("effect") == 0


def test_a_job_given_up_gets_one_more_attempt_when_asked_again() -> None:
    asked = jobs.enqueue("test.broken", key="once", name="effect")
    assert jobs.ask_again(asked) is False
    jobs.drain()
    again = jobs.enqueue("test.broken", key="once", name="effect")
    assert (again.pk, jobs.ask_again(again), jobs.ask_again(again)) == (asked.pk, True, False)
    assert (again.status, again.error, again.finished_at) == ("queued", "", None)
    [ended] = jobs.drain()
    assert (ended.status, ended.attempt) == ("failed", 3)
    assert ended.error == "Abandon après 3 essais. ZeroDivisionError : boom"


def test_a_failure_waits_before_it_is_tried_again() -> None:
    jobs.enqueue("test.later")
    before = timezone.now()
    assert [ended.status for ended in jobs.drain()] == ["queued"]
    waiting = DBTaskResult.objects.ready().count(), DBTaskResult.objects.filter(status="READY")
    assert (waiting[0], waiting[1].count()) == (0, 1)
    assert timedelta(minutes=59) < waiting[1].get().run_after - before < timedelta(minutes=61)


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 30), (2, 120), (3, 600), (9, 600)])
def test_pauses_grow_then_stay(attempt: int, seconds: int) -> None:
    rules = jobs.Definition("x", sample_jobs.add, 9, (30, 120, 600))
    assert rules.pause_after(attempt) == timedelta(seconds=seconds)


def test_a_job_may_ask_for_another_with_its_own_effects() -> None:
    jobs.enqueue("test.chain", name="chained")
    assert [(done.name, done.status) for done in jobs.drain()] == [
        ("test.chain", "done"),
        ("test.add", "done"),
    ]
    assert now_at("chained") == 1


def taken(**values: object) -> tuple[Job, jobs.Context]:
    """A job that a worker took and still holds."""
    asked = jobs.enqueue("test.add", a=1, b=1)
    DBTaskResult.objects.filter(pk=asked.task_id).update(status="RUNNING")
    values = {"status": "running", "attempt": 1, "lease_until": timezone.now()} | values
    Job.objects.filter(pk=asked.pk).update(**values)
    asked.refresh_from_db()
    return asked, jobs.Context(job_id=asked.pk, attempt=1)


def test_progress_is_told_and_renews_the_lease() -> None:
    asked, context = taken()
    context.progress(40, "Lecture")
    asked.refresh_from_db()
    assert (asked.progress, asked.message) == (40, "Lecture")
    assert asked.lease_until > timezone.now() + timedelta(seconds=50)


def test_progress_is_written_at_most_once_a_second() -> None:
    asked, context = taken()
    for percent in range(1, 90):
        context.progress(percent)
    asked.refresh_from_db()
    assert asked.progress == 1


@pytest.mark.parametrize("values", [{"attempt": 2}, {"status": "done"}, {"status": "queued"}])
def test_whoever_lost_the_lease_writes_nothing(values: dict) -> None:
    _asked, context = taken(**values)
    with pytest.raises(jobs.LeaseLost), context.commit():
        jobs.enqueue("test.add", a=1, b=1)
    with pytest.raises(jobs.LeaseLost):
        context.progress(10)
    assert context.is_lost
    assert Job.objects.count() == 1


def test_effects_of_a_lease_lost_in_the_middle_are_rolled_back() -> None:
    asked, context = taken()
    with pytest.raises(jobs.LeaseLost), context.commit():
        jobs.enqueue("test.add", a=1, b=1)
        Job.objects.filter(pk=asked.pk).update(attempt=2)
    assert Job.objects.count() == 1


def test_a_lease_that_ran_out_puts_the_job_back_at_once() -> None:
    asked, _context = taken(lease_until=timezone.now() - timedelta(seconds=1))
    assert worker.reap() == 1
    asked.refresh_from_db()
    assert (asked.status, asked.attempt, asked.lease_until) == ("queued", 1, None)
    assert list(DBTaskResult.objects.order_by("enqueued_at").values_list("status", flat=True)) == [
        "FAILED",
        "READY",
    ]
    [done] = jobs.drain()
    assert (done.status, done.attempt, done.result) == ("done", 2, 2)


def test_a_lease_that_holds_is_left_alone() -> None:
    taken(lease_until=timezone.now() + timedelta(seconds=5))
    assert worker.reap() == 0


def test_a_job_that_kills_its_process_each_time_is_given_up() -> None:
    asked, _context = taken(lease_until=timezone.now() - timedelta(seconds=1), attempt=3)
    assert worker.reap() == 1
    asked.refresh_from_db()
    assert (asked.status, jobs.drain()) == ("failed", [])
    assert asked.error == (
        "Abandon après 3 essais. Le processus qui faisait cette tâche s'est arrêté."
    )


def test_an_entry_that_another_attempt_made_void_is_skipped() -> None:
    asked = jobs.enqueue("test.add", a=1, b=1)
    Job.objects.filter(pk=asked.pk).update(status="done", attempt=1)
    assert jobs.drain() == []
    assert DBTaskResult.objects.filter(status="READY").count() == 0


def test_what_ended_long_ago_is_forgotten() -> None:
    jobs.enqueue("test.add", a=1, b=1)
    jobs.drain()
    worker.prune()
    assert Job.objects.count() == 1
    old = timezone.now() - timedelta(days=91)
    Job.objects.update(finished_at=old)
    DBTaskResult.objects.update(finished_at=old)
    worker.prune()
    assert (Job.objects.count(), DBTaskResult.objects.count()) == (0, 0)


def test_the_command_can_empty_the_queue_and_stop(
    capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And asks first for what comes back each day: it is how an installation without worker does it."""
    monkeypatch.setattr(schedule, "ask_due", lambda now: jobs.enqueue("test.add", a=2, b=2))
    jobs.enqueue("test.add", a=1, b=1)
    jobs.enqueue("test.refused")
    call_command("worker", drain=True)
    assert capsys.readouterr().out == "3 tâche(s) faite(s), dont 1 en échec.\n"
