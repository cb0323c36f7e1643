"""Open any table file: `open_table(path)`; the content decides what it is, never the name.

>>> table = open_table(Path("annuaire.csv"))
>>> table.headers
['nom', 'siret', 'adresse']
>>> for line, row in table.rows():
...     row["siret"]

Rows are streamed; memory does not grow with a text file. Every value is a string ("" when empty).
Everything that is wrong with the file raises `TableError`, when opening or while reading (a file cut
in half is known at its end): run through the rows before changing anything. A wrong row is left out
and told in `problems`.
"""

import csv
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from maillage.core.tabular.errors import Limits, Problem, TableError
from maillage.core.tabular.headers import (
    SEARCHED_ROWS,
    header_index,
    is_blank,
    names_of,
    used_columns,
)
from maillage.core.tabular.objects import Objects
from maillage.core.tabular.origin import Origin, kind_of, origin_of
from maillage.core.tabular.sheet_grid import open_workbook
from maillage.core.tabular.text_grid import MARK, TextGrid, encoding_of, sniff, text_stream

__all__ = ["Limits", "Problem", "Table", "TableError", "check_content", "open_table"]

_KEPT_PROBLEMS = 20_000
_HEAD = 200_000
_JSON = re.compile(r'^[\[{]\s*["{\[\]}]')
_HTML = re.compile(r"<!doctype\s+html|<html|<head\b|<body\b|<table\b", re.IGNORECASE)


class _Grid(Protocol):
    format: str
    encoding: str
    delimiter: str
    sheet: str
    sheets: tuple[str, ...]
    warnings: list[str]
    done: float

    def lines(self) -> Iterator[tuple[int, list[str]]]: ...


