"""Every open directory in a DCAT catalogue (https://www.w3.org/TR/vocab-dcat-3/), with the fields that data.gouv.fr harvests.

A public body gives the address of this file once; its data set, its files and their dates are then kept up to date.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from maillage.api.lib import licence
from maillage.api.lib.shelf import Dump

if TYPE_CHECKING:
    from rdflib import Graph

_EU = "http://publications.europa.eu/resource/authority"
_IANA = "https://www.iana.org/assignments/media-types/"
_SPDX = "http://spdx.org/rdf/terms#"


@dataclass(frozen=True, slots=True)
class File:
    """A way to take a directory away; `dump` tells its size and its checksum when it is a file of the night."""

    code: str
    title: str
    url: str
    media_type: str
    format: str
    conforms_to: str = ""
    dump: Dump | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A directory in the catalogue. `bounds`: west, south, east, north."""

    url: str
    title: str
    description: str
    authority: str
    website: str
    contact_url: str
    since: date
    modified: datetime
    bounds: tuple[float, float, float, float] | None
    files: list[File]


def catalogue(base_url: str, opened: Iterable[Opened]) -> "Graph":
    import rdflib  # noqa: PLC0415  (loaded only when a graph is written)
    from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF  # noqa: PLC0415

    graph = rdflib.Graph()
    for prefix, address in (("spdx", _SPDX), ("vcard", "http://www.w3.org/2006/vcard/ns#")):
        graph.bind(prefix, rdflib.Namespace(address))
    writer = _Writer(graph, rdflib)
    node = rdflib.URIRef(f"{base_url}/api/v1/catalogue")
    publisher = rdflib.URIRef(f"{base_url}/#editeur")
    writer.say(publisher, (RDF.type, FOAF.Agent), (FOAF.name, "Maillage"))
    writer.say(
        node,
        (RDF.type, DCAT.Catalog),
        (DCTERMS.title, writer.french("Annuaires de l'économie sociale et solidaire")),
        (
            DCTERMS.description,
            writer.french("Les annuaires que des collectivités publient avec Maillage."),
        ),
        (DCTERMS.publisher, publisher),
        (DCTERMS.language, rdflib.URIRef(f"{_EU}/language/FRA")),
        (DCTERMS.license, rdflib.URIRef(licence.URL)),
        (FOAF.homepage, rdflib.URIRef(f"{base_url}/")),
    )
    for one in opened:
        writer.say(node, (DCAT.dataset, writer.data_set(one)))
    return graph


class _Writer:
    """Adds data sets and their files to a graph."""

    def __init__(self, graph: "Graph", rdf: Any) -> None:
        from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, XSD  # noqa: PLC0415

        self.graph, self.rdf = graph, rdf
        self.dcat, self.dcterms, self.foaf, self.type, self.xsd = DCAT, DCTERMS, FOAF, RDF.type, XSD
        self.spdx = rdf.Namespace(_SPDX)
        self.vcard = rdf.Namespace("http://www.w3.org/2006/vcard/ns#")

    def say(self, subject: Any, *said: tuple[Any, Any]) -> None:
        for predicate, value in said:
            known = isinstance(value, self.rdf.term.Node)
            self.graph.add((subject, predicate, value if known else self.rdf.Literal(value)))

    def french(self, text: str) -> Any:
        return self.rdf.Literal(text, lang="fr")

    def uri(self, address: str) -> Any:
        return self.rdf.URIRef(address)

    def data_set(self, one: Opened) -> Any:
        node, dcat, terms = self.uri(f"{one.url}#donnees"), self.dcat, self.dcterms
        publisher = self.uri(f"{one.url}#collectivite")
        self.say(publisher, (self.type, self.foaf.Organization), (self.foaf.name, one.authority))
        if one.website:
            self.say(publisher, (self.foaf.homepage, self.uri(one.website)))
        contact = self.uri(f"{one.url}#contact")
        self.say(
            contact,
            (self.type, self.vcard.Organization),
            (self.vcard.fn, one.authority),
            (self.vcard.hasURL, self.uri(one.contact_url)),
        )
        period = self.uri(f"{one.url}#periode")
        self.say(
            period,
            (self.type, terms.PeriodOfTime),
            (dcat.startDate, one.since),
            (dcat.endDate, max(one.since, one.modified.date())),
        )
        self.say(
            node,
            (self.type, dcat.Dataset),
            (terms.identifier, one.url),
            (terms.title, self.french(one.title)),
            (terms.description, self.french(one.description)),
            (terms.publisher, publisher),
            (dcat.contactPoint, contact),
            (terms.license, self.uri(licence.URL)),
            (terms.issued, one.since),
            (terms.modified, one.modified),
            (terms.temporal, period),
            (terms.accrualPeriodicity, self.uri(f"{_EU}/frequency/DAILY")),
            (terms.language, self.uri(f"{_EU}/language/FRA")),
            (dcat.landingPage, self.uri(one.url)),
            *((dcat.keyword, self.french(word)) for word in _KEYWORDS),
            *((dcat.theme, self.uri(f"{_EU}/data-theme/{code}")) for code in ("ECON", "SOCI")),
        )
        if one.bounds:
            place = self.uri(f"{one.url}#territoire")
            self.say(place, (self.type, terms.Location), (dcat.bbox, self._box(one.bounds)))
            self.say(node, (terms.spatial, place))
        for file in one.files:
            self.say(node, (dcat.distribution, self.distribution(one, file)))
        return node

    def distribution(self, one: Opened, file: File) -> Any:
        node, dcat, terms = self.uri(f"{one.url}#{file.code}"), self.dcat, self.dcterms
        self.say(
            node,
            (self.type, dcat.Distribution),
            (terms.identifier, f"{one.url}#{file.code}"),
            (terms.title, self.french(file.title)),
            (dcat.accessURL, self.uri(one.url)),
            (dcat.downloadURL, self.uri(file.url)),
            (dcat.mediaType, self.uri(f"{_IANA}{file.media_type}")),
            (terms["format"], self.uri(f"{_EU}/file-type/{file.format}")),
            (terms.license, self.uri(licence.URL)),
            (terms.modified, file.dump.made_at if file.dump else one.modified),
        )
        if file.conforms_to:
            self.say(node, (terms.conformsTo, self.uri(file.conforms_to)))
        if file.dump:
            checksum = self.uri(f"{one.url}#{file.code}-sha256")
            self.say(
                checksum,
                (self.type, self.spdx.Checksum),
                (self.spdx.algorithm, self.spdx.checksumAlgorithm_sha256),
                (
                    self.spdx.checksumValue,
                    self.rdf.Literal(file.dump.sha256, datatype=self.xsd.hexBinary),
                ),
            )
            size = self.rdf.Literal(file.dump.size, datatype=self.xsd.nonNegativeInteger)
            self.say(node, (dcat.byteSize, size), (self.spdx.checksum, checksum))
        return node

    def _box(self, bounds: tuple[float, float, float, float]) -> Any:
        west, south, east, north = bounds
        corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
        ring = ", ".join(f"{lon} {lat}" for lon, lat in corners)
        wkt = self.uri("http://www.opengis.net/ont/geosparql#wktLiteral")
        return self.rdf.Literal(f"POLYGON(({ring}))", datatype=wkt)


_KEYWORDS = (
    "économie sociale et solidaire",
    "associations",
    "coopératives",
    "insertion",
    "annuaire",
)
