"""Our axes as SKOS concept schemes (https://www.w3.org/TR/skos-reference/), tied to ESSGLOBAL where it is sure.

ESSGLOBAL (RIPESS, http://purl.org/essglobal/) is the vocabulary of the maps of the solidarity economy.
"""

from datetime import date
from typing import TYPE_CHECKING, Any

from maillage.api.lib import licence
from maillage.api.lib.crosswalks import essglobal
from maillage.structures.enums import Axis, Family
from maillage.structures.models import Term

if TYPE_CHECKING:
    from rdflib import Graph

ESSGLOBAL = "http://purl.org/essglobal/standard/"
MEDIA_TYPES = {"ttl": "text/turtle; charset=utf-8", "jsonld": "application/ld+json; charset=utf-8"}
_FAMILY = "Famille de l'économie sociale et solidaire"


def uri_of(base_url: str, code: str) -> str:
    """For ever: codes are never used again."""
    return f"{base_url}/api/v1/taxonomies#{code}"


class _Writer:
    """Adds schemes and concepts to a graph."""

    def __init__(self, base_url: str) -> None:
        import rdflib  # noqa: PLC0415  (loaded only when a graph is written)
        from rdflib.namespace import DCTERMS, RDF, SKOS  # noqa: PLC0415

        self.rdf, self.skos, self.dcterms, self.type = rdflib, SKOS, DCTERMS, RDF.type
        self.base_url = base_url
        self.graph = rdflib.Graph()
        self.graph.bind("essglobal", rdflib.Namespace(ESSGLOBAL))
        self.graph.bind("maillage", rdflib.Namespace(uri_of(base_url, "")))

    def at(self, code: str) -> Any:
        return self.rdf.URIRef(uri_of(self.base_url, code))

    def french(self, text: str) -> Any:
        return self.rdf.Literal(text, lang="fr")

    def add(self, subject: Any, predicate: Any, value: Any) -> None:
        self.graph.add((subject, predicate, value))

    def scheme(self, code: str, label: str) -> Any:
        node = self.at(code)
        self.add(node, self.type, self.skos.ConceptScheme)
        self.add(node, self.skos.prefLabel, self.french(label))
        self.add(node, self.dcterms.title, self.french(label))
        self.add(node, self.dcterms.license, self.rdf.URIRef(licence.URL))
        return node

    def concept(self, code: str, label: str, within: Any, *, parent: str = "") -> Any:
        node, skos = self.at(code), self.skos
        self.add(node, self.type, skos.Concept)
        self.add(node, skos.inScheme, within)
        self.add(node, skos.notation, self.rdf.Literal(code))
        self.add(node, skos.prefLabel, self.french(label))
        if parent:
            self.add(node, skos.broader, self.at(parent))
            self.add(self.at(parent), skos.narrower, node)
        else:
            self.add(node, skos.topConceptOf, within)
            self.add(within, skos.hasTopConcept, node)
        for relation, known in essglobal().get(code, []):
            self.add(node, skos[relation], self.rdf.URIRef(f"{ESSGLOBAL}{known}"))
        return node

    def ended(self, node: Any) -> None:
        self.add(node, self.rdf.OWL.deprecated, self.rdf.Literal(True))


def taxonomies(base_url: str, today: date) -> "Graph":
    """One scheme by axis and one for the families of the law."""
    writer = _Writer(base_url)
    schemes = {axis: writer.scheme(f"axe-{axis}", _title(str(axis.label))) for axis in Axis}
    for term in Term.objects.select_related("parent").order_by("axis", "position", "code"):
        parent = term.parent.code if term.parent else ""
        node = writer.concept(term.code, term.label, schemes[Axis(term.axis)], parent=parent)
        if term.definition:
            writer.add(node, writer.skos.definition, writer.french(term.definition))
        if term.ended_on and term.ended_on <= today:
            writer.ended(node)
    families = writer.scheme("axe-family", _FAMILY)
    for family in Family:
        writer.concept(f"fam-{family}", _title(str(family.label)), families)
    return writer.graph


def _title(label: str) -> str:
    return label[:1].upper() + label[1:]


def written(graph: "Graph", extension: str) -> bytes:
    """The graph in Turtle (`ttl`) or JSON-LD (`jsonld`), always in the same order."""
    if extension == "ttl":
        return graph.serialize(format="turtle", encoding="utf-8")
    return graph.serialize(format="json-ld", encoding="utf-8", auto_compact=True, indent=1)
