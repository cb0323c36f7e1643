"""Two hundred edits of one page at once: each is written or told as a conflict, none is lost, none fails."""

import html
import json
import re
import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections
from django.test import Client

from maillage.core.models import JournalEntry
from maillage.structures.models import Draft, Service
from tests.factories import make_cast, make_membership, make_structure, make_user
from tests.portal.pages import filled

# As many writers as a server has threads: the two hundred edits wait for one of them.
WRITERS, ROUNDS = 8, 25

pytestmark = pytest.mark.django_db(transaction=True)


def together(work: Callable[[int, Client], None], clients: list[Client]) -> None:
    """`work(number, client)` in one thread by client; the first failure fails the test."""
    failures: list[BaseException] = []
    start = threading.Barrier(len(clients))

    def run(number: int, client: Client) -> None:
        try:
            start.wait(30)
            work(number, client)
        except BaseException as error:  # noqa: BLE001  (told below, in the thread of the test)
            failures.append(error)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=(number, client)) for number, client in enumerate(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert not any(thread.is_alive() for thread in threads)
    assert failures == []


@pytest.fixture
def page(transactional_db):
    """The structure, and a signed-in browser for each member."""
    cast = make_cast()
    structure = make_structure("La Ressourcerie", in_space=cast.space, slug="la-ressourcerie")
    clients = []
    for number in range(WRITERS):
        member = make_user(f"membre{number}@test.example")
        make_membership(structure, member, kind="member")
        client = Client()
        client.force_login(member)
        clients.append(client)
    connection.close()
    return structure, clients


def test_two_hundred_edits_of_one_field(page):
    """Each reads the page, then writes: kept, or told of who was quicker with their own words shown again."""
    structure, clients = page
    address = f"/compte/structures/{structure.pk}/modifier/"
    first = filled(clients[0], address)
    kept: list[str] = []
    crossed: list[str] = []

    def write(number: int, client: Client) -> None:
        seen = first["seen"]
        for round_ in range(ROUNDS):
            words = f"Texte {number} du tour {round_}"
            posted = first | {"description": words, "seen": seen}
            answer = client.post(address, posted)
            if answer.status_code == 302:
                kept.append(words)
                seen = json.dumps(json.loads(first["seen"]) | {"description": words})
                continue
            assert answer.status_code == 409, answer.status_code
            # From the page itself: the test client mixes the contexts of its threads.
            shown = answer.content.decode()
            assert f">\n{words}</textarea>" in shown
            crossed.append(words)
            seen = html.unescape(re.search(r'name="seen" value="([^"]*)"', shown)[1])

    together(write, clients)
    entries = JournalEntry.objects.filter(subject_id=str(structure.pk), action="edit").order_by(
        "id"
    )
    pairs = [one.changes["description"] for one in entries if "description" in one.changes]
    assert len(kept) + len(crossed) == WRITERS * ROUNDS
    assert sorted(after for _, after in pairs) == sorted(kept)
    # Each text was written over the one that its author had been shown.
    assert [before for before, _ in pairs] == ["", *(after for _, after in pairs[:-1])]
    structure.refresh_from_db()
    assert structure.description == pairs[-1][1]
    assert crossed


def test_two_hundred_services_and_drafts_at_once(page):
    """The list stops at its bound with a sentence; everyone's draft is their own."""
    structure, clients = page
    new = f"/compte/structures/{structure.pk}/contenus/services/ajouter/"
    draft = f"/compte/structures/{structure.pk}/brouillon/sheet/"
    told: list[str] = []

    def write(number: int, client: Client) -> None:
        for round_ in range(ROUNDS):
            if round_ < 2:
                assert client.post(draft, {"description": f"brouillon {number}"}).status_code == 200
            answer = client.post(new, {"name": f"Service {number}-{round_}", "seen": "{}"})
            assert answer.status_code in {200, 302}
            if answer.status_code == 200:
                assert "a déjà 40 services" in answer.content.decode()
                told.append(f"{number}-{round_}")

    together(write, clients)
    services = list(Service.objects.filter(structure=structure).order_by("position"))
    assert (len(services), len(told)) == (40, WRITERS * ROUNDS - 40)
    assert [one.position for one in services] == list(range(1, 41))
    drafts = Draft.objects.order_by("user__pk").values_list("fields", flat=True)
    assert [one["description"] for one in drafts] == [[f"brouillon {n}"] for n in range(WRITERS)]
