"""The whole directory of a space in one file: every format, its schema, its licence and its sources."""

import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format

from maillage.api.exports import data_inclusion, streams, taxonomies
from maillage.api.lib import licence
from maillage.api.queries.records import records
from maillage.core.backup.make import snapshot
from maillage.core.tabular import writing
from maillage.core.tabular.geopackage import write_gpkg
from maillage.core.tabular.schema import DIALECT, table_schema
from maillage.directory.exports import COLUMNS, layers, members, rows
from maillage.directory.lib.criteria import DirectoryFilters
from maillage.directory.lib.selection import Selection
from maillage.directory.queries.addresses import addresses
from maillage.directory.queries.matching import matching
from maillage.sources.queries.credits import credited
from maillage.spaces.models import Space


def write_dump(path: Path, space: Space, *, now: datetime) -> int:
    """Write the zip; the number of structures. One instant of the database, constant memory.

    Raises OSError when it can't be written.
    """
    one_instant = nullcontext() if connection.in_atomic_block else snapshot()
    with one_instant, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        selection = matching(space, DirectoryFilters(), now=now).selection
        for name, chunks in _parts(space, selection, now):
            info = zipfile.ZipInfo(name, timezone.localtime(now).timetuple()[:6])
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            with archive.open(info, "w", force_zip64=True) as entry:
                for chunk in chunks:
                    entry.write(chunk)
        return len(selection)


def _parts(
    space: Space, selection: Selection, now: datetime
) -> Iterator[tuple[str, Iterable[bytes]]]:
    base = settings.BASE_URL

    def table() -> Iterator[dict[str, Any]]:
        return rows(space, selection, base)

    source = data_inclusion.source_of(space)
    yield "LISEZMOI.txt", [read_me(space, len(selection), now).encode()]
    yield "annuaire.csv", writing.csv_chunks(table(), COLUMNS)
    yield (
        "annuaire.geojson",
        writing.geojson_chunks(
            table(), COLUMNS, lon="longitude", lat="latitude", members=members(space, base)
        ),
    )
    yield "annuaire.gpkg", _geopackage(space, selection)
    for name, read in (
        ("structures", data_inclusion.structures),
        ("services", data_inclusion.services),
    ):
        kept = (
            one
            for one in read(records(table()), source)
            if not isinstance(one, data_inclusion.Left)
        )
        yield f"data-inclusion/{name}.json", streams.array(kept)
    graph = taxonomies.taxonomies(base, timezone.localdate(now))
    yield "taxonomies.ttl", [taxonomies.written(graph, "ttl")]
    yield "schema-annuaire.json", [_json(table_schema(COLUMNS, key="id"))]
    yield "datapackage.json", [_json(package(space, now))]


def _geopackage(space: Space, selection: Selection) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR, prefix=".gpkg-") as folder:
        file = Path(folder) / "annuaire.gpkg"
        write_gpkg(file, layers(space, selection, settings.BASE_URL))
        with file.open("rb") as written:
            while block := written.read(io.DEFAULT_BUFFER_SIZE * 16):
                yield block


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def sources(space: Space) -> list[dict[str, str]]:
    """Each source in force: how to name it, its licence, the date of its data."""
    return [
        {
            "title": credit.name,
            "producer": credit.producer,
            "licence": credit.licence or "à demander au producteur",
            "path": credit.url,
            "date": state.source_date.isoformat() if state.source_date else "",
        }
        for state, credit in credited(space)
    ]


def package(space: Space, now: datetime) -> dict[str, Any]:
    """A Data Package (https://specs.frictionlessdata.io/data-package/) that names the table and its schema."""
    return {
        "profile": "data-package",
        "name": f"annuaire-{space.slug}",
        "title": f"Annuaire de l'économie sociale et solidaire : {space.name}",
        "homepage": f"{settings.BASE_URL}{addresses(space.slug).list}",
        "created": now.isoformat(timespec="seconds"),
        "licenses": [{"name": licence.SPDX, "title": licence.NAME, "path": licence.URL}],
        "contributors": [{"title": space.authority, "role": "publisher"}],
        "sources": [
            {name: one[name] for name in ("title", "path") if one[name]} for one in sources(space)
        ],
        "resources": [
            {
                "name": "annuaire",
                "path": "annuaire.csv",
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8-sig",
                "dialect": DIALECT,
                "schema": table_schema(COLUMNS, key="id"),
            }
        ],
    }


def read_me(space: Space, count: int, now: datetime) -> str:
    """What the file holds, whom to name, under which licence; for people."""
    told = sources(space)
    listed = "\n".join(
        f"- {one['title']} ({one['producer']}){_dated(one['date'])}. Licence : {one['licence']}."
        for one in told
    )
    invented = (
        "\nCet espace est une démonstration : ses structures sont inventées.\n"
        if space.is_demo
        else ""
    )
    day = date_format(timezone.localtime(now), "j F Y")
    return f"""Annuaire de l'économie sociale et solidaire : {space.name}
État du {day} : {count} structure{"s" if count > 1 else ""} publiée{"s" if count > 1 else ""}.
{invented}
Ce que contient ce fichier
- annuaire.csv : une ligne par structure (séparateur point-virgule, UTF-8) ; schema-annuaire.json dit chaque colonne.
- annuaire.geojson, annuaire.gpkg : les mêmes lignes avec leur point (WGS84).
- data-inclusion/ : structures et services au format data·inclusion v1.
- taxonomies.ttl : secteurs, publics, labels et rôles (SKOS).
- datapackage.json : le tout, décrit pour un programme.

Licence
{licence.NAME} : {licence.URL}
Citez « {space.authority} » et la date ci-dessus.

Sources de ces données
{listed or "- Aucun import appliqué."}
- Communes, codes et populations : Insee, Code officiel géographique. Licence : {licence.NAME}.

Ce qui manque
Une adresse, un point ou un contact que la structure ne montre pas à tous n'est pas ici.
"""


def _dated(day: str) -> str:
    return f", données du {day}" if day else ""
