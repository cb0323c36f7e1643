"""What of a file its applicants may still change, and until when."""

from dataclasses import dataclass
from datetime import datetime

from maillage.calls.enums import ApplicationStatus, Stage
from maillage.calls.lib.window import Window, window_of
from maillage.calls.lib.words import long_instant
from maillage.calls.models import Application, Correction

_BEFORE_DEPOSIT = (ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED)
_CORRECTED = (ApplicationStatus.SUBMITTED, ApplicationStatus.ADMISSIBLE)


@dataclass(frozen=True)
class Writable:
    """True when something may be written: all of it, or the `items` of a correction. `why` when nothing may.

    `until` is the last instant, excluded.
    """

    until: datetime | None = None
    correction: Correction | None = None
    why: str = ""

    def __bool__(self) -> bool:
        return self.until is not None

    def allows(self, code: str) -> bool:
        if self.until is None:
            return False
        return self.correction is None or code in self.correction.items


def open_correction(application: Application) -> Correction | None:
    found = Correction.objects.filter(application=application, answered_at=None, closed_at=None)
    return found.first()


def writable_at(application: Application, now: datetime) -> Writable:
    """Whole before the deadline; then only what a correction reopened."""
    window = window_of(application.edition, application.stage)
    if _takes(application) and window.until is not None and now < window.until:
        return Writable(until=window.until)
    correction = open_correction(application) if application.status in _CORRECTED else None
    if correction is not None and now < correction.due_at:
        return Writable(until=correction.due_at, correction=correction)
    return Writable(why=_why(application, window, correction))


def _takes(application: Application) -> bool:
    """A file invited to the second stage is written again once it has entered it."""
    if application.status == ApplicationStatus.SHORTLISTED:
        return application.stage == Stage.FULL and application.edition.two_stages
    return application.status in _BEFORE_DEPOSIT


def _why(application: Application, window: Window, correction: Correction | None) -> str:
    if correction is not None:
        return (
            f"Les corrections étaient à rendre avant le {long_instant(correction.due_at)}. "
            "Écrivez à l'instruction : rien de ce que vous avez saisi n'est effacé."
        )
    if not _takes(application):
        return "Cette candidature ne peut plus être modifiée à cette étape."
    if window.closes_at is None:
        return "Cet appel ne reçoit pas de candidature pour l'instant."
    return (
        f"L'appel s'est fermé le {long_instant(window.closes_at)}. "
        "Vos réponses restent lisibles : rien n'est effacé."
    )
