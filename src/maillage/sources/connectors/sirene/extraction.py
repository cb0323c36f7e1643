"""The territory's establishments and their legal units, extracted by one scan of each file.

Tables in DuckDB, every column text under the short names of `columns`: `place` (establishments of the
perimeter, open and closed) and `unit` (their legal units, of the ESS or not).
"""

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage.sources.connectors.base import Progress, SourceError
from maillage.sources.connectors.sirene import engine
from maillage.sources.connectors.sirene.columns import ESTABLISHMENTS, UNITS, Layout
from maillage.sources.connectors.sirene.inputs import Input, quote
from maillage.territories.queries import find_municipality, resolve_code

if TYPE_CHECKING:
    import duckdb

WHOLE = frozenset(("13055", "69123", "75056"))
JOINED_AT_LEAST = 0.1  # a truncated file of units still joins; two unrelated files hardly ever


@dataclass(frozen=True, slots=True)
class Area:
    """Communes of the perimeter: codes of today, codes a file may carry for them, postal codes."""

    codes: frozenset[str]
    file_codes: frozenset[str]
    postal_codes: frozenset[str]


def identifier(name: str) -> str:
    """An SQL name."""
    return '"' + name.replace('"', '""') + '"'


def listed(values: Iterable[str]) -> str:
    """SQL strings for `IN (…)`; no value gives `NULL`, which nothing equals."""
    return ", ".join(quote(value) for value in sorted(values)) or "NULL"


def select_list(layout: Layout, found: dict[str, str]) -> str:
    """Columns under their short names: text, trimmed, blanks and `[ND]` as NULL."""
    parts = []
    for short in layout.required | layout.optional:
        if short in found:
            column = f"trim({identifier(found[short])}::VARCHAR)"
            parts.append(f"nullif(nullif({column}, ''), '[ND]') AS {short}")
        else:
            parts.append(f"NULL::VARCHAR AS {short}")
    return ", ".join(parts)


def extract_places(
    connection: "duckdb.DuckDBPyConnection", source: Input, found: dict[str, str], area: Area
) -> Generator[Progress, None, int]:
    """Fill `place`. Returns the number of rows of the file that are elsewhere.

    Rows without a commune code stay when their postal code is one of the territory: they can't be
    placed, but they have to be told.
    """
    code = identifier(found["municipality_code"])
    siret = identifier(found["siret"])
    inside = f"{code} IN ({listed(area.file_codes)})"
    if "postal_code" in found and area.postal_codes:
        postal = identifier(found["postal_code"])
        blank = f"({code} IS NULL OR {code} IN ('', '[ND]'))"
        inside += f" OR ({blank} AND {postal} IN ({listed(area.postal_codes)}))"
    connection.execute("SET enable_profiling = 'no_output'")
    yield from engine.run(
        connection,
        f"CREATE TEMP TABLE place AS SELECT {select_list(ESTABLISHMENTS, found)}, "  # noqa: S608
        f"left(trim({siret}::VARCHAR), 9) AS siren FROM {source.relation} WHERE {inside}",
        source.name,
        (0.0, 0.6),
    )
    total = source.rows if source.rows is not None else engine.rows_scanned(connection)
    connection.execute("PRAGMA disable_profiling")
    if total is None:
        total = count(connection, f"SELECT count(*) FROM {source.relation}")  # noqa: S608
    _resolve_codes(connection, area)
    return total - count(connection, "SELECT count(*) FROM place")


def _resolve_codes(connection: "duckdb.DuckDBPyConnection", area: Area) -> None:
    """Former codes become today's; Paris, Lyon and Marseille as a whole become an arrondissement."""
    combos = connection.execute(
        "SELECT DISTINCT municipality_code, postal_code, town FROM place "  # noqa: S608
        f"WHERE municipality_code NOT IN ({listed(area.codes)})"
    ).fetchall()
    for combo in combos:
        code, postal_code, town = combo
        whole = code in WHOLE
        today = find_municipality(town or "", postal_code or "") if whole else resolve_code(code)
        where = " AND ".join(
            f"{name} IS NOT DISTINCT FROM ?"
            for name in ("municipality_code", "postal_code", "town")
        )
        if today in area.codes:
            update = f"UPDATE place SET municipality_code = ? WHERE {where}"  # noqa: S608
            connection.execute(update, [today, *combo])
        else:
            connection.execute(f"DELETE FROM place WHERE {where}", list(combo))  # noqa: S608


def extract_units(
    connection: "duckdb.DuckDBPyConnection", source: Input, found: dict[str, str]
) -> Generator[Progress, None, None]:
    """Fill `unit`. Raises `SourceError` when the two files are not of one stock."""
    siren = identifier(found["siren"])
    yield from engine.run(
        connection,
        f"CREATE TEMP TABLE unit AS SELECT {select_list(UNITS, found)} FROM {source.relation} "  # noqa: S608
        f"WHERE {siren}::VARCHAR IN (SELECT siren FROM place)",
        source.name,
        (0.6, 0.9),
    )
    wanted = count(connection, "SELECT count(DISTINCT siren) FROM place")
    matched = count(connection, "SELECT count(DISTINCT siren) FROM unit")
    if wanted and matched < wanted * JOINED_AT_LEAST:
        share = f"{matched} seulement ont leur" if matched else "aucun n'a son"
        raise SourceError(
            f"Les deux fichiers ne vont pas ensemble : sur les {wanted} SIREN des établissements du "
            f"territoire, {share} unité légale dans « {source.name} ». Prenez les deux fichiers "
            "Sirene du même mois."
        )


def count(connection: "duckdb.DuckDBPyConnection", sql: str) -> int:
    """The one number that a query answers."""
    return int((connection.execute(sql).fetchone() or (0,))[0])
