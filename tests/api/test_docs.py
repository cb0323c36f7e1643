"""The description of the API is true, and its page tries what it says."""

import re

import pytest
from django.urls import get_resolver
from openapi_spec_validator import OpenAPIV31SpecValidator

from maillage.core import journal
from tests.factories import Cast, make_structure

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def space(cast: Cast):
    make_structure("La Fabrique", in_space=cast.space)
    journal.tick("structures")
    return cast.space


def schema_of(client) -> dict:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def test_the_description_is_openapi(client):
    schema = schema_of(client)
    assert schema["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(schema).validate()
    assert "x-filters" not in str(schema)


def test_every_error_is_announced_as_a_problem(client):
    for path, methods in schema_of(client)["paths"].items():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"], (path, status)


def test_every_address_of_the_routers_is_described(client):
    known = {re.sub(r"{\w+}", "{}", path) for path in schema_of(client)["paths"]}
    root = next(
        one for one in get_resolver().url_patterns if getattr(one, "namespace", "") == "api_root"
    )
    routed = next(one for one in root.url_patterns if hasattr(one, "url_patterns")).url_patterns
    asked = {"/api/v1/" + re.sub(r"<[^>]+>", "{}", str(one.pattern)) for one in routed}
    assert asked == known


def test_the_page_shows_every_operation_and_its_links_answer(client, space):
    page = client.get(f"/api/v1/docs/?espace={space.slug}").content.decode()
    schema = schema_of(client)
    for path, methods in schema["paths"].items():
        assert f"<code>{path}</code>" in page
        for operation in methods.values():
            assert f'id="op-{operation["operationId"]}'[:126] in page
    links = set(re.findall(r'<a href="http://127\.0\.0\.1:8000(/api/[^"]+)">Voir', page))
    assert len(links) >= 10
    for link in links:
        assert client.get(link).status_code == 200, link
    for status in (401, 404, 422, 429, 500, 503):
        assert f'id="erreur-{status}"' in page
    assert len(re.findall(r'\sid="([^"]+)"', page)) == len(set(re.findall(r'\sid="([^"]+)"', page)))


def test_the_forms_work_as_they_stand(client, space):
    """A form sent without typing anything answers: empty fields are no error."""
    page = client.get(f"/api/v1/docs/?espace={space.slug}").content.decode()
    forms = re.findall(
        r'<form method="get" action="http://127\.0\.0\.1:8000([^"]+)">(.*?)</form>', page, re.DOTALL
    )
    assert len(forms) >= 5
    for action, fields in forms:
        values = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', fields))
        assert client.get(action, values).status_code == 200, (action, values)


def test_the_page_without_any_space(client, db):
    answer = client.get("/api/v1/docs/")
    assert answer.status_code == 200
    assert "Aucun espace ouvert" in answer.content.decode()
