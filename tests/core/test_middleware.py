"""What every request meets before its view."""

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.factories import Cast

pytestmark = pytest.mark.django_db


def announced(client: Client, size: int) -> HttpResponse:
    """A form whose body says that it weighs `size` bytes; nothing of it is sent."""
    return client.generic(
        "POST",
        "/compte/connexion/",
        b"",
        content_type="multipart/form-data; boundary=xx",
        CONTENT_LENGTH=str(size),
    )


@pytest.fixture(autouse=True)
def limits(settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE, settings.MAX_UPLOAD_MB = 1_000_000, 3


@pytest.mark.parametrize(("size", "refused"), [(1_000_000, False), (1_000_001, True)])
def test_a_stranger_sends_no_file(client: Client, size: int, refused: bool) -> None:
    answer = announced(client, size)
    assert (answer.status_code == 413) is refused


@pytest.mark.parametrize(("size", "refused"), [(7_000_000, False), (7_000_001, True)])
def test_people_who_signed_in_send_two_files(cast: Cast, size: int, refused: bool) -> None:
    answer = announced(cast.client("chloe"), size)
    assert (answer.status_code == 413) is refused
    assert ("un fichier pèse 3 Mo au plus" in answer.content.decode()) is refused


def test_a_made_up_session_sends_no_file_either(client: Client, settings) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    assert announced(client, 1_000_001).status_code == 413


def test_a_refusal_has_the_headers_of_every_page(client: Client) -> None:
    answer = announced(client, 10**9)
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert (answer["X-Content-Type-Options"], answer["X-Frame-Options"]) == ("nosniff", "DENY")


@pytest.mark.parametrize("length", ["", "abc", "-1", "1e9"])
def test_a_length_that_is_no_number_is_read_as_nothing(client: Client, length: str) -> None:
    answer = client.generic("POST", "/compte/connexion/", b"", CONTENT_LENGTH=length)
    assert answer.status_code == 200
