"""The year's register of decisions, as a table."""

import csv
from io import StringIO

from maillage.moderation.queries.restrictions import Tally, decisions_of, tallies
from maillage.spaces.models import Space

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _cell(value: object) -> str:
    """A text that a spreadsheet never takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def register_csv(space: Space, year: int) -> str:
    """Counts by kind, an empty line, then each decision on a notice, a report or a content. Semicolons, BOM."""
    out = StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [
            "Sorte",
            "Reçues",
            "Acceptées",
            "Refusées",
            "Retirées",
            "En attente",
            "Délai médian (jours)",
        ]
    )
    for row in tallies(space, year):
        writer.writerow([_cell(value) for value in _values(row)])
    writer.writerow([])
    writer.writerow(
        ["Date", "Nature", "Structure", "Suite", "Date de la suite", "Motif ou fondement"]
    )
    for line in decisions_of(space, year):
        writer.writerow([_cell(value) for value in line])
    return out.getvalue()


def _values(row: Tally) -> list[object]:
    return [row.kind, row.received, row.accepted, row.refused, row.withdrawn, row.waiting, row.days]
