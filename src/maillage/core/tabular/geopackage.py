"""Tables with shapes as one GeoPackage (OGC 12-128), which every GIS reads. Written by GDAL, through pyogrio.

Points and outlines are WGS84 (EPSG:4326), longitude first. A row without a shape has a null geometry. The same rows
give the same bytes: the date that GDAL writes is fixed.
"""

import datetime as dt
import itertools
import struct
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from maillage.core.tabular.writing import CONTROLS, Column, Row, plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

GPKG_TYPE = "application/geopackage+sqlite3"
_BLOCK = 5_000  # rows held at once
_DATES = {"OGR_CURRENT_DATE": "2000-01-01T00:00:00.000Z"}
_EMPTY = {"integer": np.int64, "number": np.float64, "boolean": np.bool_}


@dataclass(frozen=True, slots=True)
class Layer:
    """`shape` gives a row's geometry as WKB, or None; `geometry` is its type in the OGC's words."""

    name: str
    columns: list[Column]
    rows: Iterable[Row]
    shape: Callable[[Row], bytes | None]
    geometry: str = "Point"


def point(lon: Any, lat: Any) -> bytes | None:
    """WKB of a point, five decimals; None when it is not known."""
    if lon is None or lat is None:
        return None
    return struct.pack("<BIdd", 1, 1, round(float(lon), 5), round(float(lat), 5))


def outlined(geometry: dict[str, Any]) -> bytes:
    """WKB of a GeoJSON polygon, simple or multiple: always a multiple one, as a layer wants one type."""
    import shapely  # noqa: PLC0415
    from shapely.geometry import shape  # noqa: PLC0415

    drawn = shape(geometry)
    if drawn.geom_type == "Polygon":
        drawn = shapely.MultiPolygon([drawn])
    return bytes(shapely.to_wkb(drawn))


def gpkg_file(layers: Iterable[Layer]) -> IO[bytes]:
    """Write the layers to a temporary file, ready to be read from its start. Memory stays constant."""
    with tempfile.TemporaryDirectory(prefix="gpkg-") as folder:
        path = Path(folder) / "layers.gpkg"
        write_gpkg(path, layers)
        return path.open("rb")  # still readable once its name is gone


def write_gpkg(path: Path, layers: Iterable[Layer]) -> None:
    """The same, at `path`. Raises OSError when the file can't be written."""
    write = _writer()
    for layer in layers:
        for number, rows in enumerate(_blocks(layer.rows)):
            shapes = np.array([layer.shape(row) for row in rows] + [None], dtype=object)[:-1]
            held = [_values(rows, column) for column in layer.columns]
            try:
                write(
                    str(path),
                    shapes,
                    [values for values, _missing in held],
                    [column.name for column in layer.columns],
                    field_mask=[missing for _values, missing in held],
                    layer=layer.name,
                    geometry_type=layer.geometry,
                    crs="EPSG:4326",
                    driver="GPKG",
                    append=number > 0,
                )
            except Exception as error:  # pyogrio's own errors name neither the disk nor the path
                raise OSError(f"GeoPackage : {error}") from error


@cache
def _writer() -> Callable[..., None]:
    import pyogrio  # noqa: PLC0415  (GDAL is loaded only when a GeoPackage is written)
    from pyogrio.raw import write  # noqa: PLC0415

    pyogrio.set_gdal_config_options(_DATES)
    return write  # type: ignore[no-any-return]


def _blocks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """At least one block, so that an empty layer exists with its columns."""
    left = iter(rows)
    first = True
    while (block := list(itertools.islice(left, _BLOCK))) or first:
        first = False
        yield block


def _values(rows: list[Row], column: Column) -> "tuple[NDArray[Any], NDArray[np.bool_]]":
    """A column as GDAL takes it, and which of its values are null."""
    cells = [row.get(column.name) for row in rows]
    missing = np.array([cell is None or cell == "" for cell in cells], dtype=bool)
    if column.kind in _EMPTY:
        kind = _EMPTY[column.kind]
        held = [0 if empty else cell for cell, empty in zip(cells, missing, strict=True)]
        return np.array(held, dtype=kind), missing
    if column.kind == "date":
        days = [None if empty else _day(cell) for cell, empty in zip(cells, missing, strict=True)]
        return np.array(days, dtype="datetime64[D]"), missing
    texts = ["" if empty else _text(cell) for cell, empty in zip(cells, missing, strict=True)]
    return np.array([*texts, ""], dtype=object)[:-1], missing


def _day(cell: Any) -> str:
    day: dt.date = cell.date() if isinstance(cell, dt.datetime) else cell
    return day.isoformat()


def _text(cell: Any) -> str:
    shown = plain(cell)
    return CONTROLS.sub("", shown) if isinstance(shown, str) else str(shown)
