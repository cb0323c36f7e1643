"""Keep a choice of parts to print again, change it, copy it, forget it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from maillage.accounts.models import User
from maillage.core import journal
from maillage.observatory.models import SavedReport
from maillage.spaces.models import Space

MOST = 100
_CHANGED = (
    "Ce rapport a changé depuis que vous l'avez ouvert : relisez-le, puis refaites vos changements."
)


class ReportRefusedError(Exception):
    """The report can't be kept so. The message is one French sentence."""


@dataclass(frozen=True)
class Choice:
    """What a person chose. `sections` are known codes, in order; `place_code` is a commune of the space or empty."""

    title: str
    foreword: str
    place_code: str
    sections: Sequence[str]


@transaction.atomic
def save_report(space: Space, choice: Choice, *, by: User, now: datetime) -> SavedReport:
    """Raises ReportRefusedError past a hundred of them."""
    Space.objects.select_for_update().get(pk=space.pk)
    if SavedReport.objects.filter(space=space).count() >= MOST:
        raise ReportRefusedError(
            f"Cet espace garde déjà {MOST} rapports : effacez-en un avant d'en garder un autre."
        )
    report = SavedReport(space=space, by=by)
    _write(report, choice, now)
    journal.record("report_saved", report, by=by, at=now, space_id=space.pk)
    return report


@transaction.atomic
def change_report(
    report: SavedReport, choice: Choice, *, seen: datetime, by: User, now: datetime
) -> SavedReport:
    """`seen` is when it was kept as the person saw it. Raises ReportRefusedError when it is another since."""
    held = SavedReport.objects.select_for_update().filter(pk=report.pk).first()
    if held is None or held.saved_at != seen:
        raise ReportRefusedError(_CHANGED)
    before = {"titre": held.title, "parties": held.sections}
    _write(held, choice, now)
    changes = {
        "titre": [before["titre"], held.title],
        "parties": [before["parties"], held.sections],
    }
    journal.record("report_changed", held, by=by, at=now, space_id=held.space_id, changes=changes)
    return held


@transaction.atomic
def copy_report(report: SavedReport, *, by: User, now: datetime) -> SavedReport:
    """The same under « Copie de… », to change at leisure."""
    title = f"Copie de {report.title}"[:120]
    choice = Choice(title, report.foreword, report.place_code, report.sections)
    return save_report(report.space, choice, by=by, now=now)


@transaction.atomic
def forget_report(report: SavedReport, *, by: User, now: datetime) -> None:
    journal.record(
        "report_forgotten", report, by=by, at=now, space_id=report.space_id, reason=report.title
    )
    report.delete()


def _write(report: SavedReport, choice: Choice, now: datetime) -> None:
    report.title, report.foreword = choice.title, choice.foreword
    report.place_code, report.sections = choice.place_code, list(choice.sections)
    report.saved_at = now
    report.save()
