"""Reads the two Sirene stock files for a territory."""

import itertools
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.utils import timezone

from maillage.sources.connectors.base import (
    Issue,
    Item,
    Outside,
    Progress,
    ReadContext,
    SourceError,
)
from maillage.sources.connectors.listing import date_option, known_sirens
from maillage.sources.connectors.membership import REASONS, TAKEN
from maillage.sources.connectors.sirene import engine, judging
from maillage.sources.connectors.sirene.columns import ESTABLISHMENTS, UNITS
from maillage.sources.connectors.sirene.extraction import (
    WHOLE,
    Area,
    extract_places,
    extract_units,
)
from maillage.sources.connectors.sirene.inputs import open_input
from maillage.sources.connectors.sirene.records import Builder, with_points
from maillage.structures.queries.perimeter import load_perimeter
from maillage.territories.models import FormerCode, Municipality

TOLD_EVERY = 1_000
LEFT_AFTER = 86_400  # seconds


class SireneConnector:
    """Files: `units` and `establishments`. Option `date`: day of the stock, ISO.

    A structure comes with its establishments in the perimeter, open ones only when the directory does
    not know it yet; its head office is flagged when it is one of them.
    """

    key: ClassVar[str] = "sirene"
    label: ClassVar[str] = "Base Sirene"
    source: ClassVar[str] = "Insee, base Sirene"

    def source_date(self, context: ReadContext) -> date | None:
        return date_option(context)

    def read(self, context: ReadContext) -> Iterator[Item]:
        """Items come by SIREN, after the counts. Raises `SourceError` before the first record."""
        for option in ("units", "establishments"):
            if option not in context.files:
                raise SourceError(f"Il manque le fichier de l'option --{option}.")
        _sweep(Path(settings.VAR_DIR))
        with tempfile.TemporaryDirectory(prefix="sirene-", dir=settings.VAR_DIR) as folder:
            workdir = Path(folder)
            establishments = open_input(context.files["establishments"], workdir)
            found_places = ESTABLISHMENTS.find(establishments.columns, establishments.name, UNITS)
            units = open_input(context.files["units"], workdir)
            found_units = UNITS.find(units.columns, units.name, ESTABLISHMENTS)
            with engine.connected(workdir) as connection:
                area = _area(context.perimeter)
                elsewhere = yield from extract_places(
                    connection, establishments, found_places, area
                )
                if elsewhere:
                    yield Outside(elsewhere, "établissements hors du territoire")
                yield from extract_units(connection, units, found_units)
                tables = load_perimeter()
                judging.judge(connection, tables, known_sirens())
                yield from _told(connection)
                yield from _records(connection, Builder(tables, timezone.localdate()))


def _sweep(folder: Path) -> None:
    """Remove what a killed reading left behind: an unzipped stock weighs nine gigabytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("sirene-*"):
        if left.is_dir() and time.time() - left.stat().st_mtime > LEFT_AFTER:
            shutil.rmtree(left, ignore_errors=True)


def _area(perimeter: frozenset[str]) -> Area:
    former = FormerCode.objects.filter(municipality_id__in=perimeter)
    wholes = {
        code
        for code, prefix in zip(sorted(WHOLE), ("132", "693", "751"), strict=True)
        if any(member.startswith(prefix) for member in perimeter)
    }
    postal_codes = Municipality.objects.filter(code__in=perimeter).values_list(
        "postal_codes", flat=True
    )
    return Area(
        codes=perimeter,
        file_codes=perimeter | set(former.values_list("code", flat=True)) | wholes,
        postal_codes=frozenset(code for codes in postal_codes for code in codes.split()),
    )


def _told(connection: "engine.Connection") -> Iterator[Item]:
    """What is left out: counted, and told row by row when somebody may want to look into it."""
    for verdict, number in sorted(judging.counts(connection).items()):
        if verdict in REASONS:
            yield Outside(number, REASONS[verdict])
    for batch in judging.rows(connection, "no_unit"):
        for row in batch:
            yield Issue(
                "unite_absente",
                f"L'établissement {row['p_siret']} n'a pas d'unité légale dans le fichier : sa forme et "
                "son nom sont inconnus.",
                excerpt=row["p_siret"],
            )
    for batch in judging.rows(connection, "no_municipality"):
        for row in batch:
            yield Issue(
                "commune_absente",
                f"L'établissement {row['p_siret']} n'a pas de code de commune (code postal "
                f"{row['p_postal_code']}) : sa commune n'est pas devinée.",
                excerpt=row["p_siret"],
            )


def _records(connection: "engine.Connection", builder: Builder) -> Iterator[Item]:
    total = judging.counts(connection).get(TAKEN, 0)
    done = told = 0
    batches = judging.rows(connection, TAKEN)
    rows = itertools.chain.from_iterable(with_points(batch) for batch in batches)
    for _, group in itertools.groupby(rows, key=lambda row: row["siren"]):
        members = list(group)
        record = builder.record(members)
        yield from builder.issues
        builder.issues.clear()
        if record:
            yield record
        done += len(members)
        if done - told >= TOLD_EVERY:
            told = done
            yield Progress(0.9 + 0.1 * done / total)
