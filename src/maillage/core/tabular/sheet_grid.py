"""Workbooks (XLSX, XLS, ODS), read by calamine once their size is judged safe.

calamine holds the rectangle between the first and the last used cell in memory: a file of 2 kB with
two distant cells would ask for terabytes. The rectangle is measured in the XML before.
"""

import datetime as dt
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from maillage.core.tabular.biff import BrokenError, largest_rectangle
from maillage.core.tabular.errors import Limits, TableError, thousands
from maillage.core.tabular.origin import Origin, member_stream, members_of

_CHUNK = 1 << 20
# Whatever the element, its prefix and its other attributes: a crafted tag hides its own end from a regex.
_REFERENCE = re.compile(rb"""(?<![\w:.-])r\s*=\s*["']([A-Za-z]{0,4})(\d{1,10})["']""")
_ODS_TOKEN = re.compile(
    rb"""</table:table-row>|<table:(?:table|table-row|(?:covered-)?table-cell)(?![\w:.-])"""
    rb"""(?:[^"'>]|"[^"]*"|'[^']*')*+>"""
)
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d{1,9})"')
_BROKEN = "Ce classeur est abîmé ou coupé : il n'a pas pu être lu en entier."


_TRIAL = """
import io, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
import python_calamine
try:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).height
except Exception:
    pass
"""


def _too_wide(cells: int, limits: Limits) -> TableError:
    return TableError(
        f"Cette feuille s'étend sur {thousands(cells)} cases ; {thousands(limits.cells)} au plus sont "
        "acceptées. Effacez les lignes et colonnes vides, ou enregistrez-la en CSV."
    )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _check_xlsx_sheet(origin: Origin, name: str, limits: Limits) -> None:
    top, bottom, left, right = 1 << 31, 0, 1 << 31, 0
    tail = b""
    with closing(member_stream(origin, name, limits)) as stream:
        while chunk := stream.read(_CHUNK):
            data = tail + chunk
            for letters, digits in set(_REFERENCE.findall(data)):
                row, column = int(digits), _column(letters.upper()) or 1
                top, bottom = min(top, row), max(bottom, row)
                left, right = min(left, column), max(right, column)
            tail = data[-500:]
    cells = max(0, bottom - top + 1) * max(0, right - left + 1)
    if cells > limits.cells:
        raise _too_wide(cells, limits)


def _check_ods(origin: Origin, limits: Limits) -> None:
    """Count the cells that repetitions stand for; a repeated empty tail costs nothing."""
    cells = width = pending = rows = 0
    tail = b""
    with closing(member_stream(origin, "content.xml", limits)) as stream:
        while chunk := stream.read(_CHUNK):
            data = tail + chunk
            # Keep back an unfinished tag for the next round.
            cut = data.rfind(b"<")
            data, tail = (data[:cut], data[cut:]) if cut > 0 else (b"", data)
            if len(tail) > limits.cell * 8:
                raise TableError(_BROKEN)
            for token in _ODS_TOKEN.findall(data):
                repeated = _REPEATED.search(token)
                times = int(repeated[1]) if repeated else 1
                if token.startswith(b"<table:table-row"):
                    width, pending, rows = 0, 0, times
                elif token.startswith(b"</table:table-row"):
                    cells += width * rows
                elif token.startswith(b"<table:table "):
                    continue
                elif token.endswith(b"/>") and b"office:value" not in token:
                    pending += times
                else:
                    width, pending = width + pending + times, 0
            if cells > limits.cells:
                raise _too_wide(cells, limits)


def _check_xls(data: bytes, limits: Limits) -> None:
    try:
        cells = largest_rectangle(data)
    except BrokenError as error:
        raise TableError(_BROKEN) from error
    if cells > limits.cells:
        raise _too_wide(cells, limits)


def _check(origin: Origin, kind: str, limits: Limits) -> None:
    """Read every member once: sizes and checksums are then true, whatever the directory says."""
    total = 0
    for member in members_of(origin, limits):
        if kind == "xlsx":  # a sheet bears the name that the workbook gives it
            _check_xlsx_sheet(origin, member.filename, limits)
            continue
        with closing(member_stream(origin, member.filename, limits)) as stream:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                if total > limits.unzipped:
                    raise TableError(_BROKEN)
    if kind == "ods":
        _check_ods(origin, limits)


