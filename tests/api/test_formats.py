"""Murmurations, schema.org, SKOS, Table Schema: each read back by a reader that is not ours."""

import csv
import io
import json
from pathlib import Path

import frictionless
import pytest
from jsonschema import Draft7Validator
from rdflib import OWL, RDF, SKOS, Graph, Literal, Namespace, URIRef

from maillage.api.lib.crosswalks import essglobal, lines
from maillage.api.views import formats
from maillage.core import journal
from maillage.directory.queries.sheet import structure_sheet
from maillage.structures.actions.indexing import reindex
from maillage.structures.enums import Family
from maillage.structures.models import Term
from tests.api.conftest import body_of
from tests.factories import NOW, Cast, make_establishment, make_structure, make_term, tag

# rdflib's own reader of JSON-LD uses a class that rdflib calls old.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),
]
V1 = "/api/v1"
SDO = Namespace("https://schema.org/")
DATA = Path(__file__).parents[1] / "data"
PROFILE = Draft7Validator(json.loads((DATA / "murmurations_organization.json").read_text()))


def test_murmurations_profiles_are_valid_and_listed(cafe, cast: Cast, client, read, settings):
    bare = make_structure("Sans rien", family="", siren=None)
    make_establishment(bare, siret=None, address="", postal_code="", lon=None, lat=None)
    entries = {one["name"]: one for one in read("murmurations.json")}
    assert set(entries) == {"Café des Possibles", "Sans rien"}
    profiles = {}
    for name, entry in entries.items():
        path = entry["profile_url"].removeprefix(settings.BASE_URL)
        profiles[name] = client.get(path).json()
        assert list(PROFILE.iter_errors(profiles[name])) == []
    full = profiles["Café des Possibles"]
    assert full == {
        "linked_schemas": ["organizations_schema-v1.0.0"],
        "name": "Café des Possibles",
        "nickname": "CDP",
        "primary_url": "https://cafe.example/",
        "tags": [
            "Atelier vélo",
            "Agrément ESUS",
            "Atelier et chantier d'insertion (ACI)",
            "Maison des jeunes et de la culture (MJC)",
            "association",
        ],
        "urls": [
            {
                "name": "Fiche de l'annuaire",
                "url": f"{settings.BASE_URL}/val-de-bievre/structures/{cafe.slug}/",
            },
            {"url": "https://mamot.fr/@cafe"},
        ],
        "description": "Un café associatif où l'on répare aussi des vélos.",
        "status": "active",
        "full_address": "1 rue de la République, 93100 Montreuil, France",
        "country_iso_3166": "FR",
        "contact_details": {"email": "bonjour@cafe.example.org"},
        "telephone": "01 48 00 00 01",
        "unique_id": cafe.siren,
        "geolocation": {"lon": 2.44123, "lat": 48.86123},
        "starts_at": 1336089600,
    }
    assert "tags" not in profiles["Sans rien"]
    assert profiles["Sans rien"]["unique_id"] == entries["Sans rien"]["profile_url"]


def test_a_profile_is_that_of_a_published_structure(cafe, cast: Cast, client):
    away = make_structure("Ailleurs")
    make_establishment(away, municipality_code="75056")
    reindex()
    journal.tick("structures")
    for number in (away.pk, 10**15, 0):
        answer = client.get(f"{V1}/spaces/{cast.space.slug}/murmurations/{number}.json")
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.one_engine
def test_the_judge_of_profiles_refuses():
    assert not PROFILE.is_valid({"name": "Sans schéma"})
    assert not PROFILE.is_valid({"linked_schemas": ["organizations"], "name": "x"})
    good = {"linked_schemas": ["organizations_schema-v1.0.0"], "name": "x"}
    assert PROFILE.is_valid(good)
    assert not PROFILE.is_valid(good | {"status": "ended"})
    assert not PROFILE.is_valid(good | {"geolocation": {"lat": 91, "lon": 2}})


