"""The gate of /api/: errors, tags, reading from other sites, limits."""

import json
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.api import access
from maillage.core import journal
from maillage.core.models import Throttle
from tests.factories import Cast, make_space, make_structure

pytestmark = pytest.mark.django_db
V1 = "/api/v1"


def problem_of(answer, status: int) -> dict:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    said = json.loads(answer.content)
    assert said["status"] == status
    assert said["instance"] == answer.wsgi_request.path
    assert said["type"].endswith(f"/api/v1/docs/#erreur-{status}")
    assert said["title"]
    assert said["detail"].endswith(".")
    return said


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/", 404),
        ("/api/v2/spaces", 404),
        (f"{V1}/nulle-part", 404),
        (f"{V1}/spaces/nulle-part", 404),
        (f"{V1}/spaces/a%00b", 404),
        (f"{V1}/spaces/%ff%fe", 404),
        (f"{V1}/spaces/{'a' * 3000}", 404),
    ],
)
def test_every_unknown_path_is_a_problem(client, path: str, status: int):
    problem_of(client.get(path), status)


@pytest.mark.one_engine
def test_other_failures_are_problems(cast: Cast):
    client = Client(raise_request_exception=False)
    assert problem_of(client.post(f"{V1}/spaces"), 405)
    assert client.post(f"{V1}/spaces")["Allow"] == "GET"
    problem_of(client.get(f"{V1}/spaces", headers={"host": "evil.example"}), 400)
    with patch("maillage.api.views.spaces.matching", side_effect=RuntimeError("panne")):
        said = problem_of(client.get(f"{V1}/spaces"), 500)
        assert "panne" not in json.dumps(said)
    with patch("maillage.api.views.spaces.matching", side_effect=OperationalError("away")):
        answer = client.get(f"{V1}/spaces")
        problem_of(answer, 503)
        assert (answer["Retry-After"], answer["Cache-Control"]) == ("10", "no-store")
    too_big = client.generic("POST", f"{V1}/spaces", b"x" * 5_000_001)
    problem_of(too_big, 413)


def test_a_space_that_is_not_open_does_not_exist_whoever_asks(cast: Cast):
    closed = make_space("fermee", is_public=False)
    for client in (Client(), cast.client("aicha"), cast.client("host")):
        absent = problem_of(client.get(f"{V1}/spaces/nulle-part"), 404)
        hidden = problem_of(client.get(f"{V1}/spaces/{closed.slug}"), 404)
        assert absent["detail"] == hidden["detail"]
        assert "fermee" not in client.get(f"{V1}/spaces").content.decode()


def test_an_answer_is_remembered_until_a_clock_moves(cast: Cast, client):
    make_structure("Une", in_space=cast.space)
    journal.tick("structures")
    url = f"{V1}/spaces/{cast.space.slug}"
    first = client.get(url)
    with CaptureQueriesContext(connection) as asked:
        again = client.get(url)
    assert len(asked) == 1
    assert (again.content, again["ETag"]) == (first.content, first["ETag"])
    assert again["Cache-Control"] == first["Cache-Control"] == "public, max-age=60"
    unchanged = client.get(url, headers={"if-none-match": f'"x", {first["ETag"]}'})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged["ETag"] == first["ETag"]
    make_structure("Deux", in_space=cast.space)
    journal.tick("structures")
    changed = client.get(url, headers={"if-none-match": first["ETag"]})
    assert (changed.status_code, changed.json()["structures"]) == (200, 2)
    cast.space.is_public = False
    cast.space.save()
    problem_of(client.get(url), 404)


@pytest.mark.one_engine
def test_compressed_and_headless_answers(cast: Cast, client):
    url = f"{V1}/spaces/{cast.space.slug}"
    plain = client.get(url)
    for _ in range(2):  # made, then remembered
        packed = client.get(url, headers={"accept-encoding": "gzip"})
        assert packed["Content-Encoding"] == "gzip"
        assert packed["ETag"].removeprefix("W/") == plain["ETag"].removeprefix("W/")
        head = client.head(url)
        assert (head.status_code, head.content) == (200, b"")
        assert head["Content-Length"] == str(len(plain.content))
        assert head["ETag"] == plain["ETag"]


@pytest.mark.one_engine
def test_any_site_may_read_and_none_may_write(cast: Cast, client):
    for path in (f"{V1}/spaces", f"{V1}/spaces/{cast.space.slug}", f"{V1}/nulle-part"):
        answer = client.get(path, headers={"origin": "https://ailleurs.example"})
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer
    flight = client.options(
        f"{V1}/spaces", headers={"access-control-request-method": "POST", "origin": "https://a.b"}
    )
    assert flight.status_code == 204
    assert flight["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "authorization" not in flight["Access-Control-Allow-Headers"].lower()
    assert "Access-Control-Allow-Origin" not in client.post(f"{V1}/spaces")
    assert "Access-Control-Allow-Origin" not in client.get("/")


def test_a_person_who_is_signed_in_leaves_nothing_in_caches(cast: Cast):
    url = f"{V1}/spaces/{cast.space.slug}"
    for _ in range(2):
        assert "no-store" in cast.client("chloe").get(url)["Cache-Control"]
    assert Client().get(url)["Cache-Control"] == "public, max-age=60"


class TestLimit:
    def test_reads_cost_few_writes_and_no_more_than_the_limit_go_through(
        self, client, settings, monkeypatch
    ):
        settings.API_RATE = 100
        monkeypatch.setattr(access.time, "time", lambda: 6_000_010)
        answers, writes = [], 0
        for _ in range(130):
            with CaptureQueriesContext(connection) as asked:
                answers.append(client.get(f"{V1}/"))
            writes += sum("core_throttle" in one["sql"] for one in asked)
        codes = [one.status_code for one in answers]
        assert (codes.count(200), codes.count(429)) == (100, 30)
        assert codes == sorted(codes)
        assert writes <= access.LEASES
        first, last = answers[0], answers[-1]
        assert (first["RateLimit-Limit"], first["RateLimit-Remaining"]) == ("100", "99")
        assert (last["RateLimit-Remaining"], last["RateLimit-Reset"]) == ("0", "50")
        assert last["Retry-After"] == "50"
        problem_of(last, 429)
        monkeypatch.setattr(access.time, "time", lambda: 6_000_060)
        assert client.get(f"{V1}/").status_code == 200

    def test_processes_share_the_limit(self, client, settings, monkeypatch):
        """Another process is played by one that has forgotten everything."""
        settings.API_RATE = 100
        monkeypatch.setattr(access.time, "time", lambda: 6_000_000)
        through = 0
        for _ in range(4):
            access.forget()
            through += sum(client.get(f"{V1}/").status_code == 200 for _ in range(100))
        assert 100 <= through <= 100 + 4 * access.FREE

    def test_a_crowd_of_small_readers_writes_nothing(self, client, settings):
        settings.API_RATE = 600
        for number in range(30):
            client.get(f"{V1}/", REMOTE_ADDR=f"192.0.2.{number}")
        assert Throttle.objects.count() == 0

    def test_a_database_that_cannot_write_still_reads(self, client, settings):
        settings.API_RATE = 600
        with patch("maillage.core.throttle.draw", side_effect=OperationalError("read-only")):
            assert {client.get(f"{V1}/").status_code for _ in range(60)} == {200}