def cell_text(value: Any) -> str:
    """A workbook's value as text: codes lose the `.0` of numbers, days are ISO."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "vrai" if value else "faux"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e17 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return "" if value is None else str(value)


@dataclass
class SheetGrid:
    """Rows of one sheet; a cell merged over several rows stands in each of them."""

    workbook: Any
    format: str
    sheet: str
    sheets: tuple[str, ...]
    limits: Limits
    encoding: str = ""
    delimiter: str = ""
    warnings: list[str] = field(default_factory=list)
    done: float = 0.0

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        sheet = guarded(self.workbook.get_sheet_by_name, self.sheet)
        left = (sheet.start or (0, 0))[1]
        if sheet.width > self.limits.columns:
            raise TableError(
                f"Ce tableau a {thousands(sheet.width)} colonnes ; "
                f"{thousands(self.limits.columns)} au plus sont acceptées."
            )
        merged = _merged_below(sheet, left)
        height = max(1, sheet.total_height)
        running: dict[int, tuple[int, str]] = {}
        for index, values in enumerate(sheet.iter_rows()):
            row = [cell_text(value) for value in values]
            for column, last in merged.get(index, ()):
                if 0 <= column < len(row):
                    running[column] = (last, row[column])
            for column, (last, shown) in list(running.items()):
                if index > last:
                    del running[column]
                else:
                    row[column] = shown
            if any(len(cell) > self.limits.cell for cell in row):
                raise TableError(
                    f"La ligne {index + 1} n'est pas lisible : une cellule dépasse "
                    f"{thousands(self.limits.cell)} caractères."
                )
            self.done = index / height
            yield index + 1, row
        self.done = 1.0


def _merged_below(sheet: Any, left: int) -> dict[int, list[tuple[int, int]]]:
    """Merged cells by first row: `(column, last row)`, for those that span several rows."""
    found: dict[int, list[tuple[int, int]]] = {}
    for (top, first), (bottom, _) in sheet.merged_cell_ranges or ():
        if bottom > top:
            found.setdefault(top, []).append((first - left, bottom))
    return found


def _try_elsewhere(data: bytes) -> None:
    """Let a child process read the workbook first.

    A damaged workbook may make the native reader abort its whole process (it asks for absurd amounts
    of memory): that must be a child's end, as must its panics. Plain errors are left to `guarded`.
    """
    try:
        done = subprocess.run(  # noqa: S603  (our own interpreter and a constant program)
            [sys.executable, "-I", "-c", _TRIAL],
            input=data,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TableError(_BROKEN) from error
    if done.returncode:
        raise TableError(_BROKEN)


def guarded(function: Any, *arguments: Any) -> Any:
    """Call calamine; whatever it raises on a damaged workbook becomes one sentence."""
    import python_calamine as calamine  # noqa: PLC0415  (loaded only when a workbook is read)

    try:
        return function(*arguments)
    except calamine.PasswordError as error:
        raise TableError(
            "Ce classeur est protégé par un mot de passe : enregistrez-le sans protection."
        ) from error
    except Exception as error:
        raise TableError(_BROKEN) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # calamine's own bug on a damaged file
            raise TableError(_BROKEN) from error
        raise


def open_workbook(origin: Origin, kind: str, limits: Limits, sheet: str | None) -> SheetGrid:
    """The named sheet, or the first visible one that holds something."""
    import python_calamine as calamine  # noqa: PLC0415  (loaded only when a workbook is read)

    if kind != "xls":
        _check(origin, kind, limits)
    with closing(origin.open()) as stream:
        data = stream.read(limits.unzipped)
    if kind == "xls":
        _check_xls(data, limits)
    _try_elsewhere(data)
    workbook = guarded(calamine.CalamineWorkbook.from_filelike, io.BytesIO(data))
    names = [
        meta.name
        for meta in workbook.sheets_metadata
        if meta.typ == calamine.SheetTypeEnum.WorkSheet
        and meta.visible == calamine.SheetVisibleEnum.Visible
    ] or list(workbook.sheet_names)
    if sheet is not None and sheet not in workbook.sheet_names:
        known = ", ".join(f"« {name} »" for name in names)
        raise TableError(f"Ce classeur n'a pas de feuille « {sheet} » ; il a : {known}.")
    full = [name for name in names if guarded(workbook.get_sheet_by_name, name).height]
    if sheet is None and not full:
        raise TableError("Ce classeur est vide.")
    chosen = sheet if sheet is not None else full[0]
    grid = SheetGrid(workbook, kind, chosen, tuple(full), limits)
    if sheet is None and len(full) > 1:
        grid.warnings.append(f"Ce classeur a {len(full)} feuilles : seule « {chosen} » est lue.")
    return grid
