"""Rows that the screens of freshness read: right after each write, right each morning."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.core.jobs import drain
from maillage.core.models import Job, Letter
from maillage.structures.actions.after import after_write
from maillage.structures.actions.archive import archive_structure
from maillage.structures.actions.save import confirm_structure, update_structure
from maillage.structures.actions.upkeep import AT_ONCE, refresh_upkeep
from maillage.structures.enums import CallReason
from maillage.structures.models import (
    CallEntry,
    CallNote,
    ClosureSign,
    FreshnessReminder,
    Membership,
    Structure,
    Upkeep,
)
from tests.factories import (
    NOW,
    Cast,
    make_establishment,
    make_label,
    make_space,
    make_structure,
    make_term,
    make_user,
    tag,
)

pytestmark = pytest.mark.django_db
FROM_REGISTERS = {"name": {"source": "sirene", "date": "2026-11-01"}}
OLD = {"name": {"source": "sirene", "date": "2025-09-01"}}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def refused(address: str) -> None:
    Letter.objects.create(
        kind="x", to=address, subject="x", status=Letter.Status.REFUSED, created_at=NOW
    )


def lines(space) -> list[tuple[str, int, list[int]]]:
    found = CallEntry.objects.filter(space=space).order_by("reason", "since", "structure_id")
    return [(one.structure.name, one.reason, one.reasons) for one in found]


def remind(structure: Structure, months: int, sent: datetime, **fields) -> FreshnessReminder:
    number = FreshnessReminder.objects.count()
    return FreshnessReminder.objects.create(
        **{
            "structure": structure,
            "months": months,
            "since": structure.upkeep.counts_from,
            "to": "a@test.example",
            "key_hash": f"{number:064d}",
            "sent_at": sent,
            "expires_at": sent + timedelta(days=60),
        }
        | fields
    )


def test_what_is_worked_out_of_a_page(cast: Cast) -> None:
    one = make_structure(
        in_space=cast.space,
        provenance=FROM_REGISTERS,
        description="a" * 300,
        phone="0148000000",
        email="a@test.example",
    )
    one.establishments.update(opening_hours="Mo-Fr 09:00-18:00")
    tag(one, make_term("sector", "sec-essai", "Essai"))
    Membership.objects.create(structure=one, user=cast.denis, kind="member", since=NOW)
    assert refresh_upkeep([one.pk], now=NOW) == 1
    kept = Upkeep.objects.get(pk=one.pk)
    assert (kept.counts_from, kept.vouched, kept.is_kept) == (date(2026, 11, 1), False, True)
    assert (kept.completeness, kept.missing) == (86, ["website"])
    has = (kept.has_phone, kept.has_email, kept.has_hours, kept.has_description)
    assert has == (True, True, True, True)


def test_a_write_brings_it_up_to_date_at_once(cast: Cast) -> None:
    one = make_structure(in_space=cast.space, provenance=OLD, phone="0148000000")
    refresh_upkeep([one.pk], now=NOW)
    assert lines(cast.space) == [(one.name, CallReason.SILENT, [CallReason.SILENT])]
    confirm_structure(one, by=cast.chloe, now=NOW, space=cast.space)
    assert lines(cast.space) == []
    assert Upkeep.objects.get(pk=one.pk).counts_from == date(2026, 11, 22)
    update_structure(one, {"description": "Un jardin"}, by=cast.chloe, now=NOW, space=cast.space)
    assert Upkeep.objects.get(pk=one.pk).has_description is True


def test_a_large_write_leaves_it_to_the_worker(cast: Cast) -> None:
    made = [make_structure(in_space=cast.space) for _ in range(AT_ONCE + 1)]
    after_write(structures={one.pk for one in made}, now=NOW)
    assert Upkeep.objects.count() == 0
    assert [job.name for job in drain()] == ["structures.refresh_upkeep"]
    assert Upkeep.objects.count() == AT_ONCE + 1
    assert Job.objects.get().result == {"structures": AT_ONCE + 1}


def test_run_again_it_writes_nothing_and_asks_as_much_for_one_as_for_fifty(cast: Cast) -> None:
    ids = [make_structure(in_space=cast.space, provenance=OLD, phone="1").pk for _ in range(50)]
    refresh_upkeep(ids, now=NOW)
    with CaptureQueriesContext(connection) as many:
        refresh_upkeep(ids, now=NOW)
    with CaptureQueriesContext(connection) as single:
        refresh_upkeep(ids[:1], now=NOW)
    assert len(many) == len(single)
    written = [q["sql"] for q in many if q["sql"].startswith(("INSERT", "UPDATE"))]
    assert written == []


@pytest.mark.parametrize(
    ("source_date", "listed"), [("2025-11-23", False), ("2025-11-22", True), ("2025-11-21", True)]
)
def test_a_year_without_news_and_no_address_to_write_to(cast: Cast, source_date, listed) -> None:
    provenance = {"name": {"source": "sirene", "date": source_date}}
    one = make_structure(in_space=cast.space, provenance=provenance, phone="0148000000")
    make_structure(in_space=cast.space, provenance=provenance)  # no telephone: nothing to call
    make_structure(
        in_space=cast.space, provenance=provenance, phone="01", email="b@test.example"
    )  # gets letters first
    refresh_upkeep(now=NOW)
    expected = [(one.name, CallReason.SILENT, [CallReason.SILENT])] if listed else []
    assert lines(cast.space) == expected


@pytest.mark.parametrize(("days", "listed"), [(13, False), (14, True), (15, True)])
def test_a_letter_has_two_weeks_to_be_answered(cast: Cast, days: int, listed: bool) -> None:
    one = make_structure(in_space=cast.space, provenance=OLD, email="a@test.example")
    refresh_upkeep(now=NOW)
    reminder = remind(one, 12, NOW - timedelta(days=days))
    refresh_upkeep(now=NOW)
    assert bool(lines(cast.space)) is listed
    reminder.answer = "correct"
    reminder.save()
    refresh_upkeep(now=NOW)
    assert lines(cast.space) == []


def test_an_address_that_does_not_receive_is_for_pages_nobody_confirmed(cast: Cast) -> None:
    one = make_structure(in_space=cast.space, provenance=FROM_REGISTERS, email="parti@test.example")
    refused("parti@test.example")
    refresh_upkeep(now=NOW)
    assert lines(cast.space) == [(one.name, CallReason.BOUNCED, [CallReason.BOUNCED])]
    confirm_structure(one, by=cast.chloe, now=NOW, space=cast.space)
    assert lines(cast.space) == []


def test_employers_and_labelled_structures_need_a_page_that_says_something(cast: Cast) -> None:
    bare = {"in_space": cast.space, "provenance": FROM_REGISTERS}
    employer = make_structure("Employeuse", size_band="11", **bare)
    said = make_structure("Dite employeuse", is_employer=True, **bare)
    labelled = make_structure("Agréée", **bare)
    lapsed = make_structure("Agrément échu", **bare)
    make_structure("Bénévole", size_band="NN", **bare)
    make_structure("Complète", size_band="11", description="Oui", phone="01", **bare)
    make_label(labelled, make_term("label", "lab-esus", "ESUS"), valid_to=date(2026, 11, 22))
    make_label(lapsed, make_term("label", "lab-esus", "ESUS"), valid_to=date(2026, 11, 21))
    refresh_upkeep(now=NOW)
    expected = sorted(one.name for one in (employer, said, labelled))
    assert sorted(name for name, _reason, _all in lines(cast.space)) == expected


def test_the_first_reason_decides_the_place_and_the_others_are_kept(cast: Cast) -> None:
    many = make_structure("Tout à la fois", in_space=cast.space, provenance=OLD, size_band="11")
    many.phone, many.email = "01", "parti@test.example"
    many.save()
    refused("parti@test.example")
    promised = make_structure("Promise", in_space=cast.space, provenance=FROM_REGISTERS)
    CallNote.objects.create(
        structure=promised, space_id=cast.space.pk, by=cast.chloe, at=NOW, outcome="later",
        next_on=date(2026, 11, 20),
    )  # fmt: skip
    refresh_upkeep(now=NOW)
    assert lines(cast.space) == [
        ("Promise", 1, [1]),
        ("Tout à la fois", 2, [2, 3, 5]),
    ]


def test_pages_the_public_does_not_read_are_not_called(cast: Cast) -> None:
    common = {"in_space": cast.space, "provenance": OLD, "phone": "01"}
    heir = make_structure("Vivante", **common)
    make_structure(state="archived", **common)
    make_structure(state="ceased", **common)
    make_structure(ess_status="excluded", **common)
    make_structure(merged_into=heir, **common)
    elsewhere = make_structure("Ailleurs", provenance=OLD, phone="01")
    make_establishment(elsewhere, municipality_code="75056")
    refresh_upkeep(now=NOW)
    assert [name for name, _reason, _all in lines(cast.space)] == ["Vivante"]
    archive_structure(heir, reason="x", by=cast.chloe, now=NOW, space=cast.space)
    assert lines(cast.space) == []


def test_each_space_has_its_own_line_and_its_own_calls(cast: Cast) -> None:
    one = make_structure(provenance=OLD, phone="01")
    make_establishment(one, municipality_code="93055")  # Pantin is in both
    CallNote.objects.create(
        structure=one, space_id=cast.space.pk, by=cast.chloe, at=NOW, outcome="no_answer"
    )
    refresh_upkeep(now=NOW)
    shown = dict(CallEntry.objects.values_list("space_id", "visible_from"))
    assert shown == {
        cast.space.pk: date(2026, 11, 25),
        cast.other_space.pk: date(2026, 9, 1),
    }
    make_space(communes=("93055",))
    refresh_upkeep(now=NOW)
    assert CallEntry.objects.count() == 3


def test_what_agents_said_of_a_line_survives_the_night(cast: Cast) -> None:
    one = make_structure(in_space=cast.space, provenance=OLD, phone="01")
    refresh_upkeep(now=NOW)
    CallEntry.objects.update(
        snoozed_until=date(2026, 11, 23), taken_by=cast.chloe, taken_on=date(2026, 11, 22)
    )
    refresh_upkeep(now=NOW)
    entry = CallEntry.objects.get(structure=one)
    assert entry.visible_from == date(2026, 11, 23)
    assert (entry.taken_by, entry.taken_on) == (cast.chloe, date(2026, 11, 22))


def test_signs_of_closure_come_from_the_registers_and_go_with_them(cast: Cast) -> None:
    said = {"state": {"source": "sirene", "date": "2026-11-01"}}
    ceased = make_structure(
        "Cessée", in_space=cast.space, state="ceased", ceased_on=date(2026, 9, 30), provenance=said
    )
    by_hand = {"state": {"source": "agent", "by": cast.chloe.pk, "at": NOW.isoformat()}}
    make_structure("Dite par un agent", in_space=cast.space, state="ceased", provenance=by_hand)
    empty = make_structure("Sans lieu ouvert", in_space=cast.space, provenance=FROM_REGISTERS)
    empty.establishments.update(state="ceased", closed_on=date(2026, 8, 1))
    make_structure("Vivante", in_space=cast.space, provenance=FROM_REGISTERS)
    refresh_upkeep(now=NOW)
    refresh_upkeep(now=NOW)
    found = ClosureSign.objects.order_by("kind").values_list(
        "structure__name", "kind", "key", "on", "source"
    )
    assert list(found) == [
        ("Cessée", "ceased", "sirene 2026-09-30", date(2026, 9, 30), "sirene"),
        ("Sans lieu ouvert", "places", "1 2026-08-01", date(2026, 8, 1), ""),
    ]
    assert lines(cast.space) == [("Sans lieu ouvert", CallReason.CLOSED, [CallReason.CLOSED])]
    empty.establishments.update(state="active", closed_on=None)
    refresh_upkeep(now=NOW)
    assert [one.structure for one in ClosureSign.objects.all()] == [ceased]
    assert lines(cast.space) == []


def test_a_decided_sign_does_not_come_back_but_new_evidence_does(cast: Cast) -> None:
    one = make_structure(in_space=cast.space, provenance=FROM_REGISTERS)
    one.establishments.update(state="ceased", closed_on=date(2026, 8, 1))
    refresh_upkeep(now=NOW)
    ClosureSign.objects.update(decision="kept", reason="Déménagement", decided_by=cast.chloe)
    refresh_upkeep(now=NOW)
    assert list(ClosureSign.objects.values_list("decision", flat=True)) == ["kept"]
    assert lines(cast.space) == []
    one.establishments.update(closed_on=date(2026, 10, 1))
    refresh_upkeep(now=NOW)
    assert ClosureSign.objects.filter(decision="").count() == 1


def test_half_a_night_is_finished_by_the_next_run(cast: Cast, monkeypatch) -> None:
    from maillage.structures.actions import upkeep

    monkeypatch.setattr(upkeep, "_CHUNK", 2)
    ids = [make_structure(in_space=cast.space).pk for _ in range(5)]

    def dies(done: int, total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refresh_upkeep(now=NOW, progress=dies)
    assert Upkeep.objects.count() == 4
    refresh_upkeep(now=NOW)
    assert sorted(Upkeep.objects.values_list("pk", flat=True)) == ids


def test_a_person_who_left_keeps_no_page(cast: Cast) -> None:
    one = make_structure(in_space=cast.space)
    Membership.objects.create(
        structure=one, user=make_user(), kind="member", since=NOW, ended_at=NOW
    )
    refresh_upkeep(now=NOW)
    assert Upkeep.objects.get().is_kept is False
