"""Tables to take away: working files, figures."""

from collections.abc import Iterable, Iterator
from typing import Any

from maillage.core.tabular.writing import Column, Row
from maillage.observatory.lib.definitions import DEFINITIONS
from maillage.observatory.lib.tables import AXIS_LABELS, Counted, Figure, TerritoryFigures
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


FIGURE_COLUMNS = (
    Column("territory", "territoire", 26),
    Column("indicator", "indicateur", 30),
    Column("axis", "ventilation", 16),
    Column("key", "code", 16),
    Column("label", "modalité", 36),
    Column("value", "valeur", 12, kind="number", about="Vide quand elle est secrète."),
    Column("low", "borne basse", 12, kind="number"),
    Column("high", "borne haute", 12, kind="number"),
    Column("unit", "unité", 14),
    Column("is_secret", "secret statistique", 10, kind="boolean"),
    Column("on", "compté le", 14, kind="date"),
    Column("source", "source", 60),
)


def figure_rows(figures: TerritoryFigures, counted: Counted, axis: str) -> Iterator[dict[str, Any]]:
    """The total, then the cells of `axis` (of every axis when it is empty). Secret cells have no value."""
    yield _figure_row(figures, counted, "", counted.total)
    for name, table in counted.breakdowns.items():
        if axis in {"", name}:
            for figure in table.rows:
                yield _figure_row(figures, counted, name, figure)


def _figure_row(
    figures: TerritoryFigures, counted: Counted, axis: str, figure: Figure
) -> dict[str, Any]:
    definition = DEFINITIONS[counted.indicator]
    return {
        "territory": figures.name,
        "indicator": definition.label,
        "axis": AXIS_LABELS.get(axis, "ensemble"),
        "key": figure.key,
        "label": figure.label,
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "unit": definition.unit,
        "is_secret": figure.is_secret,
        "on": figures.at.date(),
        "source": definition.source,
    }
