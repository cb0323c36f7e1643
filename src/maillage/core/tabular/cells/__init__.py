"""Cells as people type them, read into values.

Each function takes what a table gives (a string, or a number from a workbook) and returns a value,
an empty one (`""` or `None`) when the cell is empty or masked, or raises `CellError` with one French
sentence. None of them looks at anything else than the cell.
"""

from maillage.core.tabular.cells.contacts import email, phone, url
from maillage.core.tabular.cells.identifiers import rna, siren, siret, siret_or_siren
from maillage.core.tabular.cells.places import (
    Point,
    in_france,
    municipality_code,
    point,
    point_from_text,
    postal_code,
)
from maillage.core.tabular.cells.text import CellError, is_masked, paragraphs, text
from maillage.core.tabular.cells.values import amount, boolean, date, number

__all__ = [
    "CellError",
    "Point",
    "amount",
    "boolean",
    "date",
    "email",
    "in_france",
    "is_masked",
    "municipality_code",
    "number",
    "paragraphs",
    "phone",
    "point",
    "point_from_text",
    "postal_code",
    "rna",
    "siren",
    "siret",
    "siret_or_siren",
    "text",
    "url",
]
