"""Delimited text: encoding, separator, rows. A damaged byte is marked, never replaced in silence."""

import codecs
import csv
import io
import itertools
import math
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import IO

from maillage.core.tabular.errors import Limits, TableError, thousands
from maillage.core.tabular.origin import Origin

MARK = "\ufdd0"  # a noncharacter: stands for bytes that the encoding does not know
_END = "\ufdd1\n"  # a last line of ours: a quote left open swallows it
_DELIMITERS = (";", ",", "\t", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NUL = "Ce fichier contient des octets nuls : il est abîmé, ou ce n'est pas un tableau."
_CUT = "Ce fichier semble coupé : {}. Demandez-le ou téléchargez-le à nouveau."
_CHUNK = 1 << 20


def _mark(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError):
        return MARK, max(error.end, error.start + 1)
    raise error


codecs.register_error("maillage-mark", _mark)


def _wide_without_bom(head: bytes) -> str:
    """UTF-16 written without its mark: one byte in two is zero."""
    if len(head) < 8 or len(head) % 2:
        head = head[: len(head) // 2 * 2]
    pairs = len(head) // 2
    if pairs < 4 or head.count(0) < 0.8 * pairs:
        return ""
    if head[1::2].count(0) >= 0.8 * pairs:
        return "utf-16-le"
    return "utf-16-be" if head[0::2].count(0) >= 0.8 * pairs else ""


def _is_utf8(origin: Origin) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    valid = True
    with closing(origin.open()) as stream:
        while chunk := stream.read(_CHUNK):
            if b"\0" in chunk:
                raise TableError(_NUL)
            if valid:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    valid = False  # keep reading: a zero byte further on must be said
    return valid  # an unfinished last character is a cut file: the row is refused as such


def _mostly_utf8(origin: Origin) -> bool:
    """Whether a file with bad bytes is UTF-8 with accidents rather than Windows-1252."""
    good = bad = 0
    with closing(origin.open()) as stream:
        while line := stream.readline(_CHUNK):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                good += 1
            except UnicodeDecodeError:
                bad += 1
    return good > bad


def encoding_of(origin: Origin) -> str:
    """Encoding of the text. Reads the whole file once; raises on zero bytes and binary content."""
    head = origin.head()
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    if wide := _wide_without_bom(head[:4096]):
        return wide
    controls = sum(head.count(byte) for byte in range(1, 32) if byte not in b"\t\n\r\x0c")
    if controls > max(8, len(head) / 100):
        raise TableError("Ce fichier n'est pas un tableau : son contenu n'est pas du texte.")
    if _is_utf8(origin) or _mostly_utf8(origin):
        return "utf-8"
    return "cp1252"


def text_stream(origin: Origin, encoding: str) -> tuple[IO[str], IO[bytes]]:
    raw = origin.open()
    return io.TextIOWrapper(raw, encoding, errors="maillage-mark", newline=""), raw


def _score(lines: list[str], delimiter: str) -> float:
    """How much the lines look like a table with this delimiter: many columns, always as many."""
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if any(row)]
        first = next(csv.reader(lines, delimiter=delimiter), [])
    except csv.Error:
        return 0.0
    if not widths:
        return 0.0
    usual = max(set(widths), key=lambda width: (widths.count(width), width))
    if usual < 2:
        return 0.0
    named = sum(bool(cell.strip()) for cell in first) / max(len(first), 1)
    return widths.count(usual) / len(widths) * math.log(usual) * (0.3 + 0.7 * named)


def sniff(sample: str, *, whole: bool) -> str:
    """Delimiter of the text, `";"` when there is one column only."""
    lines = sample.splitlines(keepends=True)
    if not whole and len(lines) > 1:
        lines.pop()
    best = max(_DELIMITERS, key=lambda delimiter: _score(lines[:300], delimiter))
    return best if _score(lines[:300], best) > 0 else ";"


@dataclass
class TextGrid:
    """Rows of a delimited text, with the line each begins at."""

    origin: Origin
    encoding: str
    delimiter: str
    limits: Limits
    format: str = "csv"
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    warnings: list[str] = field(default_factory=list)
    done: float = 0.0

    def _lines(self, stream: IO[str], raw: IO[bytes]) -> Iterator[str]:
        last = "\n"
        for number in itertools.count(1):
            line = stream.readline(self.limits.line)
            if not line:
                break
            if len(line) >= self.limits.line:
                raise TableError(
                    f"La ligne {number} dépasse {thousands(self.limits.line)} caractères : "
                    "ce fichier n'est pas un tableau lisible."
                )
            last = line
            if number % 1000 == 0 and self.origin.size:
                self.done = min(1.0, raw.tell() / self.origin.size)
            yield line
        self._ends_with_newline = last.endswith(("\n", "\r"))
        if not self._ends_with_newline:
            yield "\n"
        yield _END

    def _too_long(self, line: int) -> str:
        return (
            f"La ligne {line} n'est pas lisible : une cellule dépasse "
            f"{thousands(self.limits.cell)} caractères."
        )

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """Stream `(line, cells)`. Raises `TableError` where the file turns out to be cut."""
        stream, raw = text_stream(self.origin, self.encoding)
        with stream:
            # Without its own newline the last line gets one from us: it is not one more line.
            reader = csv.reader(_joined(self._lines(stream, raw)), delimiter=self.delimiter)
            start, width, short = 1, 0, False
            previous: tuple[int, list[str]] | None = None
            try:
                for row in reader:
                    if len(row) == 1 and row[0] == _END[0]:
                        break
                    if row and row[-1].endswith(_END):
                        raise TableError(
                            _CUT.format(
                                f"un guillemet ouvert à la ligne {start} n'est jamais fermé"
                            )
                        )
                    if previous:
                        short = short or len(previous[1]) < width
                        width = max(width, len(previous[1]))
                        yield previous
                    previous = (start, row) if row else None
                    # The csv module's own limit belongs to the whole process: a library may lift it.
                    if row and max(map(len, row)) > self.limits.cell:
                        raise TableError(self._too_long(start))
                    start = reader.line_num + 1
            except csv.Error as error:
                raise TableError(self._too_long(start)) from error
            if previous:
                if not self._ends_with_newline and not short and len(previous[1]) < width:
                    raise TableError(
                        _CUT.format(f"la dernière ligne ({previous[0]}) est incomplète")
                    )
                yield previous
        self.done = 1.0


def _joined(lines: Iterator[str]) -> Iterator[str]:
    """Give the bare newline that ends an unfinished file to its last line."""
    held = ""
    for line in lines:
        if line == "\n" and held and not held.endswith(("\n", "\r")):
            held += line
            continue
        if held:
            yield held
        held = line
    if held:
        yield held
