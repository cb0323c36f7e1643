"""Save what applicants write. A field that somebody else changed meanwhile is never overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from maillage.accounts.models import User
from maillage.calls.enums import ApplicationStatus
from maillage.calls.lib.answers import columns
from maillage.calls.lib.conditions import is_empty
from maillage.calls.lib.form import FieldType, Form, form_of
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.values import ELSEWHERE
from maillage.calls.models import Answer, AnswerPast, Application, Writer
from maillage.calls.permissions import may_write
from maillage.calls.queries.forms_in_force import form_in_force
from maillage.calls.queries.reopened import Writable, writable_at

# A pause longer than this is not time spent writing.
_PAUSE = 600
_LARGEST = 200_000  # characters of one answer, as JSON
_MOST_PAST = 50


@dataclass(frozen=True)
class Conflict:
    """Two texts for one field: `mine` was sent, `theirs` is stored (version `version`, by whom and when)."""

    code: str
    mine: Any
    theirs: Any
    version: int
    by: User | None
    at: datetime


@dataclass(frozen=True)
class Saved:
    """`versions` are those now stored, of every field that was sent; `conflicts` were not written."""

    at: datetime
    versions: dict[str, int] = field(default_factory=dict)
    written: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@transaction.atomic
def save_answers(
    application: Application,
    changes: Mapping[str, Any],
    *,
    seen: Mapping[str, int],
    by: User,
    now: datetime,
    seconds: int = 0,
    section: str = "",
) -> Saved:
    """Keep `changes` (value by code of field). `seen` is the version of each that the page showed, 0 for none.

    A value that the writer did not touch never meets what a colleague wrote. Raises `StepRefused`, and nothing
    is changed then.
    """
    held = take(application)
    writable = check(held, by, now)
    version = form_in_force(held)
    form = form_of(version.definition)
    known = {one.code: one for one in form.fields if one.type not in ELSEWHERE}
    rows = Answer.objects.filter(application=held, stage=held.stage, code__in=list(changes))
    stored = {one.code: one for one in rows.select_related("by")}
    versions: dict[str, int] = {}
    written: list[str] = []
    conflicts: list[Conflict] = []
    for code, value in changes.items():
        if code not in known or not writable.allows(code):
            continue
        current = stored.get(code)
        if value is False and known[code].type == FieldType.CERTIFY:
            value = ""  # a box left unticked is no answer  # noqa: PLW2901
        outcome = _save_one(held, current, code, value, seen.get(code, 0), by, now)
        if isinstance(outcome, Conflict):
            conflicts.append(outcome)
            versions[code] = outcome.version
        else:
            versions[code] = outcome[0]
            if outcome[1]:
                written.append(code)
    if written or held.form_id != version.pk:
        held.form = version
        _after(held, form, now)
    _note_presence(held, by, section, now)
    if written and seconds > 0:
        Application.objects.filter(pk=held.pk).update(
            seconds_spent=F("seconds_spent") + min(seconds, _PAUSE)
        )
    return Saved(now, versions, tuple(written), tuple(conflicts))


@transaction.atomic
def take_back(
    application: Application, code: str, version: int, *, by: User, now: datetime
) -> Answer:
    """Put back the value that `code` had at `version`; what it replaces joins the past ones."""
    held = take(application)
    writable = check(held, by, now)
    if not writable.allows(code):
        raise StepRefused("Cette réponse ne peut plus être changée.")
    answer = Answer.objects.filter(application=held, stage=held.stage, code=code).first()
    past = answer and AnswerPast.objects.filter(answer=answer, version=version).first()
    if answer is None or past is None:
        raise StepRefused("Cette version n'existe plus. Rechargez la page.")
    _save_one(held, answer, code, past.value, answer.version, by, now)
    _after(held, form_of(form_in_force(held).definition), now)
    return answer


@transaction.atomic
def note_presence(application: Application, section: str, *, by: User, now: datetime) -> None:
    """Say to co-writers on which page the person is."""
    _note_presence(application, by, section, now)


def take(application: Application) -> Application:
    """The file read again, its row kept until the end of the transaction."""
    held: Application = (
        Application.objects.select_for_update(of=("self",))
        .select_related("edition__space", "edition__programme", "form")
        .get(pk=application.pk)
    )
    return held


def check(held: Application, by: User, now: datetime) -> Writable:
    verdict = may_write(by, held)
    if not verdict:
        raise StepRefused(verdict.reason)
    writable = writable_at(held, now)
    if not writable:
        raise StepRefused(writable.why)
    return writable


def _save_one(
    held: Application,
    current: Answer | None,
    code: str,
    value: Any,
    seen: int,
    by: User,
    now: datetime,
) -> Conflict | tuple[int, bool]:
    """The version now stored and whether it was written, or the two texts."""
    if current is None:
        if is_empty(value):
            return 0, False
        _weigh(value)
        Answer.objects.create(
            application=held, stage=held.stage, code=code, value=value, by=by, at=now
        )
        return 1, True
    if current.value == value or (is_empty(current.value) and is_empty(value)):
        return current.version, False
    if seen != current.version:
        if _is_untouched(current, seen, value):
            return current.version, False
        return Conflict(code, value, current.value, current.version, current.by, current.at)
    _weigh(value)
    AnswerPast.objects.create(
        answer=current,
        value=current.value,
        version=current.version,
        by=current.by,
        at=current.at,
    )
    AnswerPast.objects.filter(answer=current, version__lte=current.version - _MOST_PAST).delete()
    current.value = "" if value is None else value
    current.version += 1
    current.by, current.at = by, now
    current.save(update_fields=["value", "version", "by", "at"])
    return current.version, True


def _is_untouched(current: Answer, seen: int, value: Any) -> bool:
    """Whether `value` is what the page showed: the writer left the field alone."""
    if seen <= 0:
        return is_empty(value)
    shown = AnswerPast.objects.filter(answer=current, version=seen).first()
    return shown is not None and (
        shown.value == value or (is_empty(shown.value) and is_empty(value))
    )


def _weigh(value: Any) -> None:
    if len(str(value)) > _LARGEST:
        raise StepRefused("Cette réponse est trop longue pour être gardée : raccourcissez-la.")


def _after(held: Application, form: Form, now: datetime) -> None:
    """Columns are copies of the answers while the file is a draft; then each deposit rewrites them."""
    names = ["form", "updated_at", "version"]
    if held.status == ApplicationStatus.DRAFT:
        names += write_columns(held, form)
    held.updated_at = now
    held.version += 1
    held.save(update_fields=names)


def write_columns(held: Application, form: Form) -> list[str]:
    """Set the columns that answers fill; their names."""
    answers = dict(
        Answer.objects.filter(application=held, stage=held.stage).values_list("code", "value")
    )
    told = columns(form, answers)
    for name, value in told.items():
        setattr(held, name, value)
    return list(told)


def _note_presence(held: Application, by: User, section: str, now: datetime) -> None:
    Writer.objects.filter(application=held, user=by, ended_at=None).exclude(
        section=section[:60], seen_at__gt=now - timedelta(seconds=20)
    ).update(section=section[:60], seen_at=now)
