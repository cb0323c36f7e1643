"""What applicants are told of where their file is. What is not public yet has no word here.

« Évaluée » and « délibérée » are said « en cours d'examen »: a jury proposes, the authority decides, then tells.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from maillage.calls.enums import ApplicationStatus as A
from maillage.calls.enums import Stage

if TYPE_CHECKING:
    from maillage.calls.models import Application

_HIDDEN = frozenset({A.IN_REVIEW, A.REVIEWED, A.DELIBERATED})
_WORDS = {
    A.DRAFT: "Brouillon",
    A.SUBMITTED: "Déposée",
    A.INADMISSIBLE: "Irrecevable",
    A.ADMISSIBLE: "Recevable",
    A.SHORTLISTED: "Invitée au dossier complet",
    A.AWARDED: "Retenue",
    A.WAITING: "En liste d'attente",
    A.REJECTED: "Non retenue",
    A.DROPPED: "Classée sans suite",
    A.WITHDRAWN: "Retirée",
}
EXAMINED = "En cours d'examen"
_KINDS = {A.AWARDED: "ok", A.SHORTLISTED: "ok", A.DRAFT: "careful", A.REJECTED: "", A.WITHDRAWN: ""}
ENDED = frozenset({A.AWARDED, A.WAITING, A.REJECTED, A.INADMISSIBLE, A.DROPPED, A.WITHDRAWN})


@dataclass(frozen=True)
class Step:
    """One step of the way. `state` is `done`, `now` or `next`; `at` what is known of its day."""

    label: str
    state: str
    at: datetime | None = None
    on: date | None = None
    text: str = ""


def status_words(application: "Application") -> str:
    """What applicants may know of the state."""
    if application.status in _HIDDEN:
        return EXAMINED
    if application.status == A.DRAFT and application.stage == Stage.PRE:
        return "Pré-candidature en brouillon"
    return _WORDS[A(application.status)]


def status_kind(application: "Application") -> str:
    """Kind of the badge of the state."""
    return _KINDS.get(A(application.status), "")


def way_of(application: "Application", *, opens_next: datetime | None = None) -> list[Step]:
    """From the draft to the answer, in order; `application` with its edition."""
    edition, status = application.edition, A(application.status)
    deposited = application.deposited_at is not None
    steps = [
        Step("Écrire", "done" if deposited else "now", at=None if deposited else opens_next),
        Step(
            "Déposer",
            "done" if deposited else "next",
            at=application.deposited_at or edition.closes_at,
        ),
    ]
    if status in {A.WITHDRAWN, A.DROPPED}:
        return [one for one in steps if one.state == "done"] + [
            Step(_WORDS[status], "now", text=application.ended_reason)
        ]
    checked = status not in {A.DRAFT, A.SUBMITTED}
    steps.append(
        Step(
            "Recevabilité",
            "done" if checked else "now" if deposited else "next",
            text="L'instruction vérifie que rien ne manque.",
        )
    )
    if status == A.INADMISSIBLE:
        return [*steps, Step("Irrecevable", "now", text=application.outcome_reasons)]
    if edition.two_stages:
        steps += _second(application, status)
    steps += _examined(application, status)
    return steps


def _second(application: "Application", status: A) -> list[Step]:
    entered = application.stage == Stage.FULL
    invited = entered or status == A.SHORTLISTED
    deposited = entered and status not in {A.DRAFT, A.SHORTLISTED}
    return [
        Step(
            "Dossier complet, si vous y êtes invité",
            "done" if deposited else "now" if invited else "next",
            at=application.edition.full_closes_at,
        )
    ]


def _examined(application: "Application", status: A) -> list[Step]:
    ended = status in ENDED
    is_read = status in _HIDDEN or status == A.ADMISSIBLE
    jury = next(
        (
            date.fromisoformat(one["on"][:10])
            for one in application.edition.key_dates
            if isinstance(one, dict)
            and "jury" in str(one.get("label", "")).lower()
            and one.get("on")
        ),
        None,
    )
    return [
        Step("Examen et jury", "done" if ended else "now" if is_read else "next", on=jury),
        Step(
            _WORDS[status] if ended else "Réponse, avec ses motifs",
            "now" if ended else "next",
            at=application.edition.notified_at if ended else None,
            text=application.outcome_reasons if ended else "",
        ),
    ]
