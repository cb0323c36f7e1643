"""Every operation of the API, tried by schemathesis: never a 500, always what the description announces."""

import os

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from maillage.core import journal
from tests.factories import make_establishment, make_label, make_space, make_structure, make_term

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def asked(environ, start_response):
    """The application as Django's client asks it, in the test's transaction."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    given = environ | {
        "HTTP_ACCEPT_ENCODING": "identity",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
    }
    answer = client.request(**given)
    start_response(f"{answer.status_code} {answer.reason_phrase}", list(answer.items()))
    return answer.streaming_content if answer.streaming else [answer.content]


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "4"))


@pytest.fixture(scope="module")
def territory(django_db_setup, django_db_blocker):
    """One space with a few structures, committed: the application is asked as a server asks it."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        space = make_space("est-ensemble")
        one = make_structure("La Fabrique", email="a@fabrique.example", description="Réparer.")
        make_establishment(one)
        make_establishment(one, address_is_public=False, lon=None, lat=None)
        make_label(one, make_term("label", "lab-fuzz", "Label"))
        journal.tick("structures")
        yield space
        transaction.set_rollback(True)


def test_every_operation(territory):
    api = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", asked)
    tried, failures = 0, []
    for found in api.get_all_operations():
        operation = found.ok()
        try:
            _try(operation)
        except (AssertionError, FailureGroup) as error:
            failures.append(f"{operation.label}: {error}")
        tried += 1
    assert tried >= 30
    assert failures == [], "\n\n".join(failures)


def _try(operation) -> None:
    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=[Phase.generate],
        derandomize=True,
    )
    def once(case) -> None:
        if "slug" in case.path_parameters and case.method == "GET":
            case.path_parameters["slug"] = "est-ensemble"
        if "collection" in case.path_parameters:
            case.path_parameters["collection"] = "structures-est-ensemble"
        case.call_and_validate(checks=CHECKS)

    once()
