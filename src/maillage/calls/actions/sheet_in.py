"""Take a juror's workbook back: said row by row first, written only when asked."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from maillage.accounts.models import User
from maillage.calls.actions.reviewing import save_draft
from maillage.calls.enums import ReviewStatus
from maillage.calls.lib.machine import StepRefused
from maillage.calls.lib.sheet_rows import READING, SHEET, SheetRow, read_row
from maillage.calls.models import Juror
from maillage.calls.queries.reading import Line, open_lines
from maillage.core.tabular.errors import Limits, TableError
from maillage.core.tabular.reading import open_table

MOST_ROWS = 1000


@dataclass
class Report:
    """What the workbook would do. `ready` rows are written when asked; the others say why not."""

    ready: list[SheetRow] = field(default_factory=list)
    empty: int = 0
    conflicts: list[SheetRow] = field(default_factory=list)
    wrong: list[SheetRow] = field(default_factory=list)


def look_at(content: bytes, juror: Juror, *, now: datetime) -> Report:
    """Check every row against the readings as they are now. Raises `StepRefused` for what is no such workbook."""
    try:
        table = open_table(content, sheet=SHEET, limits=Limits())
        rows = [(line, dict(row)) for line, row in table.rows()]
    except TableError as error:
        raise StepRefused(f"Ce fichier n'est pas une feuille de lecture : {error}") from error
    if not any(name.strip().lower() == READING.lower() for name in table.headers):
        raise StepRefused(
            "Ce fichier n'est pas une feuille de lecture : la colonne « Lecture » n'y est pas."
        )
    if len(rows) > MOST_ROWS:
        raise StepRefused(f"Cette feuille a plus de {MOST_ROWS} lignes.")
    criteria = list(juror.edition.criteria.all())
    return judge([read_row(line, row, criteria) for line, row in rows], juror, now=now)


def judge(rows: list[SheetRow], juror: Juror, *, now: datetime) -> Report:
    known: dict[int, Line] = {one.review.pk: one for one in open_lines(juror, now)}
    report, seen = Report(), set[int]()
    for row in rows:
        line = known.get(row.reading) if row.reading is not None else None
        if row.reading is not None and line is None:
            row.problems.append("ce dossier ne vous est pas ouvert, ou plus")
        elif row.reading in seen:
            row.problems.append("ce dossier est deux fois dans la feuille")
        seen.add(row.reading or -1)
        if row.problems or line is None:
            report.wrong.append(row)
            continue
        row.label = line.label
        if line.review.status == ReviewStatus.SUBMITTED or row.version != line.review.version:
            report.conflicts.append(row)
        elif row.is_empty:
            report.empty += 1
        else:
            report.ready.append(row)
    return report


def write_rows(rows: list[SheetRow], juror: Juror, *, by: User, now: datetime) -> dict[str, Any]:
    """Write as drafts the rows still ready: `{"written": n, "left": [labels]}`. Each row is whole, or not at all."""
    report = judge(rows, juror, now=now)
    left = [row.label for row in (*report.conflicts, *report.wrong)]
    known = {one.review.pk: one for one in open_lines(juror, now)}
    written = 0
    for row in report.ready:
        try:
            save_draft(
                known[row.reading or 0].review, row.sheet, version=row.version, by=by, now=now
            )
            written += 1
        except StepRefused:
            left.append(row.label)
    return {"written": written, "left": left}
