"""Read files of population by DuckDB: INSEE's gridded data (200 m), or counts by group typed by somebody.

The grid is « Données carroyées » (Filosofi): `idcar_200m` or `idcar_nat` names the square by the projection and
the south-west corner, `lcog_geo` its communes end to end, `ind` its people, `ind_0_3` … `ind_80p` their ages.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pyproj import Transformer

if TYPE_CHECKING:
    import duckdb

_SQUARE = re.compile(r"CRS(\d{4,5})RES(\d{1,5})mN(-?\d{1,8})E(-?\d{1,8})")
# LAEA Europe and the legal projections overseas.
_KNOWN_CRS = {3035, 2154, 2972, 2975, 4471, 5490}
# Ages 0 to 24: no other group of ours falls on the file's bands (« 0 à 3 ans » is not under three, nor « 80 et plus » 75).
_UNDER_25 = ("ind_0_3", "ind_4_5", "ind_6_10", "ind_11_17", "ind_18_24")
COUNT_COLUMNS = ("code", "groupe", "annee", "effectif", "source")
_MEMORY = "512MB"
_LONGEST = 200


class PopulationFileError(Exception):
    """The file as a whole can't be read. The message is one French sentence."""


@dataclass(frozen=True, slots=True)
class Square:
    """`communes` are the codes that the file gives, in its order. Points are WGS84."""

    code: str
    communes: tuple[str, ...]
    lon: float
    lat: float
    people: float
    groups: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Read:
    """`refused`: rows that can't be used, each with its reason."""

    rows: list[Any] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def is_grid(path: Path) -> bool:
    """Whether the file is the grid; False for counts by group. Raises for anything else."""
    with _open(path) as (_connection, _relation, columns):
        known = set(columns)
    if known & {"idcar_200m", "idcar_nat"}:
        missing = {"lcog_geo", "ind"} - known
        if not missing:
            return True
        raise PopulationFileError(
            f"« {path.name} » : la colonne {' et '.join(sorted(missing))} manque aux carreaux."
        )
    if set(COUNT_COLUMNS) <= known:
        return False
    raise PopulationFileError(
        f"« {path.name} » n'a ni les colonnes des carreaux de l'Insee (idcar_200m, lcog_geo, ind), "
        f"ni celles d'un tableau d'effectifs ({', '.join(COUNT_COLUMNS)})."
    )


def read_squares(path: Path, codes: Collection[str]) -> Read:
    """Squares that name one of these communes, with people. Out of memory: a national file is filtered by DuckDB."""
    read = Read()
    with _open(path) as (connection, relation, columns):
        name = "idcar_200m" if "idcar_200m" in columns else "idcar_nat"
        ages = [column for column in _UNDER_25 if column in columns]
        ages = ages if len(ages) == len(_UNDER_25) else []
        wanted = ", ".join(f"TRY_CAST({columns[column]} AS DOUBLE)" for column in ("ind", *ages))
        sql = (
            f"SELECT CAST({columns[name]} AS VARCHAR), CAST({columns['lcog_geo']} AS VARCHAR) AS told, "  # noqa: S608  (names are quoted)
            f"{wanted} FROM {relation} WHERE list_has_any(regexp_extract_all(told, '[0-9AB]{{5}}'), ?)"
        )
        for square, told, people, *bands in _rows(connection, sql, [sorted(codes)], path):
            _add_square(read, square, told, people, bands)
    _place(read)
    return read


def _add_square(read: Read, square: Any, told: str, people: Any, bands: list[Any]) -> None:
    """As a corner to be placed with the others; the reason when it can't be used."""
    shape = _SQUARE.fullmatch(str(square or ""))
    if shape is None or int(shape[1]) not in _KNOWN_CRS:
        read.refused.append(f"« {str(square)[:40]} » n'est pas un identifiant de carreau lisible.")
    elif people is None or not np.isfinite(people) or people < 0:
        read.refused.append(f"{square} : le nombre de personnes n'est pas lisible.")
    elif people > 0:
        groups = {}
        if bands and all(band is not None and 0 <= band <= people + 1 for band in bands):
            groups = {"under_25": round(min(sum(bands), people), 3)}
        communes = tuple(re.findall(r"[0-9AB]{5}", told))
        half = int(shape[2]) / 2
        corner = (int(shape[1]), int(shape[4]) + half, int(shape[3]) + half)
        read.rows.append((corner, str(square), communes, float(people), groups))


