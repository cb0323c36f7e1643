"""How the tests send things as a browser would."""

import time
from typing import Any

import pytest
from django.test import Client

from maillage.core import public_form
from maillage.core.models import Letter

PERSON = {"person_name": "Rosa Parques", "person_email": "rosa@test.example"}


def stamp(monkeypatch: pytest.MonkeyPatch, *, age: int = 60) -> str:
    """The hidden field of a page made `age` seconds ago."""
    now = time.time()
    with monkeypatch.context() as patch:
        patch.setattr("django.core.signing.time.time", lambda: now - age)
        return public_form.new_stamp()


def path_of(letter: Letter) -> str:
    return "/" + letter.link.split("//", 1)[1].split("/", 1)[1]


def confirm_last(client: Client | None = None) -> Any:
    """Open the link of the last letter and press its button."""
    letter = Letter.objects.latest("pk")
    return (client or Client()).post(path_of(letter), {"act": "confirm"}, follow=True)
