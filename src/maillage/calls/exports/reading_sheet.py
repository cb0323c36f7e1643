"""A juror's workbook, to score away from the network: locked identifiers, lists of levels, anchors at hand.

It has locks and lists, which `core.tabular.writing` does not write; texts are written as texts, never as formulas.
"""

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

from maillage.calls.enums import Recommendation
from maillage.calls.lib.sheet_rows import (
    ABSTAINS,
    ANCHORS,
    CANNOT,
    CONFIDENCE,
    FOR_APPLICANT,
    FOR_JURY,
    LABEL,
    OPINION,
    READING,
    SHEET,
    TITLE,
    VERSION,
    mark_of,
    score_column,
    why_column,
)
from maillage.calls.models import Criterion
from maillage.calls.queries.reading import Line
from maillage.calls.queries.reading_marks import marks_of
from maillage.core.tabular.writing import CONTROLS

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_LOCKED = 4


def workbook(lines: list[Line], criteria: list[Criterion]) -> bytes:
    """Files that are open to the juror, with what is scored already; labels are those they may be shown."""
    import xlsxwriter  # noqa: PLC0415  (loaded only when a workbook is written)

    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": "Lectures", "created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC)})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    free = book.add_format({"locked": False, "text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(SHEET)
    for column, title in enumerate(titles(criteria)):
        sheet.write_string(0, column, title, bold)
    sheet.set_column(0, 1, 9)
    sheet.set_column(2, 3, 28)
    sheet.set_column(4, 4 + 2 * len(criteria) + 5, 22)
    sheet.freeze_panes(1, 3)
    for row, line in enumerate(lines, 1):
        for column, cell in enumerate(_cells(line, criteria)):
            write = sheet.write_number if isinstance(cell, int) else sheet.write_string
            write(row, column, cell, free if column >= _LOCKED else None)
    _lists(sheet, criteria, len(lines))
    sheet.protect("", {"format_columns": True, "format_rows": True})
    _anchors(book.add_worksheet(ANCHORS), criteria, bold)
    book.close()
    return file.getvalue()


def titles(criteria: list[Criterion]) -> list[str]:
    scores = [name for one in criteria for name in (score_column(one), why_column(one))]
    last = [OPINION, CONFIDENCE, ABSTAINS, FOR_JURY, FOR_APPLICANT]
    return [READING, VERSION, LABEL, TITLE, *scores, *last]


def _cells(line: Line, criteria: list[Criterion]) -> list[Any]:
    review = line.review
    marks = marks_of(review)
    scores: list[Any] = []
    for one in criteria:
        mark = marks.get(one.pk)
        said = "" if mark is None else CANNOT if mark.value is None else mark.value
        scores += [said, _text(mark.why) if mark else ""]
    return [
        mark_of(review.pk),
        review.version,
        _text(line.label),
        _text(line.title),
        *scores,
        review.get_recommendation_display() if review.recommendation else "",
        review.confidence or "",
        "oui" if review.abstains else "",
        _text(review.comment_jury),
        _text(review.comment_applicant),
    ]


def _text(value: str) -> str:
    return CONTROLS.sub("", value)


def _lists(sheet: "Worksheet", criteria: list[Criterion], rows: int) -> None:
    """Levels proposed by a list, with their anchors as the message of the cell."""
    last = max(1, rows)
    for rank, one in enumerate(criteria):
        anchors = "; ".join(f"{level} {text}" for level, text in enumerate(one.anchors))
        sheet.data_validation(
            1,
            _LOCKED + 2 * rank,
            last,
            _LOCKED + 2 * rank,
            {
                "validate": "list",
                "source": [*map(str, range(one.scale_max + 1)), CANNOT],
                "input_title": one.label[:32],
                "input_message": anchors[:255],
                "error_title": "Niveau inconnu",
                "error_message": f"De 0 à {one.scale_max}, ou {CANNOT} (je ne peux pas dire).",
            },
        )
    column = _LOCKED + 2 * len(criteria)
    sheet.data_validation(
        1, column, last, column, {"validate": "list", "source": list(Recommendation.labels)}
    )
    sheet.data_validation(
        1, column + 1, last, column + 1, {"validate": "list", "source": ["1", "2", "3"]}
    )


def _anchors(sheet: "Worksheet", criteria: list[Criterion], bold: Any) -> None:
    for column, title in enumerate(("Critère", "Poids", "Niveau", "Repère")):
        sheet.write_string(0, column, title, bold)
    sheet.set_column(0, 0, 34)
    sheet.set_column(3, 3, 60)
    row = 1
    for one in criteria:
        for level, text in enumerate(one.anchors):
            sheet.write_string(row, 0, one.label)
            sheet.write_number(row, 1, float(one.weight))
            sheet.write_number(row, 2, level)
            sheet.write_string(row, 3, str(text))
            row += 1
    sheet.write_string(row + 1, 0, f"{CANNOT} : je ne peux pas dire. Ce n'est pas un zéro.")
