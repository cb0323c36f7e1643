"""The DCAT catalogue: what data.gouv.fr needs of a data set and of its files, read by rdflib."""

from datetime import date

import pytest
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Namespace, URIRef

from maillage.api.exports.catalogue import File
from maillage.api.lib import licence
from maillage.api.lib.shelf import dumps_of
from maillage.core import journal
from maillage.structures.actions.indexing import reindex
from tests.api.conftest import body_of
from tests.api.test_dumps import put
from tests.factories import Cast, make_space

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),
]
SPDX = Namespace("http://spdx.org/rdf/terms#")


@pytest.fixture
def graph(cast: Cast, cafe, client, settings, tmp_path) -> Graph:
    settings.VAR_DIR = tmp_path
    make_space("fermee", name="Fermée", is_public=False)
    reindex()
    journal.tick("structures")
    put(cast.space, date(2026, 11, 21))
    return Graph().parse(data=client.get("/api/v1/catalogue.ttl").content, format="turtle")


def test_both_writings_say_the_same(graph, client):
    other = Graph().parse(data=client.get("/api/v1/catalogue.jsonld").content, format="json-ld")
    assert set(graph) == set(other)


def test_every_open_space_is_a_data_set_that_can_be_harvested(graph, cast: Cast, settings):
    (node,) = graph.subjects(RDF.type, DCAT.Catalog)
    sets = set(graph.objects(node, DCAT.dataset))
    assert {str(graph.value(one, DCTERMS.title)) for one in sets} == {
        "Annuaire de l'économie sociale et solidaire : Plaine Sud",
        "Annuaire de l'économie sociale et solidaire : Val de Bièvre",
    }
    needed = (
        DCTERMS.identifier, DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.license,
        DCTERMS.temporal, DCTERMS.modified, DCTERMS.accrualPeriodicity, DCTERMS.spatial,
        DCAT.landingPage, DCAT.contactPoint, DCAT.keyword,
    )  # fmt: skip
    for one in sets:
        assert [name for name in needed if graph.value(one, name) is None] == []
        assert graph.value(one, DCTERMS.license) == URIRef(licence.URL)
        publisher = graph.value(one, DCTERMS.publisher)
        assert str(graph.value(publisher, FOAF.name)) == "Collectivité de test"
        period = graph.value(one, DCTERMS.temporal)
        assert graph.value(period, DCAT.startDate).toPython() <= graph.value(period, DCAT.endDate).toPython()  # fmt: skip
    assert "Fermée" not in graph.serialize(format="turtle")


def test_files_lead_somewhere_and_the_night_one_can_be_checked(graph, cast, client, settings):
    base = f"{settings.BASE_URL}/val-de-bievre/donnees/"
    files = list(graph.objects(URIRef(f"{base}#donnees"), DCAT.distribution))
    assert len(files) == 7
    for one in files:
        url = str(graph.value(one, DCAT.downloadURL))
        answer = client.get(url.removeprefix(settings.BASE_URL))
        assert body_of(answer)
        assert answer.status_code == 200, url
        media_type = str(graph.value(one, DCAT.mediaType)).rpartition("media-types/")[2]
        assert answer["Content-Type"].partition(";")[0] == media_type
    (kept,) = dumps_of(cast.space.pk)
    night = URIRef(f"{base}#export")
    assert graph.value(night, DCAT.byteSize).toPython() == kept.size
    checksum = graph.value(night, SPDX.checksum)
    assert str(graph.value(checksum, SPDX.checksumValue)) == kept.sha256
    assert graph.value(checksum, SPDX.algorithm) == SPDX.checksumAlgorithm_sha256
    assert graph.value(night, DCTERMS.modified).toPython() == kept.made_at
    schema = graph.value(URIRef(f"{base}#csv"), DCTERMS.conformsTo)
    assert client.get(str(schema).removeprefix(settings.BASE_URL)).json()["fields"]


@pytest.mark.one_engine
def test_a_file_of_the_night_is_optional():
    assert File("csv", "t", "u", "text/csv", "CSV").dump is None