@dataclass
class Table:
    """A table that is open. `done` is the share read so far by the running `rows()`.

    `problems` fills while rows are read (20 000 at most: `take_problems` empties it);
    `warnings` are sentences about the file as a whole.
    """

    headers: list[str]
    format: str
    header_line: int = 0
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    warnings: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _read: Callable[["Table"], Iterator[tuple[int, dict[str, str]]]] | None = None
    _source: "_Grid | Objects | None" = None

    @property
    def done(self) -> float:
        return self._source.done if self._source else 0.0

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Stream `(line, {header: value})` from the first row, each time it is called."""
        self.problems.clear()
        return self._read(self) if self._read else iter(())

    def take_problems(self) -> list[Problem]:
        """Problems met since the last call."""
        taken = list(self.problems)
        self.problems.clear()
        return taken

    def _tell(self, problem: Problem) -> None:
        if len(self.problems) < _KEPT_PROBLEMS:
            self.problems.append(problem)


# Given the headers and the cells of a row that is too wide: the cells put back in their columns, or None.
Mend = Callable[[list[str], list[str]], list[str] | None]


def open_table(
    source: Path | str | bytes,
    *,
    sheet: str | None = None,
    limits: Limits | None = None,
    mend: Mend | None = None,
) -> Table:
    """Open a table from a path or from bytes. `sheet` names the sheet of a workbook.

    `mend` is asked about each row that has more cells than there are columns, before it is a problem.
    """
    limits = limits or Limits()
    kind, origin = kind_of(origin_of(source), limits)
    if kind != "text":
        return _grid_table(open_workbook(origin, kind, limits, sheet), limits, mend)
    encoding = encoding_of(origin)
    head = _head(origin, encoding)
    start = _checked_start(head)
    if _JSON.match(start):
        return _object_table(Objects(origin, encoding, limits, by_line=_one_by_line(start)))
    delimiter = sniff(head.lstrip("\ufeff"), whole=len(head) < _HEAD)
    return _grid_table(TextGrid(origin, encoding, delimiter, limits), limits, mend)


def check_content(
    source: Path | str | bytes, *, parquet: bool = False, limits: Limits | None = None
) -> None:
    """Raise `TableError` for what is no table at all, without reading its rows.

    For files that have their own reader; `parquet` lets that format pass.
    """
    origin = origin_of(source)
    if parquet and origin.head(4) == b"PAR1":
        return
    kind, origin = kind_of(origin, limits or Limits())
    if kind == "text":
        _checked_start(_head(origin, encoding_of(origin)))


def _checked_start(head: str) -> str:
    """The text without its leading blanks, once it is known to be neither empty nor a page."""
    start = head.lstrip("\ufeff \t\r\n")
    if not start:
        raise TableError("Ce fichier est vide.")
    if start.startswith("<") and _HTML.search(start[:5000]):
        raise TableError(
            "Ce fichier est une page web (HTML), pas un tableau : ouvrez-la et enregistrez le tableau "
            "en CSV ou en XLSX."
        )
    if start.startswith(("<?xml", "<!")) or re.match(r"<\w+[^;,\t]*>", start):
        raise TableError("Ce fichier est un document XML, pas un tableau.")
    return start


def _head(origin: Origin, encoding: str) -> str:
    stream, _ = text_stream(origin, encoding)
    with stream:
        return stream.read(_HEAD)


def _one_by_line(start: str) -> bool:
    """JSON lines: the first line closes the object it opens and another object follows."""
    first, _, rest = start.partition("\n")
    return first.rstrip().endswith("}") and first.startswith("{") and rest.lstrip().startswith("{")


def _object_table(objects: Objects) -> Table:
    names = objects.names()

    def read(table: Table) -> Iterator[tuple[int, dict[str, str]]]:
        for number, item in objects.objects(table.problems):
            yield number, {name: item.get(name, "") for name in names}

    return Table(
        headers=names,
        format="jsonl" if objects.by_line else objects.format,
        encoding=objects.encoding,
        warnings=objects.warnings,
        _read=read,
        _source=objects,
    )


def _grid_table(grid: _Grid, limits: Limits, mend: Mend | None) -> Table:
    sample = [
        (line, row)
        for line, row in itertools.islice(grid.lines(), SEARCHED_ROWS * 4)
        if not is_blank(row)
    ]
    if not sample:
        raise TableError("Ce fichier est vide.")
    index = header_index([row for _, row in sample])
    warnings = grid.warnings
    if index is None:
        header_line, width = 0, max(len(row) for _, row in sample)
        names = names_of([""] * width, limits)
        kept = list(range(width))
        warnings.append("Aucune ligne d'en-tête n'a été trouvée : les colonnes sont numérotées.")
    else:
        header_line, header = sample[index]
        names = names_of(header, limits)
        kept = used_columns(header, [row[: len(header)] for _, row in sample[index + 1 :]])
        if len(sample) > index + 1 and index:
            warnings.append(f"L'en-tête a été trouvé à la ligne {header_line}.")
    columns = [(position, names[position]) for position in kept]

    def read(table: Table) -> Iterator[tuple[int, dict[str, str]]]:
        unnamed = False
        for line, cells in grid.lines():
            if line <= header_line or is_blank(cells):
                continue
            row = _mended(_unwrapped(cells, len(names), grid.delimiter), names, mend)
            problem = _problem(line, row, len(names), grid)
            if problem:
                table._tell(problem)  # noqa: SLF001  (same module)
                continue
            width = len(row)
            yield line, {name: row[at].strip() if at < width else "" for at, name in columns}
            if not unnamed and len(kept) < len(names) and width > len(kept):
                unnamed = any(
                    row[at].strip() for at in range(min(width, len(names))) if at not in kept
                )
                if unnamed:
                    table.warnings.append(
                        f"Une colonne sans nom contient des valeurs (ligne {line}) : elle n'est pas lue."
                    )

    return Table(
        headers=[name for _, name in columns],
        format=grid.format,
        header_line=header_line,
        encoding=grid.encoding,
        delimiter=grid.delimiter,
        sheet=grid.sheet,
        sheets=grid.sheets,
        warnings=warnings,
        _read=read,
        _source=grid,
    )


def _mended(row: list[str], names: list[str], mend: Mend | None) -> list[str]:
    if mend is None or len(row) <= len(names):
        return row
    return mend(names, row) or row


def _unwrapped(row: list[str], width: int, delimiter: str) -> list[str]:
    """A row that a spreadsheet quoted as one cell gets its cells back."""
    if len(row) == 1 and width > 2 and delimiter and row[0].count(delimiter) >= width - 1:
        return next(csv.reader([row[0]], delimiter=delimiter), row)
    return row


def _problem(line: int, row: list[str], width: int, grid: _Grid) -> Problem | None:
    """Why a row can't be trusted, if it can't."""
    if any(MARK in cell for cell in row):
        shown = grid.delimiter.join(row).replace(MARK, "\ufffd")
        return Problem(
            line,
            "encodage",
            f"La ligne contient des caractères illisibles en {grid.encoding}.",
            shown[:300],
        )
    if len(row) > width and not is_blank(row[width:]):
        return Problem(
            line,
            "colonnes-decalees",
            f"La ligne a {len(row)} cellules pour {width} colonnes : elle est décalée "
            "(séparateur ou virgule décimale sans guillemets).",
            grid.delimiter.join(row)[:300],
        )
    if grid.delimiter and width >= 6 and len(row) < width / 2:
        return Problem(
            line,
            "ligne-incomplete",
            f"La ligne n'a que {len(row)} cellules pour {width} colonnes : elle est coupée ou mal délimitée.",
            grid.delimiter.join(row)[:300],
        )
    return None
