"""The same act on many files, in the background: one error spoils one row, and a job that runs again does nothing twice."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from maillage.accounts.models import User
from maillage.calls.actions.instruction.admissibility import admit, open_review, shortlist, unadmit
from maillage.calls.actions.instruction.assigning import assign, route
from maillage.calls.actions.instruction.checking import check_registers
from maillage.calls.actions.instruction.corrections import ask_correction, close_correction
from maillage.calls.actions.instruction.talking import send_message
from maillage.calls.enums import ApplicationStatus as S
from maillage.calls.lib.machine import StepRefused
from maillage.calls.models import Application
from maillage.calls.queries.inbox import chosen
from maillage.core.jobs import Context, JobRefused, LeaseLost, enqueue
from maillage.core.models import Job
from maillage.spaces.models import Space

JOB, UNDO = "calls.bulk", "calls.undo_bulk"
MOST = 500
_BLOCK = 20

Said = dict[str, Any]
Undo = Callable[[Application, Any, User, datetime], None]


def _assign(one: Application, said: Said, by: User, now: datetime) -> Any:
    user = User.objects.filter(pk=said["user"]).first() if said.get("user") else None
    return assign(one, user, by=by, now=now)


def _route(one: Application, said: Said, by: User, now: datetime) -> Any:
    before = one.assigned_to_id
    if route(one, now=now, by=by, again=True) is None:
        raise StepRefused("Aucune règle d'aiguillage ne convient à ce dossier.")
    return before


def _message(one: Application, said: Said, by: User, now: datetime) -> Any:
    day = said.get("reply_by")
    send_message(
        one,
        text=str(said.get("text", "")),
        reply_by=date.fromisoformat(day) if day else None,
        by=by,
        now=now,
    )


def _correct(one: Application, said: Said, by: User, now: datetime) -> Any:
    made = ask_correction(
        one,
        reason=said.get("reason", ""),
        items=said.get("items", []),
        text=str(said.get("text", "")),
        due_at=datetime.fromisoformat(said["due_at"]),
        by=by,
        now=now,
    )
    return made.pk


def _admit(one: Application, said: Said, by: User, now: datetime) -> Any:
    admit(one, by=by, now=now)


def _shortlist(one: Application, said: Said, by: User, now: datetime) -> Any:
    shortlist(one, by=by, now=now)


def _open_review(one: Application, said: Said, by: User, now: datetime) -> Any:
    open_review(one, by=by, now=now)


def _check(one: Application, said: Said, by: User, now: datetime) -> Any:
    check_registers(one, by=by, now=now)


@dataclass(frozen=True)
class Verb:
    """`act` does one file and gives what its undoing needs; `steps` are the states it is possible from (all: empty)."""

    label: str
    act: Callable[[Application, Said, User, datetime], Any]
    steps: frozenset[str] = frozenset()
    undo: Undo | None = None


def _put_back(one: Application, before: Any, by: User, now: datetime) -> None:
    user = User.objects.filter(pk=before).first() if before else None
    assign(one, user, by=by, now=now)


def _unadmit(one: Application, before: Any, by: User, now: datetime) -> None:
    unadmit(one, by=by, now=now)


def _close(one: Application, before: Any, by: User, now: datetime) -> None:
    if not one.corrections.filter(pk=before, answered_at=None, closed_at=None).exists():
        raise StepRefused("La correction est déjà rendue ou close.")
    close_correction(one, by=by, now=now)


VERBS: dict[str, Verb] = {
    "confier": Verb("Confier à", _assign, undo=_put_back),
    "aiguiller": Verb("Confier d'après les règles", _route, undo=_put_back),
    "message": Verb("Envoyer un message", _message),
    "correction": Verb(
        "Demander une correction", _correct, frozenset({S.SUBMITTED, S.ADMISSIBLE}), _close
    ),
    "verifier": Verb("Interroger les registres", _check),
    "recevable": Verb("Déclarer recevables", _admit, frozenset({S.SUBMITTED}), _unadmit),
    "complet": Verb(
        "Inviter au dossier complet", _shortlist, frozenset({S.SUBMITTED, S.ADMISSIBLE})
    ),
    "evaluation": Verb("Ouvrir l'évaluation", _open_review, frozenset({S.ADMISSIBLE})),
}


def refused_now(verb: str, files: Iterable[Application]) -> dict[int, str]:
    """Of these files, those on which the act is not possible at their step, and why."""
    steps = VERBS[verb].steps
    if not steps:
        return {}
    return {
        one.pk: f"Ce dossier est à l'étape « {one.get_status_display()} »."
        for one in files
        if one.status not in steps
    }


def ask_bulk(space: Space, verb: str, keys: list[int], said: Said, *, by: User, key: str) -> Job:
    """`key` names the page that asks: sent twice, it is one job."""
    return enqueue(
        JOB, key=f"bulk-{key}", space_id=space.pk, by=by.pk, verb=verb, keys=keys[:MOST], said=said
    )


def run_bulk(
    context: Context, *, space_id: int, by: int, verb: str, keys: list[int], said: Said
) -> dict[str, Any]:
    """`{"done": [[key, before]], "errors": [[key, number, sentence]]}`; files no longer accessible are errors."""
    person, space = User.objects.get(pk=by), Space.objects.get(pk=space_id)
    kept = Job.objects.get(pk=context.job_id).result or {"done": [], "errors": []}
    treated = {row[0] for rows in kept.values() for row in rows}
    left = [pk for pk in keys if pk not in treated]
    for start in range(0, len(left), _BLOCK):
        with transaction.atomic():
            now = timezone.now()
            some = left[start : start + _BLOCK]
            files = {one.pk: one for one in chosen(space, person, some, now)}
            for pk in some:
                _one(VERBS[verb], files.get(pk), pk, said, person, now, kept)
            _keep(context, kept)
        context.progress(
            min(99, 100 * (start + _BLOCK) // len(left)),
            f"{min(start + _BLOCK, len(left))} dossiers",
        )
    return kept


def _one(
    verb: Verb,
    file: Application | None,
    pk: int,
    said: Said,
    by: User,
    now: datetime,
    kept: dict[str, Any],
) -> None:
    if file is None:
        kept["errors"].append([pk, "", "Ce dossier n'est plus accessible."])
        return
    try:
        with transaction.atomic():
            before = verb.act(file, said, by, now)
    except (StepRefused, ValidationError) as error:
        sentence = error.messages[0] if isinstance(error, ValidationError) else str(error)
        kept["errors"].append([pk, file.reference, sentence])
    else:
        kept["done"].append([pk, before])


def _keep(context: Context, kept: dict[str, Any]) -> None:
    """In the transaction of the block: done and told are one."""
    held = Job.objects.filter(pk=context.job_id, attempt=context.attempt, status=Job.Status.RUNNING)
    if not held.update(result=kept):
        raise LeaseLost(f"job {context.job_id}, attempt {context.attempt}")


def bulk_of(space: Space, pk: int) -> Job | None:
    """An act that an agent of this space asked for, or None."""
    found = Job.objects.filter(pk=pk, name=JOB).first()
    return found if found and found.arguments.get("space_id") == space.pk else None


def undoing_of(done: Job) -> Job | None:
    return Job.objects.filter(key=f"undo-bulk-{done.pk}").first()


def ask_undo(done: Job, *, by: User) -> Job:
    """Once: asked again, it is the same undoing."""
    if VERBS[done.arguments["verb"]].undo is None:
        raise StepRefused("Ce geste ne peut pas être défait.")
    return enqueue(
        UNDO,
        key=f"undo-bulk-{done.pk}",
        job_id=done.pk,
        by=by.pk,
        space_id=done.arguments["space_id"],
    )


def _backwards(undo: Undo) -> Verb:
    return Verb("Défaire", lambda one, said, by, now: undo(one, said["before"], by, now))


def undo_bulk(context: Context, *, job_id: int, by: int) -> dict[str, Any]:
    """Put back what can be; the others say why not."""
    done = Job.objects.get(pk=job_id)
    undo = VERBS[done.arguments["verb"]].undo
    if undo is None:
        raise JobRefused("Ce geste ne peut pas être défait.")
    person, space = User.objects.get(pk=by), Space.objects.get(pk=done.arguments["space_id"])
    kept: dict[str, Any] = {"done": [], "errors": []}
    with context.commit() as outcome:
        now = timezone.now()
        rows = (done.result or {}).get("done", [])
        files = {one.pk: one for one in chosen(space, person, [pk for pk, _ in rows], now)}
        for pk, before in rows:
            _one(_backwards(undo), files.get(pk), pk, {"before": before}, person, now, kept)
        outcome.result = kept
    return kept
