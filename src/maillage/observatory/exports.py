"""The table of working files."""

from collections.abc import Iterable, Iterator

from maillage.core.tabular.writing import Column, Row
from maillage.observatory.models import WorkingFile

FILE_COLUMNS = (
    Column("title", "dossier", 40),
    Column("need", "besoin", 30),
    Column("place", "lieu", 24),
    Column("place_code", "code du lieu"),
    Column("status", "étape"),
    Column("owner", "suivi par", 24),
    Column("opened_on", "ouvert le"),
    Column("review_on", "à revoir le"),
    Column("is_late", "en retard"),
    Column("closed_on", "clos le"),
    Column("supply", "offre à l'ouverture"),
    Column("probability", "probabilité de manque à l'ouverture"),
)


def file_rows(files: Iterable[WorkingFile]) -> Iterator[Row]:
    """`files` as `queries.files.dress` gives them."""
    for file in files:
        yield {
            "title": file.title,
            "need": file.need,  # type: ignore[attr-defined]
            "place": file.place,  # type: ignore[attr-defined]
            "place_code": file.place_code,
            "status": file.get_status_display(),
            "owner": str(file.owner) if file.owner else "",
            "opened_on": file.opened_at.date(),
            "review_on": file.review_on,
            "is_late": file.is_late,  # type: ignore[attr-defined]
            "closed_on": file.closed_at.date() if file.closed_at else None,
            "supply": file.baseline.get("supply"),
            "probability": file.baseline.get("probability"),
        }