def test_structures_are_linked_data_page_by_page(cafe, cast: Cast, client, read, monkeypatch):
    monkeypatch.setattr(formats, "PAGE_SIZE", 2)
    for number in range(4):
        make_structure(f"Lieu {number}", in_space=cast.space)
    read("structures.jsonld")
    path, graph, pages = f"{V1}/spaces/{cast.space.slug}/structures.jsonld", Graph(), 0
    while path:
        answer = client.get(path)
        assert answer["Content-Type"] == "application/ld+json; charset=utf-8"
        graph.parse(data=answer.content, format="json-ld")
        pages += 1
        links = dict(
            reversed(link.strip().split("; ")) for link in answer.get("Link", "").split(",") if link
        )
        path = links.get('rel="next"', "").strip("<>")
    assert pages == 3
    assert len(set(graph.subjects(RDF.type, SDO.NGO))) == 5
    assert {int(count) for count in graph.objects(None, SDO.numberOfItems)} == {5}
    (me,) = graph.subjects(SDO.name, Literal("Café des Possibles"))
    assert str(me).endswith(f"/val-de-bievre/structures/{cafe.slug}/")
    identifiers = {
        str(graph.value(one, SDO.propertyID)): str(graph.value(one, SDO.value))
        for one in graph.objects(me, SDO.identifier)
    }
    assert identifiers == {"SIREN": cafe.siren, "SIRET": cafe.establishments.get().siret}
    assert graph.value(me, SDO.iso6523Code) == Literal(f"0002:{cafe.siren}")
    place = graph.value(me, SDO.location)
    assert graph.value(graph.value(place, SDO.geo), SDO.latitude).toPython() == 48.86123
    assert str(graph.value(graph.value(place, SDO.address), SDO.postalCode)) == "93100"
    offer = graph.value(me, SDO.makesOffer)
    assert graph.value(graph.value(offer, SDO.itemOffered), SDO.name) == Literal("Atelier vélo")
    assert set(graph.objects(me, SDO.sameAs)) == {
        URIRef("https://cafe.example/"),
        URIRef("https://mamot.fr/@cafe"),
    }
    (member,) = [graph.value(one, SDO.name) for one in graph.objects(me, SDO.memberOf)]
    assert member == Literal("Maison des jeunes et de la culture (MJC)")
    held = {str(graph.value(one, SDO.name)) for one in graph.objects(me, SDO.hasCertification)}
    assert held == {"Agrément ESUS", "Atelier et chantier d'insertion (ACI)"}
    beyond = client.get(f"{V1}/spaces/{cast.space.slug}/structures.jsonld?page=4")
    assert (beyond.status_code, beyond.json()["detail"]) == (
        404,
        "Il y a 3 pages : celle-ci n'existe pas.",
    )


def test_a_page_says_the_same_in_its_script(cafe, cast: Cast, read):
    (item,) = read("structures.jsonld")["mainEntity"]["itemListElement"]
    told = json.loads(structure_sheet(cast.space, cafe.slug, now=NOW).json_ld)
    alike = (
        "@id", "@type", "url", "name", "alternateName", "description", "identifier", "iso6523Code",
        "foundingDate", "telephone", "email", "sameAs", "knowsAbout", "hasCertification",
        "memberOf", "makesOffer",
    )  # fmt: skip
    assert {name: told.get(name) for name in alike} == {name: item.get(name) for name in alike}
    graph = Graph().parse(data=json.dumps(told | {"@context": formats.linked_data.CONTEXT}), format="json-ld")  # fmt: skip
    assert (URIRef(told["@id"]), RDF.type, SDO.NGO) in graph
    page = graph.value(URIRef(told["@id"]), SDO.mainEntityOfPage)
    assert graph.value(page, SDO.dateModified) is not None


