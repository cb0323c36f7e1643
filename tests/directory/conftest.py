import csv
import io
import json
from collections.abc import Callable

import pytest
from django.test import Client

from maillage.core import journal
from maillage.spaces.models import Space
from maillage.structures.actions.indexing import reindex
from tests.factories import make_space


@pytest.fixture
def publish(db: None) -> Callable[[], None]:
    """What every action does at its end: the search is rebuilt and the clock raised."""

    def publish() -> None:
        reindex()
        journal.tick("structures")

    return publish


@pytest.fixture
def space(db: None) -> Space:
    return make_space("est", name="Est", contact_email="ess@est.example")


class Reader:
    """A visitor's browser, with the answers of each address already read."""

    def __init__(self, client: Client, space: Space) -> None:
        self.client, self.base = client, f"/{space.slug}/"

    def get(self, path: str, **headers: str):
        return self.client.get(self.base + path, headers=headers)

    def listed(self, query: str = "") -> list[int]:
        """Identifiers of every page of the list, in order."""
        found, number = [], 1
        while True:
            page = self.get(f"annuaire/?{query}&page={number}").context["page"]
            found += [card.id for card in page.cards]
            if number >= page.page_count:
                return found
            number += 1

    def mapped(self, query: str = "") -> set[int]:
        feed = self.get(f"annuaire/points.json?{query}").json()
        assert (
            len(feed["id"])
            == len(feed["x"])
            == len(feed["y"])
            == len(feed["sector"])
            == feed["rows"]
        )
        ids, current = [], 0
        for difference in feed["id"]:
            current += difference
            ids.append(current)
        return set(ids)

    def csv_rows(self, query: str = "") -> list[dict[str, str]]:
        response = self.get(f"annuaire/export.csv?{query}")
        text = b"".join(response.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text), delimiter=";"))

    def geojson(self, query: str = "") -> list[dict]:
        response = self.get(f"annuaire/export.geojson?{query}")
        return json.loads(b"".join(response.streaming_content))["features"]


@pytest.fixture
def reader(client: Client, space: Space) -> Reader:
    return Reader(client, space)
