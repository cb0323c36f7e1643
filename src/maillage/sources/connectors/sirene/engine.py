"""DuckDB, out of core: what does not fit in memory spills under `MAILLAGE_VAR_DIR`."""

import json
import re
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maillage.sources.connectors.base import Progress, SourceError

if TYPE_CHECKING:
    import duckdb

if TYPE_CHECKING:
    Connection = duckdb.DuckDBPyConnection

MEMORY = "1GB"
THREADS = 2
_LINE = re.compile(r"CSV Error on Line: (\d+)")


@contextmanager
def connected(workdir: Path) -> "Iterator[duckdb.DuckDBPyConnection]":
    """An in-memory database with bounded memory, whose spilled pages go to `workdir`."""
    import duckdb  # noqa: PLC0415  (heavy)

    settings: dict[str, Any] = {
        "memory_limit": MEMORY,
        "threads": THREADS,
        "temp_directory": str(workdir),
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        # A CSV's size in rows is unknown to DuckDB: left to guess, it would hold the national file
        # in memory as the small side of a join.
        "disabled_optimizers": "build_side_probe_side",
    }
    with duckdb.connect(config=settings) as connection:
        yield connection


def run(
    connection: "duckdb.DuckDBPyConnection", sql: str, name: str, span: tuple[float, float]
) -> Generator[Progress, None, None]:
    """Execute a long statement over the file `name`, telling the progress between the ends of `span`."""
    import duckdb  # noqa: PLC0415  (heavy)

    start, end = span
    with ThreadPoolExecutor(max_workers=1) as pool:
        future = pool.submit(connection.execute, sql)
        try:
            while True:
                try:
                    future.result(timeout=0.5)
                    break
                except TimeoutError:
                    share = max(0.0, connection.query_progress()) / 100
                    yield Progress(start + (end - start) * min(1.0, share))
        except duckdb.Error as error:
            raise SourceError(_sentence(error, name)) from error
        finally:
            if not future.done():
                connection.interrupt()
    yield Progress(end)


def _sentence(error: Exception, name: str) -> str:
    text = str(error)
    found = _LINE.search(text)
    where = f" (ligne {found.group(1)})" if found else ""
    if "unicode" in text.lower() or "utf-8" in text.lower():
        return f"Le fichier « {name} » n'est pas en UTF-8, comme l'est Sirene{where}."
    if "Expected Number of Columns" in text or "unterminated quote" in text.lower():
        return (
            f"Le fichier « {name} » est abîmé ou coupé{where} : une ligne n'a pas toutes ses colonnes. "
            "Retéléchargez-le."
        )
    if "No space left" in text or "max_temp_directory_size" in text:
        return f"Le disque est plein : la lecture de « {name} » a été arrêtée."
    if "Out of Memory" in text:
        return f"La mémoire ne suffit pas pour lire « {name} » : prenez le fichier Parquet."
    return f"Le fichier « {name} » est abîmé{where} : il n'a pas pu être lu jusqu'au bout. Retéléchargez-le."


def rows_scanned(connection: "duckdb.DuckDBPyConnection") -> int | None:
    """Rows the last statement read from its file; None when DuckDB does not say."""
    try:
        profile = json.loads(connection.get_profiling_information())
    except (ValueError, TypeError, RuntimeError):
        return None
    return _scanned(profile)


def _scanned(node: Any) -> int | None:
    if isinstance(node, dict):
        if isinstance(found := node.get("rows_scanned"), int) and found:
            return found
        children: Any = node.get("children") or node.get("operator") or []
    else:
        children = node
    counts = [count for child in children if (count := _scanned(child))]
    return max(counts, default=None)
