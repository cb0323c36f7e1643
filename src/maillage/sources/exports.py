"""Refused and doubtful rows of a run, to be corrected in the file they come from."""

from collections.abc import Iterator
from typing import Any

from maillage.core.tabular.writing import Column
from maillage.sources.models import ImportRun

ISSUE_COLUMNS = (
    Column("line", "Ligne"),
    Column("severity", "Suite donnée"),
    Column("code", "Motif"),
    Column("message", "Explication"),
    Column("excerpt", "Extrait"),
)


def issue_rows(run: ImportRun) -> Iterator[dict[str, Any]]:
    for issue in run.issues.order_by("severity", "line", "id").iterator(chunk_size=1000):
        yield {
            "line": issue.line,
            "severity": issue.get_severity_display(),
            "code": issue.code,
            "message": issue.message,
            "excerpt": issue.excerpt,
        }
