"""Find the row of column names, under titles and blank rows, and make the names usable."""

import re
from collections.abc import Sequence

from maillage.core.tabular.cells.text import text
from maillage.core.tabular.errors import Limits, TableError, thousands

SEARCHED_ROWS = 30
_NUMBER = re.compile(r"^[+-]?[\d\s.,/:€%-]*\d[\d\s.,/:€%-]*$")
_TRAILING = re.compile(r"[;,|\t]+$")


def is_blank(row: Sequence[str]) -> bool:
    return not any(cell and not cell.isspace() for cell in row)


def _filled(row: Sequence[str]) -> list[str]:
    return [cell for cell in row if cell and not cell.isspace()]


def header_index(rows: Sequence[Sequence[str]]) -> int | None:
    """Index of the header among the first rows; `None` when no row looks like names.

    The header is the first row that fills most of the columns used below it, with words. A title
    fills one or two cells; data hold numbers.
    """
    sample = rows[:SEARCHED_ROWS]
    width = max((len(_filled(row)) for row in sample), default=0)
    for index, row in enumerate(sample):
        filled = _filled(row)
        if not filled or len(filled) < 0.6 * width:
            continue
        numbers = sum(bool(_NUMBER.match(cell.strip())) for cell in filled)
        return index if numbers <= len(filled) / 4 else None
    return None


def names_of(row: Sequence[str], limits: Limits) -> list[str]:
    """Names of the columns: one line each, none empty, none twice."""
    if len(row) > limits.columns:
        raise TableError(
            f"Ce tableau a {thousands(len(row))} colonnes ; {thousands(limits.columns)} au plus sont acceptées."
        )
    names: list[str] = []
    seen: dict[str, int] = {}
    for position, cell in enumerate(row, 1):
        name = _TRAILING.sub("", text(cell).strip("\"' "))[:200] or f"colonne {position}"
        key = name.casefold()
        seen[key] = seen.get(key, 0) + 1
        while seen[key] > 1 and f"{key} ({seen[key]})" in seen:
            seen[key] += 1
        if seen[key] > 1:
            name = f"{name} ({seen[key]})"
            seen[name.casefold()] = 1
        names.append(name)
    return names


def used_columns(header: Sequence[str], sample: Sequence[Sequence[str]]) -> list[int]:
    """Positions to keep: those that have a name, or a value in the first rows."""
    named = {i for i, cell in enumerate(header) if cell and not cell.isspace()}
    valued = {i for row in sample for i, cell in enumerate(row) if cell and not cell.isspace()}
    return sorted(named | valued)
