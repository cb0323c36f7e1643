"""« Autour d'une adresse »: communes are known here, addresses are asked quickly, refusals are sentences."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests.factories import Cast, make_establishment, make_structure

pytestmark = pytest.mark.django_db
FOUND = {
    "geometry": {"coordinates": [2.4201, 48.8805]},
    "properties": {"score": 0.93, "label": "12 Rue de Paris 93260 Les Lilas"},
}


class Service:
    """Answers as the State's geocoder is documented to; `answer` may be bytes or a delay in seconds."""

    def __init__(self) -> None:
        self.answer: object = {"features": [FOUND]}
        self.status = 200
        self.asked: list[dict[str, list[str]]] = []
        self.url = ""


@pytest.fixture
def service(settings) -> Iterator[Service]:
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.asked.append(
                {"path": [urlsplit(self.path).path], **parse_qs(urlsplit(self.path).query)}
            )
            if isinstance(service.answer, float):
                time.sleep(service.answer)
            body = (
                service.answer
                if isinstance(service.answer, bytes)
                else json.dumps(service.answer).encode()
            )
            with suppress(OSError):
                self.send_response(service.status)
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.GEOCODING_API = f"http://127.0.0.1:{server.server_port}"
    cache.clear()
    yield service
    server.shutdown()
    server.server_close()


def ask(cast: Cast, typed: str, query: str = ""):
    return cast.client().post(
        reverse("directory:around", args=[cast.space.slug]) + query, {"adresse": typed}
    )


def test_an_address_leads_to_the_nearest_first_with_the_filters_kept(
    cast: Cast, service: Service
) -> None:
    response = ask(cast, "12 rue de paris", "?famille=association&page=3")
    assert response.status_code == 302
    assert (
        response.url
        == f"/{cast.space.slug}/annuaire/?famille=association&pres=2.4201,48.8805&tri=distance"
    )
    (asked,) = service.asked
    assert (asked["path"], asked["q"], asked["limit"]) == (["/search"], ["12 rue de paris"], ["1"])
    assert 2.3 < float(asked["lon"][0]) < 2.5


def test_the_list_it_leads_to_is_sorted_by_distance(cast: Cast, service: Service) -> None:
    for name, lon in (("Loin", 2.47), ("Tout près", 2.4202)):
        make_establishment(make_structure(name), lon=lon, lat=48.8805)
    page = cast.client().get(ask(cast, "12 rue de paris").url).content.decode()
    assert page.index("Tout près") < page.index("Loin")


@pytest.mark.parametrize("typed", ["Montreuil", "Les Lilas", "93260"])
def test_a_commune_needs_no_service(cast: Cast, service: Service, typed: str) -> None:
    assert "pres=2.4" in ask(cast, typed).url
    assert service.asked == []


def test_the_same_address_is_asked_once(cast: Cast, service: Service) -> None:
    assert ask(cast, "12 rue de Paris").url == ask(cast, " 12  RUE de paris ").url
    assert len(service.asked) == 1


def test_nothing_like_it_is_said_and_what_was_typed_stays(cast: Cast, service: Service) -> None:
    service.answer = {"features": []}
    page = ask(cast, "zzz introuvable").content.decode()
    assert "Aucune adresse ne ressemble à « zzz introuvable »." in page
    assert 'value="zzz introuvable"' in page


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>",
        b"{}",
        {"features": [{}]},
        {"features": [FOUND | {"geometry": None}]},
        b"[" * 100_000,
        4.0,
    ],
)
def test_a_service_that_fails_is_said_plainly(cast: Cast, service: Service, answer: object) -> None:
    service.answer = answer
    start = time.monotonic()
    page = ask(cast, "12 rue de paris").content.decode()
    assert (
        "Le service d&#x27;adresses ne répond pas. Indiquez une commune ou un code postal." in page
    )
    assert time.monotonic() - start < 20


def test_a_doubtful_answer_is_no_answer(cast: Cast, service: Service) -> None:
    service.answer = {"features": [FOUND | {"properties": {"score": 0.1, "label": "?"}}]}
    assert "Aucune adresse ne ressemble" in ask(cast, "12 rue de paris").content.decode()


def test_a_visitor_may_not_ask_without_end(cast: Cast, service: Service) -> None:
    statuses = [ask(cast, "93260").status_code for _ in range(22)]
    assert statuses == [302] * 20 + [429] * 2


def test_an_empty_address_is_refused_and_the_page_can_be_read(cast: Cast, service: Service) -> None:
    assert "Indiquez une adresse, une commune ou un code postal." in ask(cast, " ").content.decode()
    page = cast.client().get(reverse("directory:around", args=[cast.space.slug]))
    assert page.status_code == 200
    assert "Trouver les plus proches" in page.content.decode()