def test_taxonomies_are_skos(client, settings):
    old = make_term("role", "rol-fini", "Fini", ended_on="2020-01-01")
    graph = Graph().parse(data=client.get(f"{V1}/taxonomies.ttl").content, format="turtle")
    other = Graph().parse(data=client.get(f"{V1}/taxonomies.jsonld").content, format="json-ld")
    assert set(graph) == set(other)
    at = Namespace(f"{settings.BASE_URL}/api/v1/taxonomies#")
    concepts = set(graph.subjects(RDF.type, SKOS.Concept))
    assert len(concepts) == Term.objects.count() + len(Family)
    for one in concepts:
        assert len(list(graph.objects(one, SKOS.inScheme))) == 1
        assert [label.language for label in graph.objects(one, SKOS.prefLabel)] == ["fr"]
        tops, broader = list(graph.objects(one, SKOS.topConceptOf)), list(graph.objects(one, SKOS.broader))  # fmt: skip
        assert len(tops) + len(broader) == 1
        for above in broader:
            assert above in concepts
            assert (above, SKOS.narrower, one) in graph
    assert (at["sec-hab"], SKOS.exactMatch, URIRef("http://purl.org/essglobal/standard/activities/a12")) in graph  # fmt: skip
    assert (at["sec-ali-03"], SKOS.broader, at["sec-ali"]) in graph
    assert (at[old.code], OWL.deprecated, Literal(True)) in graph
    assert len(list(graph.subjects(RDF.type, SKOS.ConceptScheme))) == 6


def test_only_sure_ties_to_essglobal_are_told(client):
    ours = set(Term.objects.values_list("code", flat=True)) | {f"fam-{one}" for one in Family}
    table = lines("essglobal.csv")
    assert {line["code"] for line in table} <= ours
    assert {line["sure"] for line in table} == {"oui", "non"}
    told = {(code, *tie) for code, ties in essglobal().items() for tie in ties}
    assert told == {
        (line["code"], line["relation"], line["concept"]) for line in table if line["sure"] == "oui"
    }
    assert "relatedMatch" not in client.get(f"{V1}/taxonomies.ttl").content.decode()


def test_every_row_of_the_csv_follows_its_schema(cafe, cast: Cast, client, tmp_path):
    formula = make_structure(
        "=Total", phone="+33148000002", size_band="02", size_year=2024, is_demo=True, rna="W931000123",
        legal_category="9220", description='Deux "mots" ;\net une ligne.',
    )  # fmt: skip
    make_establishment(formula, lon=None, lat=None)
    tag(formula, make_term("sector", "sec-ali"), make_term("sector", "sec-ree"))
    away = make_structure("Corse", siren=None)
    make_establishment(away, siret=None, address_is_public=False)
    reindex()
    journal.tick("structures")
    table = tmp_path / "annuaire.csv"
    table.write_bytes(body_of(client.get(f"/{cast.space.slug}/annuaire/export.csv")))
    schema = client.get(f"{V1}/schema/annuaire.json").json()

    def judged(file: Path):
        resource = frictionless.Resource(
            path=file.name,
            basepath=str(tmp_path),
            encoding="utf-8-sig",
            schema=frictionless.Schema.from_descriptor(schema),
            dialect=frictionless.Dialect.from_descriptor({"csv": {"delimiter": ";"}}),
        )
        return resource.validate()

    report = judged(table)
    assert (report.valid, report.flatten(["rowNumber", "fieldName", "note"])) == (True, [])
    assert report.tasks[0].stats["rows"] == 3
    (header,) = list(csv.reader(io.StringIO(table.read_text("utf-8-sig")), delimiter=";"))[:1]
    assert header == [field["name"] for field in schema["fields"]]
    wrong = tmp_path / "faux.csv"
    wrong.write_text(table.read_text("utf-8-sig").replace(cafe.siren + ";", "12AB;"), "utf-8-sig")
    assert not judged(wrong).valid


def test_our_routes_are_described(client):
    paths = client.get(f"{V1}/openapi.json").json()["paths"]
    assert {
        path.removeprefix("/api/v1") for path, one in paths.items() if "Formats ouverts" in one.get("get", {}).get("tags", [])
    } >= {
        "/spaces/{slug}/data-inclusion/structures.json",
        "/spaces/{slug}/data-inclusion/services.json",
        "/spaces/{slug}/data-inclusion/rapport.json",
        "/spaces/{slug}/murmurations.json",
        "/spaces/{slug}/murmurations/{structure_id}.json",
        "/spaces/{slug}/structures.jsonld",
        "/taxonomies.ttl",
        "/taxonomies.jsonld",
        "/schema/annuaire.json",
        "/schema/chiffres.json",
        "/schema/manques.json",
        "/spaces/{slug}/exports",
        "/catalogue.ttl",
    }  # fmt: skip
