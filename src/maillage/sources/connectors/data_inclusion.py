"""Structures of data.inclusion (JSON or CSV), schemas v0 and v1.

Most of them are public services. A structure is taken when the directory knows its SIREN, or when the
source itself says that it is an association, an inclusion structure or the bearer of a label of ours;
the others are counted.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from maillage.core.tabular import cells
from maillage.sources.connectors.base import (
    EstablishmentRecord,
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
    fold,
    known_sirens,
)
from maillage.sources.connectors.places import Locator, point_fields
from maillage.sources.connectors.siae import AIMS, AUDIENCES, LABELS
from maillage.sources.connectors.table.communes import Said
from maillage.sources.connectors.wording import readable_name

COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id",),
    "source": ("source",),
    "name": ("nom",),
    "siret": ("siret",),
    "rna": ("rna",),
    "kind": ("typologie",),
    "networks": ("reseaux_porteurs", "labels_nationaux"),
    "description": ("description", "presentation_detail"),
    "summary": ("presentation_resume",),
    "address": ("adresse",),
    "postal_code": ("code_postal",),
    "town": ("commune",),
    "municipality_code": ("code_insee",),
    "lon": ("longitude",),
    "lat": ("latitude",),
    "phone": ("telephone",),
    "email": ("courriel",),
    "website": ("site_web",),
}
# Networks and typologies that are one of our labels, beside the kinds of inclusion structures.
NETWORKS = {
    "espaces-publics-numeriques": "lab-epn",
    "etcld": "lab-ebe",
    "fabrique-de-territoire": "lab-ft",
    "fabriques-de-territoire": "lab-ft",
    "fcsf": "lab-cs",
    "france-service": "lab-fs",
    "france-services": "lab-fs",
    "mjc": "lab-mjc",
    "ressourceries": "lab-res",
}
ASSOCIATION = "ASSO"
PUBLIC_LABELS = frozenset({"lab-fs", "lab-epn"})  # communes hold them too: no proof of the ESS


class DataInclusionConnector:
    """File: `file`, the structures (not the services)."""

    key: ClassVar[str] = "data_inclusion"
    label: ClassVar[str] = "data.inclusion"
    source: ClassVar[str] = "data.inclusion (plateforme de l'inclusion)"

    def source_date(self, context: ReadContext) -> date | None:
        return date_option(context)

    def read(self, context: ReadContext) -> Iterator[Item]:
        what = "un fichier de structures de data.inclusion"
        listing = Listing(context.files["file"], COLUMNS, ("id", "source", "name"), what)
        reader = _Reader(context.perimeter)
        for item in listing.lines():
            if isinstance(item, Line):
                yield from reader.items(item)
            else:
                yield item
        for reason, count in reader.outside.items():
            yield Outside(count, reason)


class _Reader:
    def __init__(self, perimeter: frozenset[str]) -> None:
        self.locator = Locator(perimeter)
        self.known = known_sirens()
        self.outside: Counter[str] = Counter()

    def items(self, line: Line) -> Iterator[Item]:
        reserves: list[Issue] = []
        try:
            record = self._record(line, reserves)
        except RefusedError as refusal:
            yield refusal.issue
            return
        if record:
            yield from reserves
            yield record

    def _record(self, line: Line, reserves: list[Issue]) -> SourceRecord | None:
        point = line.wanted_point(reserves)
        postal_code = line.quiet("postal_code", cells.postal_code)
        said = Said(line["municipality_code"], cells.text(line["town"]), postal_code, point=point)
        code = self.locator.code(said, line)
        if not code:
            self.outside["hors du périmètre"] += 1
            return None
        siret, siren = line.wanted("siret", cells.siret_or_siren, reserves) or ("", "")
        rna = line.wanted("rna", cells.rna, reserves) or ""
        labels, terms = _labels(line)
        said_ess = rna or line["kind"].upper() == ASSOCIATION or (set(labels) - PUBLIC_LABELS)
        if not said_ess and siren not in self.known:
            self.outside["rien ne dit qu'elles sont de l'ESS"] += 1
            return None
        name = readable_name(cells.text(line["name"]))
        if not name:
            raise RefusedError(line.issue("nom-absent", "La structure n'a pas de nom."))
        address = cells.text(line["address"])[:250]
        place = {"address": address, "postal_code": postal_code, "municipality_code": code}
        return SourceRecord(
            siren=siren,
            rna=rna,
            fields={"name": name[:250], **_contacts(line, reserves)},
            terms=terms,
            labels=tuple(
                LabelRecord(label, siret=siret, proof=f"data.inclusion, {line['source']}")
                for label in labels
            ),
            establishments=(
                EstablishmentRecord(siret, place | point_fields(point, address, "data.inclusion")),
            ),
            line=line.number,
        )


def _contacts(line: Line, reserves: list[Issue]) -> dict[str, Any]:
    """Description and ways to reach the structure; what is empty is not said."""
    description = cells.paragraphs(line["description"]) or cells.paragraphs(line["summary"])
    found = {
        "description": description[:10_000],
        "website": line.wanted("website", cells.url, reserves),
        "email": line.wanted("email", cells.email, reserves),
        "phone": line.wanted("phone", cells.phone, reserves),
    }
    return {name: value for name, value in found.items() if value}


def _labels(line: Line) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Labels and terms that the typology and the networks stand for."""
    words = [line["kind"], *line["networks"].replace("|", ",").strip("[]{}").split(",")]
    kinds = [fold(word).replace("_", "-") for word in words if word.strip()]
    labels: dict[str, None] = {}
    terms: dict[str, None] = {}
    for kind in kinds:
        upper = kind.upper()
        label = LABELS.get(upper) or NETWORKS.get(kind)
        if label:
            labels[label] = None
        for term in (AIMS.get(upper), AUDIENCES.get(upper)):
            if term:
                terms[term] = None
    return tuple(labels), tuple(terms)