def _place(read: Read) -> None:
    """Corners become squares placed by their centre, in WGS84."""
    placed: list[Square] = []
    for crs in sorted({row[0][0] for row in read.rows}):
        rows = [row for row in read.rows if row[0][0] == crs]
        east, north = (np.array([row[0][axis] for row in rows], float) for axis in (1, 2))
        lon, lat = Transformer.from_crs(crs, 4326, always_xy=True).transform(east, north)
        for at, (_corner, code, communes, people, groups) in enumerate(rows):
            if not (np.isfinite(lon[at]) and np.isfinite(lat[at])):
                read.refused.append(f"{code} : ce carreau n'est nulle part.")
                continue
            point = (round(float(lon[at]), 5), round(float(lat[at]), 5))
            placed.append(Square(code, communes, *point, people, groups))
    read.rows = placed


def read_counts(path: Path) -> list[dict[str, str]]:
    """Rows of the table as texts, in its order; `COUNT_COLUMNS` are the keys."""
    with _open(path) as (connection, relation, columns):
        names = ", ".join(f"CAST({columns[name]} AS VARCHAR)" for name in COUNT_COLUMNS)
        rows = _rows(connection, f"SELECT {names} FROM {relation}", [], path)  # noqa: S608  (quoted)
        return [
            dict(
                zip(
                    COUNT_COLUMNS,
                    (" ".join((cell or "").split())[:_LONGEST] for cell in row),
                    strict=True,
                )
            )
            for row in rows
        ]


class _open:  # noqa: N801  (a context manager, used as a function)
    """A connection, the SQL that scans the file, and its columns: lower-case name → quoted name."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> "tuple[duckdb.DuckDBPyConnection, str, dict[str, str]]":
        import duckdb  # noqa: PLC0415  (heavy)

        path = self.path
        if not path.is_file():
            raise PopulationFileError(f"« {path.name} » est introuvable.")
        if not path.stat().st_size:
            raise PopulationFileError(f"« {path.name} » est vide.")
        self.connection = duckdb.connect(
            config={"memory_limit": _MEMORY, "autoinstall_known_extensions": False}
        )
        name = "'" + str(path).replace("'", "''") + "'"
        with path.open("rb") as stream:
            is_parquet = stream.read(4) == b"PAR1"
        relation = (
            f"read_parquet({name})"
            if is_parquet
            else f"read_csv({name}, header=true, all_varchar=true, strict_mode=true)"
        )
        try:
            found = self.connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()  # noqa: S608  (quoted)
        except duckdb.Error as error:
            self.connection.close()
            kind = "fichier Parquet" if is_parquet else "CSV en UTF-8"
            raise PopulationFileError(
                f"« {path.name} » n'est pas un {kind} lisible : retéléchargez-le."
            ) from error
        columns = {row[0].strip().lower(): '"' + row[0].replace('"', '""') + '"' for row in found}
        return self.connection, relation, columns

    def __exit__(self, *_error: object) -> None:
        self.connection.close()


def _rows(
    connection: "duckdb.DuckDBPyConnection", sql: str, values: list[Any], path: Path
) -> Iterator[tuple[Any, ...]]:
    import duckdb  # noqa: PLC0415  (heavy)

    try:
        result = connection.execute(sql, values)
        while chunk := result.fetchmany(5_000):
            yield from chunk
    except duckdb.Error as error:
        raise PopulationFileError(
            f"« {path.name} » est abîmé : une ligne ne se lit pas."
        ) from error
