"""Inclusion structures: the ASP's list (one row per measure) and the export of the Marché de l'inclusion.

Approvals are per establishment: each row gives a label to a SIRET, rows of one SIRET are joined. Being
an inclusion structure does not make a company one of the ESS: the status is derived from other facts.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
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
from maillage.sources.connectors.listing import Line, Listing, RefusedError, date_option
from maillage.sources.connectors.places import Locator, point_fields
from maillage.sources.connectors.table.communes import Said
from maillage.sources.connectors.wording import readable_name
from maillage.structures.queries.perimeter import Perimeter, load_perimeter

COLUMNS: dict[str, tuple[str, ...]] = {
    "siret": ("siret", "siret_actualise", "structure_siret_actualise", "structure_siret"),
    "kind": ("mesure", "kind", "type", "type_de_siae", "type_siae", "dispositif", "structure_mesure"),
    "name": ("name", "denomination", "raison_sociale", "nom", "nom_structure", "structure_denomination"),
    "brand": ("brand", "enseigne", "nom_commercial"),
    "naf": ("naf", "code_naf", "ape", "code_ape"),
    "address": ("address", "adresse", "adresse_structure"),
    "postal_code": ("post_code", "code_postal", "cp"),
    "town": ("city", "commune", "ville", "libelle_commune"),
    "municipality_code": ("insee_code", "code_insee", "code_commune", "code_insee_commune"),
    "lon": ("longitude", "lon"),
    "lat": ("latitude", "lat"),
    "website": ("website", "site_web", "site_internet"),
    "description": ("description",),
}  # fmt: skip
LABELS = {
    "EI": "lab-siae-ei", "AI": "lab-siae-ai", "ACI": "lab-siae-aci", "ETTI": "lab-siae-etti",
    "EITI": "lab-siae-eiti", "GEIQ": "lab-geiq", "EA": "lab-ea", "EATT": "lab-eatt", "ESAT": "lab-esat",
    "SEP": "lab-sep", "EBE": "lab-ebe",
}  # fmt: skip
# What these kinds are for, by law: work for people kept from it, or for disabled people.
AIMS = dict.fromkeys(("EI", "AI", "ACI", "ETTI", "EITI", "GEIQ", "EBE"), "us-l1")
AUDIENCES = dict.fromkeys(("EA", "EATT", "ESAT"), "pub-personnes-en-situation-de-handicap")


@dataclass(slots=True)
class _Place:
    """The rows of one SIRET."""

    siret: str
    line: int
    fields: dict[str, Any]
    kinds: dict[str, None] = field(default_factory=dict)


class SiaeConnector:
    """File: `file`, in either layout."""

    key: ClassVar[str] = "siae"
    label: ClassVar[str] = "Structures d'insertion (ASP, Marché de l'inclusion)"
    source: ClassVar[str] = "ASP et Marché de l'inclusion"

    def source_date(self, context: ReadContext) -> date | None:
        return date_option(context)

    def read(self, context: ReadContext) -> Iterator[Item]:
        required = ("siret", "kind")
        listing = Listing(
            context.files["file"], COLUMNS, required, "une liste de structures d'insertion"
        )
        reader = _Reader(context.perimeter)
        for item in listing.lines():
            if isinstance(item, Line):
                yield from reader.take(item)
            else:
                yield item
        yield from reader.records()
        for reason, count in reader.outside.items():
            yield Outside(count, reason)


class _Reader:
    def __init__(self, perimeter: frozenset[str]) -> None:
        self.locator = Locator(perimeter)
        self.tables: Perimeter = load_perimeter()
        self.outside: Counter[str] = Counter()
        self.places: dict[str, _Place] = {}
        # What the first row of a SIREN says of the structure, wherever that row is: two territories
        # that share a structure must not take turns to rename it.
        self.heads: dict[str, dict[str, Any]] = {}

    def take(self, line: Line) -> Iterator[Issue]:
        """Keep a row of the territory. A wrong SIRET is refused wherever the row is."""
        reserves: list[Issue] = []
        try:
            siret = _siret(line)
            kind = _kind(line)
            if siret[:9] not in self.heads:
                self.heads[siret[:9]] = _structure(line, reserves)
            point = line.wanted_point(reserves)
            said = Said(
                code=line["municipality_code"],
                name=cells.text(line["town"]),
                postal_code=line.quiet("postal_code", cells.postal_code),
                point=point,
            )
            code = self.locator.code(said, line)
        except RefusedError as refusal:
            yield refusal.issue
            return
        if not code:
            self.outside["hors du périmètre"] += 1
            return
        known = self.places.get(siret)
        if known:
            known.kinds[kind] = None
            return
        fields = _place(line, code)
        fields |= point_fields(point, fields["address"], "Marché de l'inclusion")
        self.places[siret] = _Place(siret, line.number, fields, {kind: None})
        yield from reserves

    def records(self) -> Iterator[SourceRecord]:
        """One record per SIREN, in the order of the file; the first row names the structure."""
        by_siren: dict[str, list[_Place]] = {}
        for place in self.places.values():
            by_siren.setdefault(place.siret[:9], []).append(place)
        for siren, places in by_siren.items():
            head = self.heads[siren]
            kinds = dict.fromkeys(kind for place in places for kind in place.kinds)
            sector = self.tables.sector("NAFRev2", head.get("activity_code", ""))
            found = (
                sector,
                *(AIMS.get(k, "") for k in kinds),
                *(AUDIENCES.get(k, "") for k in kinds),
            )
            labels = tuple(
                LabelRecord(LABELS[kind], siret=place.siret, proof=f"Liste des {kind}")
                for place in places
                for kind in place.kinds
            )
            yield SourceRecord(
                siren=siren,
                fields=head,
                terms=tuple(dict.fromkeys(term for term in found if term)),
                main_sector=sector,
                labels=labels,
                establishments=tuple(EstablishmentRecord(p.siret, p.fields) for p in places),
                line=places[0].line,
            )


def _siret(line: Line) -> str:
    siret = line.needed("siret", cells.siret)
    if not siret:
        raise RefusedError(line.issue("siret-absent", "La ligne n'a pas de SIRET."))
    return siret


def _structure(line: Line, reserves: list[Issue]) -> dict[str, Any]:
    legal = cells.text(line["name"])
    found: dict[str, Any] = {
        "name": readable_name(cells.text(line["brand"]) or legal)[:250],
        "legal_name": legal[:250],
        "website": line.wanted("website", cells.url, reserves),
        "description": cells.paragraphs(line["description"])[:10_000],
    }
    if activity := _activity(line["naf"]):
        found |= {"activity_code": activity, "activity_nomenclature": "NAFRev2"}
    return {name: value for name, value in found.items() if value}


def _place(line: Line, code: str) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "address": cells.text(line["address"])[:250],
        "postal_code": line.quiet("postal_code", cells.postal_code),
        "municipality_code": code,
    }
    if brand := cells.text(line["brand"]):
        fields["name"] = readable_name(brand)[:250]
    return fields


def _kind(line: Line) -> str:
    """`ACI_DC` → `ACI`: the ASP writes the measure, the Marché its kind."""
    kind = cells.text(line["kind"]).upper().split("_")[0].split(" ")[0]
    if kind not in LABELS:
        raise RefusedError(
            line.issue("genre-inconnu", f"Le genre « {line['kind']} » n'est pas connu.")
        )
    return kind


def _activity(code: str) -> str:
    """`5621Z` → `56.21Z`."""
    bare = code.replace(".", "").replace(" ", "").upper()
    return f"{bare[:2]}.{bare[2:]}" if len(bare) == 5 and bare[:4].isdigit() else ""
