"""What may go wrong with a table, in sentences a person can act on."""

from typing import NamedTuple


class TableError(Exception):
    """The file as a whole can't be read. The message is one French sentence."""


class Problem(NamedTuple):
    """A row that was left out, or a reserve about it. `line` counts from 1 in the file."""

    line: int
    code: str
    message: str
    excerpt: str = ""


class Limits(NamedTuple):
    """What one file may cost. Sizes in bytes.

    `unzipped` bounds what compressed files (zip, gz, XLSX, ODS) expand to; `ratio` refuses a bomb
    before reading it; `cells` bounds the rectangle of a sheet, which is held in memory, as is a
    JSON document.
    """

    columns: int = 1_000
    cell: int = 131_072
    line: int = 2_000_000
    unzipped: int = 200_000_000
    ratio: int = 250
    cells: int = 4_000_000
    json: int = 40_000_000


def thousands(count: int) -> str:
    """A number as French people read it: `1 000 000`."""
    return f"{count:,}".replace(",", " ")


def megabytes(size: int) -> str:
    return f"{max(1, round(size / 1_000_000))} Mo"
