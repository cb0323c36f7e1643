"""The compact feed of points that the map draws.

One JSON object of parallel columns, one row per place that may be shown, rows by structure id:

- `count`: number of structures; `rows`: number of places;
- `origin`: [lon, lat] in 1e-5 degrees (about a metre), to be added to each `x` and `y`;
- `id`: structure of each row, as the difference with the row before (0: same structure);
- `x`, `y`: integers, 1e-5 degrees from the origin;
- `sectors`: codes of the first-level sectors; `sector`: one character per row, its rank in `sectors`
  as a letter from `A`, `.` without sector;
- `approximate`: row numbers whose point is the centre of the commune or of that precision, as
  differences;
- `old`: row numbers of pages that nobody confirmed for a year, as differences.

Written that way, 33 000 random points weigh about 250 kB once compressed.

A selection of more than `MOST` places (of `MOST_IN_VIEW` in a large space) is never sent whole: the feed
is about a view, `vue` (west, south, east, north) and `zoom` of the request, the world without them. It
then has besides:

- `within`: the view it is about, in degrees: beyond it, ask again;
- `shown`: structures of the selection with a place there, as the list counts them with that `bbox`.

Up to `MOST_IN_VIEW` places in the view, rows are its points. Beyond, the feed has `cells` instead of
`rows`, columns of one value per cell of a grid fixed to the world (64 pixels at that zoom):

- `n`: structures, each counted once, at its first place in the view: they add up to `shown`;
- `x`, `y`: mean of their places; `sector`: the main sector of most of them;
- `zoom`: that of the grid, coarser than asked where there would be too many cells.
"""

import gzip
import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import brotli
import numpy as np
from numpy.typing import NDArray

from maillage.directory.lib import bits
from maillage.directory.lib.criteria import Box
from maillage.directory.lib.snapshot import MERCATOR_BITS, Snapshot

Encoding = Literal["br", "gzip", "identity"]
_SCALE = 100_000
MOST = 50_000
MOST_IN_VIEW = 20_000
MOST_CELLS = 4_096
DEEPEST = 18
_WORLD = (-180.0, -85.0, 180.0, 85.0)
# A tile of 512 pixels holds eight cells a side.
_CELLS_OF_TILE_BITS = 3


class View(NamedTuple):
    """What a map shows: its box in degrees, and its zoom (tiles of 512 pixels)."""

    box: Box = _WORLD
    zoom: int = 5


@dataclass(frozen=True, slots=True)
class Feed:
    """The same bytes in each encoding; `etag` changes with them only."""

    etag: str
    bodies: dict[Encoding, bytes]


def encode(snapshot: Snapshot, selected: int, view: View | None = None) -> bytes:
    """The feed of a selection; `view` counts only where there is too much to be sent whole."""
    places = snapshot.places
    rows = np.flatnonzero(bits.to_mask(selected, len(snapshot))[places.owner])
    count = selected.bit_count()
    if len(rows) <= (MOST_IN_VIEW if snapshot.is_large else MOST):
        return _dumped(_points(snapshot, rows, count))
    view = view or View()
    rows = rows[_inside(places.lon[rows], places.lat[rows], view.box)]
    owner = places.owner[rows]
    once = rows[np.diff(owner, prepend=-1) != 0]
    feed = (
        _points(snapshot, rows, count)
        if len(rows) <= MOST_IN_VIEW
        else _cells(snapshot, once, count, view)
    )
    return _dumped({**feed, "within": list(view.box), "shown": len(once)})


def _inside(lon: NDArray[Any], lat: NDArray[Any], box: Box) -> NDArray[np.bool_]:
    west, south, east, north = box
    inside: NDArray[np.bool_] = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return inside


def _points(snapshot: Snapshot, rows: NDArray[np.int64], count: int) -> dict[str, Any]:
    places = snapshot.places
    rows = rows[np.argsort(snapshot.ids[places.owner[rows]], kind="stable")]
    owner = places.owner[rows]
    letters = _letters(snapshot)
    return {
        "count": count,
        "rows": len(rows),
        **_located(places.lon[rows], places.lat[rows]),
        "sectors": snapshot.sectors,
        "id": _differences(snapshot.ids[owner]),
        "sector": "".join(letters[rank] for rank in snapshot.main_sector[owner].tolist()),
        "approximate": _differences(np.flatnonzero(places.approximate[rows])),
        "old": _differences(np.flatnonzero(snapshot.old[owner])),
    }


def _cells(snapshot: Snapshot, rows: NDArray[np.int64], count: int, view: View) -> dict[str, Any]:
    """`rows` are places in the view, one for each structure."""
    places, (across, down) = snapshot.places, snapshot.mercator()
    across, down = across[rows], down[rows]
    zoom = view.zoom + 1
    width = columns = MOST_CELLS
    while width * columns > MOST_CELLS and zoom > 0:
        zoom -= 1
        shift = MERCATOR_BITS - _CELLS_OF_TILE_BITS - zoom
        x, y = across >> shift, down >> shift
        left, top = int(x.min()), int(y.min())
        columns, width = int(x.max()) - left + 1, int(y.max()) - top + 1
    cell = (y - top) * columns + (x - left)
    size, sectors = columns * width, len(snapshot.sectors) + 1
    number = np.bincount(cell, minlength=size)
    filled = np.flatnonzero(number)
    number = number[filled]
    lon = np.bincount(cell, weights=places.lon[rows], minlength=size)[filled] / number
    lat = np.bincount(cell, weights=places.lat[rows], minlength=size)[filled] / number
    # Without a sector is the last column.
    sector = snapshot.main_sector[places.owner[rows]] % sectors
    held = np.bincount(cell * sectors + sector, minlength=size * sectors).reshape(size, sectors)
    most = held[filled].argmax(axis=1)
    letters = _letters(snapshot)
    return {
        "count": count,
        "cells": len(filled),
        "zoom": zoom,
        **_located(lon, lat),
        "sectors": snapshot.sectors,
        "n": number.tolist(),
        "sector": "".join(letters[rank] for rank in most.tolist()),
    }


def _located(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> dict[str, list[int]]:
    x, y = (np.rint(side * _SCALE).astype(np.int64) for side in (lon, lat))
    origin = [int(x.min()), int(y.min())] if len(x) else [0, 0]
    return {"origin": origin, "x": (x - origin[0]).tolist(), "y": (y - origin[1]).tolist()}


def _letters(snapshot: Snapshot) -> str:
    """By rank; -1, or the rank after the last one, is without sector."""
    return "".join(chr(65 + rank) for rank in range(len(snapshot.sectors))) + "."


def _dumped(feed: dict[str, Any]) -> bytes:
    return json.dumps(feed, separators=(",", ":")).encode()


def _differences(values: NDArray[np.int64]) -> list[int]:
    found: list[int] = np.diff(values, prepend=0).tolist()
    return found


def compress(body: bytes, *, thorough: bool) -> Feed:
    """`thorough` is for bytes that will be served many times."""
    return Feed(
        etag=f'"{hashlib.sha256(body).hexdigest()[:24]}"',
        bodies={
            "br": brotli.compress(body, quality=9 if thorough else 4),
            "gzip": gzip.compress(body, compresslevel=9 if thorough else 5, mtime=0),
            "identity": body,
        },
    )
