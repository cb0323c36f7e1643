"""Headers of every answer, whoever gives it. (`tests/tripwires.py` checks them on every page of every test.)"""

from pathlib import Path

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.test import Client

from tests import tripwires
from tests.factories import Cast

pytestmark = pytest.mark.django_db


def failing(error: Exception):
    def view(_request: object, **_kwargs: object) -> HttpResponse:
        raise error

    return view


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BadRequest(), 400),
        (RequestDataTooBig(), 400),
        (PermissionDenied("Non."), 403),
        (Http404(), 404),
        (RuntimeError("x"), 500),
        (OperationalError("x"), 503),
    ],
)
def test_failures(error, status, cast: Cast, monkeypatch, caplog):
    monkeypatch.setattr("django.test.client.Client.store_exc_info", lambda *_args, **_kw: None)
    monkeypatch.setattr("maillage.portal.views.public.credited", failing(error))
    client = cast.client("denis")
    client.raise_request_exception = False
    answer = client.get("/val-de-bievre/donnees/")
    assert answer.status_code == status
    tripwires.check_headers(answer)
    assert "no-store" in answer["Cache-Control"]


def test_a_host_that_is_not_ours(client: Client):
    answer = client.get("/", headers={"host": "mal.example"})
    assert answer.status_code == 400
    assert "mal.example" not in answer.content.decode()
    tripwires.check_headers(answer)


def test_a_host_that_is_not_ours_when_https_is_asked_for(settings):
    """There the very first middleware of Django's refuses."""
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get("/", headers={"host": "mal.example"})
    assert answer.status_code == 400
    tripwires.check_headers(answer)
    answer = Client().get("/")
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/")
    tripwires.check_headers(answer)


def test_a_static_file(settings, tmp_path: Path):
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "mark.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    answer = Client().get("/static/mark.svg")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/svg+xml"
    tripwires.check_headers(answer)
    answer.close()


def test_a_forged_post(cast: Cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.denis)
    answer = client.post("/compte/agir/")
    assert answer.status_code == 403
    tripwires.check_headers(answer)
    assert "no-store" in answer["Cache-Control"]


def test_a_method_that_is_not_allowed(client: Client):
    answer = client.post("/val-de-bievre/")
    assert answer.status_code in {404, 405}
    answer = client.delete("/")
    assert answer.status_code == 405
    tripwires.check_headers(answer)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Frame-Options", "SAMEORIGIN"),
        ("X-Content-Type-Options", ""),
        ("Server", "granian"),
        ("Permissions-Policy", "camera=*"),
        ("Content-Security-Policy", "default-src 'none'"),
        ("Content-Security-Policy", "default-src *; base-uri 'none'; frame-ancestors 'none'"),
    ],
)
def test_the_tripwire_bites(header, value, client: Client):
    answer = client.get("/")
    answer.headers[header] = value
    with pytest.raises(tripwires.Tripwire):
        tripwires.check_headers(answer)


@pytest.mark.parametrize("word", ["'unsafe-inline'", "'unsafe-eval'", "*", "https:"])
def test_the_tripwire_refuses_a_loose_source(word, client: Client):
    answer = client.get("/")
    answer.headers["Content-Security-Policy"] += f"; media-src {word}"
    with pytest.raises(tripwires.Tripwire):
        tripwires.check_headers(answer)
