"""How far a sheet of an old Excel workbook (XLS) extends, read without holding its cells.

Two distant cells of a file of 5 kB make its reader ask for a gigabyte. Layouts: [MS-CFB] (the compound
file) and [MS-XLS] (the records), Microsoft open specifications.
"""

import struct
from collections.abc import Iterator

_LAST = 0xFFFFFFFA  # sector numbers from here on are marks, not sectors
_BEGINNINGS = frozenset({0x0009, 0x0209, 0x0409, 0x0809})
_CELLS = frozenset({0x0006, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E})
_RUNS = frozenset({0x00BD, 0x00BE})  # several cells of a row in one record


class BrokenError(Exception):
    """The file does not follow its own layout."""


def largest_rectangle(data: bytes) -> int:
    """Cells between the first and the last used ones, in the widest sheet. Raises `BrokenError`."""
    try:
        return max(_rectangles(_workbook(data)), default=0)
    except (struct.error, IndexError, ValueError) as error:
        raise BrokenError from error


def _rectangles(stream: bytes) -> Iterator[int]:
    top, bottom, left, right = 1 << 16, -1, 1 << 16, -1
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind in _BEGINNINGS:
            yield max(0, bottom - top + 1) * max(0, right - left + 1)
            top, bottom, left, right = 1 << 16, -1, 1 << 16, -1
        elif (kind in _CELLS or kind in _RUNS) and length >= 6:
            row, first = struct.unpack_from("<HH", stream, at + 4)
            last = struct.unpack_from("<H", stream, at + 2 + length)[0] if kind in _RUNS else first
            top, bottom = min(top, row), max(bottom, row)
            left, right = min(left, first), max(right, last)
        at += 4 + length
    yield max(0, bottom - top + 1) * max(0, right - left + 1)


def _workbook(data: bytes) -> bytes:
    """The stream of records, wherever its sectors are."""
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if shift not in {9, 12} or mini_shift != 6:
        raise BrokenError
    size = 1 << shift
    first_directory, _, cutoff, first_mini = struct.unpack_from("<IIII", data, 48)
    table = _table(data, size)
    directory = _chain(data, table, first_directory, size, header=1)
    entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
    root = entries[0]
    for entry in entries:
        name = entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)].decode("utf-16-le")
        if entry[66] == 2 and name in {"Workbook", "Book"}:
            start, length = struct.unpack_from("<IQ", entry, 116)
            if length >= cutoff:
                return _chain(data, table, start, size, header=1)[:length]
            small = _chain(data, table, struct.unpack_from("<I", root, 116)[0], size, header=1)
            numbers = _numbers(_chain(data, table, first_mini, size, header=1))
            return _chain(small, numbers, start, 64, header=0)[:length]
    raise BrokenError


def _table(data: bytes, size: int) -> list[int]:
    """The allocation table: which sector follows each."""
    listed = list(struct.unpack_from("<109I", data, 76))
    following, count = struct.unpack_from("<II", data, 68)
    for _ in range(min(count, len(data) // size)):
        if following >= _LAST:
            break
        more = _numbers(_sector(data, following, size, 1))
        listed += more[:-1]
        following = more[-1]
    return [
        number
        for place in listed
        if place < _LAST
        for number in _numbers(_sector(data, place, size, 1))
    ]


def _numbers(raw: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4]))


def _sector(data: bytes, number: int, size: int, header: int) -> bytes:
    at = (number + header) * size
    if at >= len(data):
        raise BrokenError
    return data[at : at + size]


def _chain(data: bytes, table: list[int], start: int, size: int, *, header: int) -> bytes:
    """Sectors one after the other; a loop is a break."""
    pieces = []
    number = start
    while number < _LAST:
        pieces.append(_sector(data, number, size, header))
        if len(pieces) > len(table):
            raise BrokenError
        number = table[number]
    return b"".join(pieces)
