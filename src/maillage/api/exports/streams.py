"""Long JSON sent as it is made."""

import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

_BLOCK = 200  # rows sent at once


def array(rows: Iterable[Any]) -> Iterator[bytes]:
    """A JSON array, a row by line."""
    pieces = ["["]
    for count, row in enumerate(rows, 1):
        text = json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        pieces.append(f"\n{text}" if count == 1 else f",\n{text}")
        if count % _BLOCK == 0:
            yield "".join(pieces).encode("utf-8", "replace")
            pieces = []
    pieces.append("\n]\n")
    yield "".join(pieces).encode("utf-8", "replace")


def packed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, gzipped as they come."""
    press = zlib.compressobj(5, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    for chunk in chunks:
        if written := press.compress(chunk):
            yield written
    yield press.flush()
