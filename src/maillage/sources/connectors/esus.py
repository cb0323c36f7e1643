"""National list of the companies approved « entreprise solidaire d'utilité sociale » (Trésor, XLSX).

Code du travail, article L3332-17-1: an approval lasts five years, two for a young company. Dates are
taken from the list and never worked out. It completes what the directory knows and creates nothing.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import ClassVar

from maillage.core.tabular import cells
from maillage.sources.connectors.base import (
    Issue,
    Item,
    LabelRecord,
    Outside,
    ReadContext,
    SourceRecord,
)
from maillage.sources.connectors.listing import (
    Line,
    Listing,
    RefusedError,
    date_option,
    known_sirens,
)

COLUMNS: dict[str, tuple[str, ...]] = {
    "siren": ("siren", "n_siren", "numero_siren", "siret", "n_siret"),
    "valid_from": (
        "date_de_l_agrement", "date_d_agrement", "date_agrement", "date_de_debut", "date_debut",
        "date_de_debut_d_agrement", "date_de_debut_de_l_agrement", "date_de_delivrance", "date_de_decision",
    ),
    "valid_to": (
        "date_de_fin_d_agrement", "date_de_fin_de_l_agrement", "date_de_fin", "date_fin", "fin_d_agrement",
        "date_d_echeance", "date_de_fin_de_validite", "date_d_expiration", "echeance",
    ),
    "number": ("numero_d_agrement", "n_d_agrement", "numero"),
}  # fmt: skip


class EsusConnector:
    """File: `file`."""

    key: ClassVar[str] = "esus"
    label: ClassVar[str] = "Entreprises solidaires d'utilité sociale (ESUS)"
    source: ClassVar[str] = "direction générale du Trésor, liste nationale des agréments ESUS"

    def source_date(self, context: ReadContext) -> date | None:
        return date_option(context)

    def read(self, context: ReadContext) -> Iterator[Item]:
        listing = Listing(
            context.files["file"], COLUMNS, ("siren",), "la liste nationale des agréments ESUS"
        )
        listing.guess("valid_to", r"(^|_)(fin|echeance|expiration|validite|jusqu)")
        listing.guess("valid_from", r"^date|(^|_)debut")
        if "valid_to" not in listing:
            yield Issue(
                "fin-inconnue",
                "Aucune colonne ne dit la fin des agréments : ils seront tenus pour valables.",
                severity="warning",
            )
        known, outside = known_sirens(), Counter[str]()
        for item in listing.lines():
            if not isinstance(item, Line):
                yield item
                continue
            reserves: list[Issue] = []
            try:
                record = _record(item, reserves)
            except RefusedError as refusal:
                yield refusal.issue
                continue
            if record.siren in known:
                yield from reserves
                yield record
            else:
                outside["inconnues de l'annuaire"] += 1
        for reason, count in outside.items():
            yield Outside(count, reason)


def _record(line: Line, reserves: list[Issue]) -> SourceRecord:
    siren = line.needed("siren", cells.siret_or_siren)[1]
    if not siren:
        raise RefusedError(line.issue("siren-absent", "La ligne n'a pas de SIREN."))
    start = line.wanted("valid_from", cells.date, reserves)
    end = line.wanted("valid_to", cells.date, reserves)
    if start and end and end < start:
        reserves.append(
            line.issue("dates-inversees", "La fin de l'agrément précède son début.", reserve=True)
        )
        start = None
    label = LabelRecord(
        "lab-esus",
        identifier=cells.text(line["number"])[:60],
        valid_from=start.isoformat() if start else None,
        valid_to=end.isoformat() if end else None,
        proof="Liste nationale des agréments ESUS, direction générale du Trésor",
    )
    return SourceRecord(siren=siren, labels=(label,), line=line.number)
