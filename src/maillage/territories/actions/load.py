"""Bring the shipped Code officiel géographique into the database.

Sources and licences of the files: docs/donnees.md. The functions take the model classes, so that the
data migration can give them the ones of its time.
"""

import csv
import gzip
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps as live_apps
from django.db import connections, transaction

from maillage.territories.queries.memory import forget

DATA_DIR = Path(__file__).resolve().parents[1] / "data"
CONTOUR_SOURCE = "IGN Admin Express, INSEE (Licence Ouverte 2.0), contours simplifiés"
MAX_PARAMETERS = 30_000  # SQLite takes 32 766 in one statement since 3.32
_TEXT = ("name", "kind", "department_code", "region_code", "parent_code", "siren", "postal_codes")


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """Rows written (created, changed or removed) by kind; all zero when nothing had to change."""

    municipalities: int
    former_codes: int
    groupings: int
    memberships: int
    contours: int


def load_territories(*, apps: Any = live_apps, using: str = "default") -> LoadSummary:
    """Make communes, former codes, groupings and shipped contours equal to the files. Idempotent.

    Contours that came from elsewhere (`import_contours`) are left alone.
    """
    rows = list(read_csv("municipalities"))
    with transaction.atomic(using=using):
        summary = LoadSummary(
            municipalities=_load_municipalities(_Table(apps, "Municipality", using), rows),
            former_codes=_load_former_codes(_Table(apps, "FormerCode", using)),
            groupings=_load_groupings(_Table(apps, "Grouping", using)),
            memberships=_load_memberships(apps, using, rows),
            contours=_load_contours(_Table(apps, "Contour", using)),
        )
        _remove_gone(_Table(apps, "Municipality", using), rows)
    forget()
    return summary


def read_csv(name: str) -> Iterator[dict[str, str]]:
    """Rows of a shipped table."""
    text = gzip.decompress((DATA_DIR / f"{name}.csv.gz").read_bytes()).decode("utf-8")
    return csv.DictReader(io.StringIO(text))


def read_contours() -> dict[str, dict[str, Any]]:
    """Shipped GeoJSON geometries by commune code (Île-de-France)."""
    contours: dict[str, dict[str, Any]] = json.loads(
        gzip.decompress((DATA_DIR / "contours.json.gz").read_bytes())
    )
    return contours


class _Table:
    """A model's table, written with few long statements: 35 000 objects through the ORM take 5 s."""

    def __init__(self, apps: Any, model: str, using: str, through: str = "") -> None:
        model_class = apps.get_model("territories", model)
        if through:
            model_class = getattr(model_class, through).through
        self.rows = model_class.objects.using(using)
        self.name: str = model_class._meta.db_table
        self.connection = connections[using]

    def upsert(
        self, columns: Sequence[str], key: Sequence[str], rows: list[tuple[Any, ...]]
    ) -> int:
        """Insert the rows; those whose key is known take the new values."""
        quote = self.connection.ops.quote_name
        names = ", ".join(map(quote, columns))
        changed = [quote(column) for column in columns if column not in key]
        then = f"UPDATE SET {', '.join(f'{name} = EXCLUDED.{name}' for name in changed)}"
        one_row = f"({', '.join(['%s'] * len(columns))})"
        size = MAX_PARAMETERS // len(columns)
        with self.connection.cursor() as cursor:
            for start in range(0, len(rows), size):
                chunk = rows[start : start + size]
                cursor.execute(
                    f"INSERT INTO {quote(self.name)} ({names}) "  # noqa: S608  (names are ours)
                    f"VALUES {', '.join([one_row] * len(chunk))} "
                    f"ON CONFLICT ({', '.join(map(quote, key))}) "
                    f"DO {then if changed else 'NOTHING'}",
                    [value for row in chunk for value in row],
                )
        return len(rows)


def _load_municipalities(table: _Table, rows: list[dict[str, str]]) -> int:
    columns = ("code", *_TEXT, "population", "lon", "lat")
    known = set(table.rows.values_list(*columns))
    wanted = [
        (
            row["code"],
            *(row[name] for name in _TEXT),
            int(row["population"]) if row["population"] else None,
            float(row["lon"]) if row["lon"] else None,
            float(row["lat"]) if row["lat"] else None,
        )
        for row in rows
    ]
    return table.upsert(columns, ["code"], [row for row in wanted if row not in known])


def _load_former_codes(table: _Table) -> int:
    columns = ("code", "name", "municipality_id")
    known = set(table.rows.values_list(*columns))
    wanted = [(row["code"], row["name"], row["municipality"]) for row in read_csv("former_codes")]
    return table.upsert(columns, ["code"], [row for row in wanted if row not in known])


def _load_groupings(table: _Table) -> int:
    columns = ("kind", "code", "name")
    known = set(table.rows.values_list(*columns))
    wanted = [tuple(row[column] for column in columns) for row in read_csv("groupings")]
    alive = {(kind, code) for kind, code, _name in wanted}
    gone = [(kind, code) for kind, code, _name in known if (kind, code) not in alive]
    for kind, code in gone:
        table.rows.filter(kind=kind, code=code).delete()
    new = [row for row in wanted if row not in known]
    return table.upsert(columns, ["kind", "code"], new) + len(gone)


def _load_memberships(apps: Any, using: str, rows: list[dict[str, str]]) -> int:
    """Members of EPCI and EPT; those of departments and regions are told by the communes' own codes."""
    ids = {
        (kind, code): pk
        for pk, kind, code in _Table(apps, "Grouping", using).rows.values_list("id", "kind", "code")
    }
    wanted = {
        (ids[kind, row[kind]], row["code"]) for row in rows for kind in ("epci", "ept") if row[kind]
    }
    table = _Table(apps, "Grouping", using, through="members")
    columns = ("grouping_id", "municipality_id")
    known = {(grouping, code): pk for pk, grouping, code in table.rows.values_list("id", *columns)}
    gone = [pk for pair, pk in known.items() if pair not in wanted]
    for start in range(0, len(gone), 500):
        table.rows.filter(id__in=gone[start : start + 500]).delete()
    new = sorted(wanted - known.keys())
    return table.upsert(columns, columns, new) + len(gone)


def _load_contours(table: _Table) -> int:
    contours = read_contours()
    columns = ("municipality_id", "source", "geometry")
    known = {code: rest for code, *rest in table.rows.values_list(*columns)}
    stale = [
        (code, CONTOUR_SOURCE, json.dumps(geometry, separators=(",", ":")))
        for code, geometry in contours.items()
        if known.get(code, [CONTOUR_SOURCE])[0] == CONTOUR_SOURCE
        and known.get(code) != [CONTOUR_SOURCE, geometry]
    ]
    return table.upsert(columns, ["municipality_id"], stale)


def _remove_gone(table: _Table, rows: list[dict[str, str]]) -> None:
    """Communes of an older COG: their codes are among the former codes by now."""
    present = {row["code"] for row in rows}
    gone = [code for code in table.rows.values_list("code", flat=True) if code not in present]
    for start in range(0, len(gone), 500):
        table.rows.filter(code__in=gone[start : start + 500]).delete()
