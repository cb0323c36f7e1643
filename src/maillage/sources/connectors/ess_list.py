"""« Liste des entreprises de l'ESS » published by ESS France on data.gouv.fr (8 columns, by SIREN).

It completes what the directory knows and creates nothing: it names 1.1 million legal units, most of
which have neither employee nor address in the list. A structure that leaves the list keeps the fact
until an agent or a later source says otherwise.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import ClassVar

from maillage.core.tabular import cells
from maillage.sources.connectors.base import Item, Outside, ReadContext, SourceRecord
from maillage.sources.connectors.listing import (
    Line,
    Listing,
    RefusedError,
    date_option,
    known_sirens,
)

COLUMNS = {
    "siren": ("siren",),
    "family": ("famille_juridique_de_l_entreprise", "famille_juridique"),
}


class EssListConnector:
    """File: `file`."""

    key: ClassVar[str] = "ess_list"
    label: ClassVar[str] = "Liste des entreprises de l'ESS"
    source: ClassVar[str] = "ESS France, liste des entreprises de l'ESS"

    def source_date(self, context: ReadContext) -> date | None:
        return date_option(context)

    def read(self, context: ReadContext) -> Iterator[Item]:
        what = "la liste des entreprises de l'ESS"
        listing = Listing(context.files["file"], COLUMNS, ("siren", "family"), what)
        known, outside, seen = known_sirens(), Counter[str](), set[str]()
        for item in listing.lines():
            if not isinstance(item, Line):
                yield item
                continue
            try:
                siren = item.needed("siren", cells.siren)
            except RefusedError as refusal:
                yield refusal.issue
                continue
            if not siren:
                yield item.issue("siren-absent", "La ligne n'a pas de SIREN.")
            elif siren not in known:
                outside["inconnues de l'annuaire"] += 1
            elif siren not in seen:
                seen.add(siren)
                yield SourceRecord(siren=siren, fields={"in_ess_list": True}, line=item.number)
        for reason, count in outside.items():
            yield Outside(count, reason)
