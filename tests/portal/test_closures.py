"""What is proposed for archive is decided by an agent, once for each evidence."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.core import journal
from maillage.core.jobs import drain, enqueue
from maillage.sources.models import ImportRun, Suggestion
from maillage.structures.actions.closure import end_structure, keep_structure, record_sign
from maillage.structures.actions.upkeep import refresh_upkeep
from maillage.structures.enums import SignKind
from maillage.structures.models import ClosureSign, Structure
from tests.factories import NOW, Cast, make_establishment, make_structure

pytestmark = pytest.mark.django_db
BY_REGISTER = {"state": {"source": "sirene", "date": "2026-11-01"}}


def ceased(cast: Cast, name: str = "Cessée", **fields) -> Structure:
    one = make_structure(
        name,
        in_space=cast.space,
        state="ceased",
        ceased_on=date(2026, 9, 30),
        provenance=BY_REGISTER,
        **fields,
    )
    refresh_upkeep([one.pk], now=NOW)
    return one


def url(cast: Cast, rest: str = "") -> str:
    return f"/{cast.space.slug}/gestion/a-archiver/{rest}"


def decide(cast: Cast, *ones: Structure, who: str = "chloe", **fields):
    data = {"ids": [one.pk for one in ones], **fields}
    return cast.client(who).post(url(cast, "trancher/"), data)


def shown(answer) -> list[str]:
    return [one.structure.name for one in answer.context["found"]]


def test_the_evidence_and_its_date_are_on_the_page(cast: Cast) -> None:
    ceased(cast)
    empty = make_structure("Sans lieu", in_space=cast.space)
    empty.establishments.update(state="ceased", closed_on=date(2026, 8, 1))
    refresh_upkeep([empty.pk], now=NOW)
    make_structure("Vivante", in_space=cast.space)
    answer = cast.client("chloe").get(url(cast))
    page = answer.content.decode()
    assert sorted(shown(answer)) == ["Cessée", "Sans lieu"]
    assert "Activité cessée d&#x27;après un registre</strong>, le 30 septembre 2026 (Base" in page
    assert "Tous ses établissements sont fermés</strong>, le 1 août 2026" in page
    assert "Montreuil" in page


def test_archive_many_at_once(cast: Cast) -> None:
    ones = [ceased(cast, f"Cessée {number}") for number in range(3)]
    assert decide(cast, *ones[:2], act="end").status_code == 302
    assert list(Structure.objects.order_by("pk").values_list("state", flat=True)) == [
        "archived",
        "archived",
        "ceased",
    ]
    entry = journal.history(ones[0])[0]
    assert (entry.action, entry.by) == ("archive", cast.chloe)
    assert entry.reason == "Activité cessée d'après un registre le 30/09/2026"
    assert shown(cast.client("chloe").get(url(cast))) == ["Cessée 2"]


def test_keep_with_a_reason_brings_the_page_back_and_remembers(cast: Cast) -> None:
    one = ceased(cast)
    assert decide(cast, one, act="keep", reason=" Le siège a changé ").status_code == 302
    one.refresh_from_db()
    assert (one.state, one.ceased_on) == ("active", None)
    sign = ClosureSign.objects.get()
    assert (sign.decision, sign.reason, sign.decided_by) == (
        "kept",
        "Le siège a changé",
        cast.chloe,
    )
    # The next import says the same again: the register is not believed twice.
    Structure.objects.update(state="ceased", ceased_on=date(2026, 9, 30), provenance=BY_REGISTER)
    refresh_upkeep(now=NOW)
    assert shown(cast.client("chloe").get(url(cast))) == []
    Structure.objects.update(ceased_on=date(2026, 10, 31))
    refresh_upkeep(now=NOW)
    answer = cast.client("chloe").get(url(cast))
    assert shown(answer) == ["Cessée"]
    assert "par Chloé Martin : Le siège a changé" in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"act": "keep"}, "Dites pourquoi ces structures sont gardées."),
        ({"act": "burn"}, "Sélectionnez un choix valide"),
        ({}, "Choisissez : archiver ou garder."),
    ],
)
def test_a_bad_decision_changes_nothing_and_keeps_the_ticks(cast: Cast, fields, sentence) -> None:
    one = ceased(cast)
    answer = decide(cast, one, **fields)
    page = answer.content.decode()
    assert (answer.status_code, sentence in page) == (422, True)
    assert f'id="choix-{one.pk}" aria-label="Choisir Cessée" checked' in page
    assert ClosureSign.objects.get().decision == ""


def test_nothing_ticked(cast: Cast) -> None:
    one = ceased(cast)
    answer = decide(cast, act="end")
    assert answer.status_code == 422
    assert "Cochez au moins une structure." in answer.content.decode()
    one.refresh_from_db()
    assert one.state == "ceased"


def test_a_colleague_was_first(cast: Cast) -> None:
    one = ceased(cast)
    who = {"by": cast.aicha, "now": NOW, "space": cast.space}
    assert keep_structure(one, reason="Vivante", **who) is True
    assert end_structure(one, **who) is False
    assert keep_structure(one, reason="Encore", **who) is False
    answer = cast.client("chloe").post(
        url(cast, "trancher/"), {"ids": [one.pk], "act": "end"}, follow=True
    )
    assert "Les autres avaient déjà été tranchées." in answer.content.decode()
    one.refresh_from_db()
    assert one.state == "active"


def test_other_spaces_structures_are_out_of_reach(cast: Cast) -> None:
    one = make_structure("Ailleurs", state="ceased", provenance=BY_REGISTER)
    make_establishment(one, municipality_code="93008")
    refresh_upkeep([one.pk], now=NOW)
    assert shown(cast.client("chloe").get(url(cast))) == []
    decide(cast, one, act="end")
    one.refresh_from_db()
    assert one.state == "ceased"


def test_what_an_agent_ended_by_hand_is_not_proposed(cast: Cast) -> None:
    one = make_structure(in_space=cast.space, state="ceased")
    one.provenance = {"state": {"source": "agent", "by": cast.chloe.pk, "at": NOW.isoformat()}}
    one.save()
    refresh_upkeep([one.pk], now=NOW)
    assert ClosureSign.objects.count() == 0


def test_a_sign_told_twice_is_one(cast: Cast) -> None:
    one = make_structure(in_space=cast.space)
    for _ in range(2):
        record_sign(one, SignKind.REPORT, "7", now=NOW, detail="x" * 400)
    assert ClosureSign.objects.get().detail == "x" * 300
    answer = cast.client("chloe").get(url(cast))
    assert shown(answer) == [one.name]
    decide(cast, one, act="end")
    one.refresh_from_db()
    assert one.state == "archived"


def test_many_cost_as_many_queries_as_one(cast: Cast) -> None:
    ceased(cast)
    client = cast.client("chloe")
    client.get(url(cast))
    with CaptureQueriesContext(connection) as few:
        client.get(url(cast))
    for number in range(20):
        ceased(cast, f"Cessée {number}")
    with CaptureQueriesContext(connection) as many:
        client.get(url(cast))
    assert len(few) == len(many)


def test_a_register_that_contradicts_a_person_is_noted_each_night(cast: Cast) -> None:
    one = make_structure("Contredite", in_space=cast.space)
    run = ImportRun.objects.create(space=cast.space, connector="sirene", created_at=NOW)
    common = {"run": run, "structure": one, "source": "sirene", "current": "active"}
    Suggestion.objects.create(field="state", proposed="ceased", **common)
    Suggestion.objects.create(field="name", proposed="ceased", **common)
    gone = make_structure(in_space=cast.space, state="archived")
    Suggestion.objects.create(field="state", proposed="ceased", **common | {"structure": gone})
    for noted in (1, 0):
        job = enqueue("portal.note_closures")
        drain()
        job.refresh_from_db()
        assert job.result == {"noted": noted}
    answer = cast.client("chloe").get(url(cast))
    assert shown(answer) == ["Contredite"]
    assert "un registre la dit cessée" in answer.content.decode().lower()
