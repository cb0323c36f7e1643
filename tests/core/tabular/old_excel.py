"""Just enough of the 1997 Excel format (BIFF8 in a compound file) to write a sheet for tests.

Layout: [MS-CFB] and [MS-XLS], Microsoft open specifications.
"""

import struct

SECTOR = 512
FREE, END = 0xFFFFFFFF, 0xFFFFFFFE


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _text(value: str) -> bytes:
    return struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")


def _cell(row: int, column: int, value: object) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str):
        return _record(0x0204, place + _text(value))
    return _record(0x0203, place + struct.pack("<d", float(value)))


def _stream(rows: list[list[object]]) -> bytes:
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    name = b"F1"
    bound_length = 4 + 4 + 2 + 1 + 1 + len(name)
    start = len(_record(0x0809, begin)) + bound_length + len(_record(0x000A))
    bound = _record(0x0085, struct.pack("<IHBB", start, 0, len(name), 0) + name)
    sheet = struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)
    width = max(map(len, rows))
    cells = b"".join(
        _cell(number, column, value)
        for number, row in enumerate(rows)
        for column, value in enumerate(row)
        if value not in {"", None}
    )
    dimensions = _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    return (
        _record(0x0809, begin) + bound + _record(0x000A)
        + _record(0x0809, sheet) + dimensions + cells + _record(0x000A)
    )  # fmt: skip


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(encoded) if name else 0, kind, 1, FREE, FREE, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def as_xls(rows: list[list[object]]) -> bytes:
    """A workbook with one sheet."""
    stream = _stream(rows)
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    count = len(stream) // SECTOR  # sectors 0 to count-1, then the table, then the directory
    table = [*range(1, count), END, 0xFFFFFFFD, END]
    table += [FREE] * (SECTOR // 4 - len(table))
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
        + struct.pack("<IIIIIIIIII", 0, 1, count + 1, 0, 4096, END, 0, END, 0, count)
    ).ljust(SECTOR, b"\xff")  # fmt: skip
    directory = (
        _entry("Root Entry", 5, 1, END, 0)
        + _entry("Workbook", 2, FREE, 0, len(stream))
        + _entry("", 0, FREE, 0, 0) * 2
    )
    return head + stream + struct.pack(f"<{SECTOR // 4}I", *table) + directory
