"""What a person reads when something is away, and what a load balancer is told."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from tests.factories import Cast


def failing_with(error: Exception) -> Any:
    def refuse(execute: Callable, *args: Any) -> Any:
        raise error

    return connection.execute_wrapper(refuse)


@pytest.fixture
def browser() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.django_db
def test_the_installation_is_healthy_when_its_database_answers(browser: Client) -> None:
    response = browser.get("/sante/")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "error",
    [
        OperationalError("connection refused"),
        OperationalError("database or disk is full"),
        InterfaceError("connection already closed"),
    ],
)
def test_a_database_that_is_away_is_said_and_comes_back(browser: Client, error: Exception) -> None:
    with failing_with(error):
        response = browser.get("/sante/")
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert response["Cache-Control"] == "no-store"
    assert "Le service reprend dans un instant" in response.content.decode()
    assert browser.get("/sante/").status_code == 200


@pytest.mark.django_db
def test_a_bug_is_not_taken_for_a_database_that_is_away(
    browser: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("maillage"), "propagate", True)
    with failing_with(ZeroDivisionError("bug")):
        response = browser.get("/sante/")
    assert (response.status_code, "Retry-After" in response) == (500, False)
    assert "Une erreur est survenue" in response.content.decode()
    assert "ZeroDivisionError" in caplog.text


def test_pages_of_a_signed_in_person_are_kept_by_no_cache(cast: Cast) -> None:
    response = cast.client("aicha").get("/sante/")
    assert response["Cache-Control"] == "no-store, private"


def test_public_pages_stay_cacheable(cast: Cast) -> None:
    response = cast.client().get("/sante/")
    assert ("Cache-Control" in response, "Vary" in response) == (False, False)


def test_a_stale_session_cookie_is_not_a_person(cast: Cast) -> None:
    client = cast.client()
    client.cookies["sessionid"] = "0" * 32
    assert "Cache-Control" not in client.get("/sante/")


def test_the_server_does_not_name_its_software(cast: Cast) -> None:
    assert cast.client().get("/sante/")["Server"] == "Maillage"


def test_a_page_that_is_not_marked_public_asks_to_sign_in(cast: Cast) -> None:
    page = f"/{cast.space.slug}/gestion/imports/"
    response = cast.client().get(page)
    assert (response.status_code, response["Location"].partition("?")[2]) == (302, f"next={page}")
