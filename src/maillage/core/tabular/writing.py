"""The one writer of tables: every export of every room goes through it.

Choices, said in `docs/exports.md`:
- CSV: UTF-8 with its mark, semicolons, CRLF: it opens by a double click in a French spreadsheet.
  Numbers keep a decimal point and days are ISO, as public open data does.
- A text that a spreadsheet would run as a formula gets an apostrophe in CSV (OWASP, "CSV
  injection"); in XLSX texts are written as texts, never as formulas or links.
- GeoJSON: RFC 7946, longitude first, WGS84, five decimals (about a metre), `bbox` of what it holds.
- GeoPackage: `core.tabular.geopackage`.
- The same rows give the same bytes: no clock, no random identifier.
"""

import csv
import datetime as dt
import io
import json
import math
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any, Literal

from maillage.core.tabular.errors import TableError

Row = Mapping[str, Any]
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
GEOJSON_TYPE = "application/geo+json"

_EXCEL_ROWS = 1_048_576
_EXCEL_CELL = 32_767
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_BLOCK = 200  # rows sent at once


Kind = Literal["string", "integer", "number", "boolean", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in the rows (and in GeoJSON), its title on screen, its width in characters.

    `kind` is the type of a Table Schema; `about` says what the column holds, `pattern` how its text is made.
    """

    name: str
    title: str
    width: int = 18
    kind: Kind = "string"
    about: str = ""
    pattern: str = ""
    required: bool = False


def safe_text(value: str) -> str:
    """Text that no spreadsheet takes for a formula when it opens a CSV."""
    shown = CONTROLS.sub("", value)
    risky = shown.lstrip().startswith(_FORMULA) or shown.startswith(("\t", "\r", "\n"))
    return f"'{shown}" if risky else shown


def plain(value: Any) -> str | float | Decimal | dt.date:
    """One value as a cell: lists joined, yes and no in French, moments without fractions."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, int | float | Decimal | dt.date):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(plain(part)) for part in _ordered(value))
    return str(value)


def _ordered(values: Any) -> Any:
    return sorted(values, key=str) if isinstance(values, set | frozenset) else values


def csv_chunks(
    rows: Iterable[Row], columns: Iterable[Column], *, standard: bool = False
) -> Iterator[bytes]:
    """Stream a CSV file. A `standard` one is for machines: commas, no mark, and the columns' own names as header."""
    columns = list(columns)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter="," if standard else ";", lineterminator="\r\n")
    buffer.write("" if standard else "\ufeff")
    writer.writerow([safe_text(column.name if standard else column.title) for column in columns])
    for number, row in enumerate(rows, 1):
        cells = [plain(row.get(column.name)) for column in columns]
        writer.writerow([safe_text(cell) if isinstance(cell, str) else cell for cell in cells])
        if number % _BLOCK == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def xlsx_file(rows: Iterable[Row], columns: Iterable[Column], *, title: str) -> IO[bytes]:
    """Write a workbook to a temporary file, ready to be read from its start. Memory stays constant."""
    import xlsxwriter  # noqa: PLC0415  (loaded only when a workbook is written)

    columns = list(columns)
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the caller reads and closes it)
    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    # A fixed date: an export of the same directory has the same bytes.
    book.set_properties({"title": title, "created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC)})
    sheet = book.add_worksheet(_sheet_name(title))
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.freeze_panes(1, 0)
    for position, column in enumerate(columns):
        sheet.set_column(position, position, column.width)
        sheet.write_string(0, position, column.title, bold)
    try:
        for number, row in enumerate(rows, 1):
            _check_room(number)
            for position, column in enumerate(columns):
                _write_cell(sheet, number, position, plain(row.get(column.name)), day)
    except BaseException:
        book.close()  # removes its own temporary files
        file.close()
        raise
    book.close()
    file.seek(0)
    return file


def _check_room(row: int) -> None:
    if row >= _EXCEL_ROWS:
        raise TableError(
            "Un classeur ne tient pas plus d'un million de lignes : choisissez le CSV."
        )


def _write_cell(sheet: Any, row: int, column: int, cell: Any, day: Any) -> None:
    if cell == "":
        return
    if isinstance(cell, str):
        sheet.write_string(row, column, CONTROLS.sub("", cell)[:_EXCEL_CELL])
    elif isinstance(cell, dt.date):
        sheet.write_datetime(row, column, cell, day)
    else:
        sheet.write_number(row, column, cell)


def _sheet_name(title: str) -> str:
    """A name that spreadsheets accept: 31 characters, no bracket, slash, `:`, `*` or `?`."""
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31].strip("' ") or "Feuille 1"


def geojson_chunks(
    rows: Iterable[Row],
    columns: Iterable[Column],
    *,
    key: str = "id",
    lon: str = "lon",
    lat: str = "lat",
    members: Mapping[str, Any] | None = None,
) -> Iterator[bytes]:
    """Stream a FeatureCollection. `key`, `lon` and `lat` name the row's identifier and point.

    A row without a point has a null geometry, as RFC 7946 allows. `members` are written beside the features
    (licence, attribution); `bbox` comes last, when it is known, and not at all without a point.
    """
    columns = list(columns)
    told = "".join(f"{json.dumps(name)}:{_dump(value)}," for name, value in (members or {}).items())
    pieces = [f'{{"type":"FeatureCollection",{told}"features":[\n']
    box: tuple[float, float, float, float] | None = None
    for number, row in enumerate(rows, 1):
        feature: dict[str, Any] = {"type": "Feature"}
        if row.get(key) is not None:
            feature["id"] = row[key]
        feature["geometry"] = geometry = _geometry(row.get(lon), row.get(lat))
        if geometry is not None:
            x, y = geometry["coordinates"]
            west, south, east, north = box or (x, y, x, y)
            box = min(west, x), min(south, y), max(east, x), max(north, y)
        feature["properties"] = {column.name: _json(row.get(column.name)) for column in columns}
        text = _dump(feature)
        pieces.append(text if number == 1 else f",\n{text}")
        if number % _BLOCK == 0:
            yield _utf8("".join(pieces))
            pieces = []
    end = f',"bbox":{_dump(box)}' if box else ""
    pieces.append(f"\n]{end}}}\n")
    yield _utf8("".join(pieces))


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _geometry(lon: Any, lat: Any) -> dict[str, Any] | None:
    if lon is None or lat is None:
        return None
    return {"type": "Point", "coordinates": [round(float(lon), 5), round(float(lat), 5)]}


def _json(value: Any) -> Any:
    """The value as JSON knows it; `nan` and infinities are null."""
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_json(part) for part in _ordered(value)]
    if isinstance(value, dict):
        return {str(name): _json(part) for name, part in value.items()}
    return value.isoformat() if isinstance(value, dt.date) else CONTROLS.sub("", str(value))
