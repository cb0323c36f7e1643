import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from maillage.core import journal
from maillage.structures.actions.indexing import reindex
from maillage.structures.models import Service, Structure
from tests.factories import (
    NOW,
    Cast,
    make_establishment,
    make_label,
    make_structure,
    make_term,
    tag,
)


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.fixture
def read(cast: Cast, client: Client) -> Callable[[str], Any]:
    """The JSON at an address under the space's, the directory being up to date."""

    def read(path: str) -> Any:
        reindex()
        journal.tick("structures")
        answer = client.get(f"/api/v1/spaces/{cast.space.slug}/{path}")
        assert answer.status_code == 200
        return json.loads(body_of(answer))

    return read


@pytest.fixture
def cafe(cast: Cast) -> Structure:
    """A structure of `cast.space` that says all it can."""
    structure = make_structure(
        "Café des Possibles",
        acronym="CDP",
        description="Un café associatif où l'on répare aussi des vélos.",
        website="https://cafe.example/",
        email="bonjour@cafe.example.org",
        phone="01 48 00 00 01",
        created_on="2012-05-04",
        confirmed_at=NOW,
    )
    make_establishment(structure, opening_hours="Mo-Fr 09:00-18:00", lon=2.4412345, lat=48.8612345)
    tag(structure, make_term("sector", "sec-mob-01"))
    make_label(structure, make_term("label", "lab-siae-aci"))
    make_label(structure, make_term("label", "lab-esus"))
    make_label(structure, make_term("label", "lab-mjc"))
    structure.links.create(kind="social", url="https://mamot.fr/@cafe")
    Service.objects.create(
        structure=structure,
        name="Atelier vélo",
        description="Réparer son vélo avec un bénévole.",
        audience=make_term("audience", "pub-jeunes-14-25"),
        fee="Gratuit",
        access="Sur inscription.",
    )
    return structure
