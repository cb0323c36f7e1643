"""Accepting writes through the structures' own actions, tells who contributed, and can be taken back."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from maillage.core.models import JournalEntry, Letter
from maillage.moderation.actions import decide
from maillage.moderation.actions.contribute import contribute, request_label
from maillage.moderation.actions.deciding import StaleError
from maillage.moderation.actions.following import reply, withdraw
from maillage.moderation.actions.handle import ask, assign, attach, resume, snooze
from maillage.moderation.actions.undo import undo
from maillage.moderation.enums import State
from maillage.structures.models import Membership, Structure
from tests.factories import NOW, Cast, make_label, make_structure, make_term, make_user, tag
from tests.moderation.things import a_page, sent, who

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def test_accepting_a_correction_writes_it_and_says_where_it_comes_from(cast: Cast):
    one = sent(cast)
    done = decide.accept(one, version=one.version, **who(cast))
    page = Structure.objects.get()
    assert (done.state, page.phone) == ("accepted", "01 48 00 00 01")
    fact = page.provenance["phone"]
    assert (fact["source"], fact["by"], fact["contribution"]) == (
        "contribution",
        cast.chloe.pk,
        one.pk,
    )
    assert done.outcome["fields"] == {"phone": ["01 00 00 00 00", "01 48 00 00 01"]}
    letter = Letter.objects.get(kind="moderation.decided")
    assert (letter.to, letter.is_secret) == ("rosa@test.example", True)
    assert "– téléphone : 01 48 00 00 01" in letter.body
    assert letter.next_at == NOW + timedelta(minutes=5)


def test_accepting_in_part_with_a_value_corrected_by_the_agent(cast: Cast):
    one = sent(
        cast,
        structure=a_page(cast),
        fields={"phone": "01 48 00 00 01", "website": "https://neuf.example", "acronym": "LF"},
    )
    values = {"phone": "01 48 00 00 02", "acronym": "LF"}
    done = decide.accept(one, version=one.version, values=values, **who(cast))
    page = Structure.objects.get()
    assert (done.state, page.phone, page.website, page.acronym) == (
        "partly",
        "01 48 00 00 02",
        "https://ancien.example/",
        "LF",
    )
    assert "Non retenu : site web." in Letter.objects.get(kind="moderation.decided").body


def test_nothing_ticked_is_no_acceptance(cast: Cast):
    one = sent(cast)
    with pytest.raises(ValidationError, match="Cochez au moins un champ"):
        decide.accept(one, version=one.version, values={}, **who(cast))
    one.refresh_from_db()
    assert one.state == State.OPEN


def test_a_value_that_the_page_refuses_changes_nothing(cast: Cast):
    one = sent(cast)
    with pytest.raises(ValidationError) as error:
        decide.accept(one, version=one.version, values={"phone": "appelez"}, **who(cast))
    assert "phone" in error.value.message_dict
    assert Structure.objects.get().phone == "01 00 00 00 00"


def test_a_field_that_was_not_proposed_cannot_be_slipped_in(cast: Cast):
    one = sent(cast)
    decide.accept(
        one, version=one.version, values={"phone": "01 48 00 00 01", "name": "Autre"}, **who(cast)
    )
    assert Structure.objects.get().name == "La Fabrique"


def test_the_page_that_moved_since_the_agent_read_it(cast: Cast):
    one = sent(cast)
    Structure.objects.update(phone="01 99 99 99 99")
    with pytest.raises(decide.MovedError) as moved:
        decide.accept(
            one,
            version=one.version,
            values={"phone": "01 48 00 00 01"},
            shown={"phone": "01 00 00 00 00"},
            **who(cast),
        )
    assert moved.value.fields == {"phone": "01 99 99 99 99"}
    assert Structure.objects.get().phone == "01 99 99 99 99"
    decide.accept(
        one,
        version=one.version,
        values={"phone": "01 48 00 00 01"},
        shown={"phone": "01 99 99 99 99"},
        **who(cast),
    )
    assert Structure.objects.get().phone == "01 48 00 00 01"


def test_accepting_a_proposal_opens_a_page_with_its_place_and_sector(cast: Cast):
    make_term(code="sec-velo", label="Mobilité")
    one = sent(
        cast,
        "propose",
        fields={
            "name": "Le Vélo partagé",
            "sector": "sec-velo",
            "siret": "73282932000074",
            "address": "3 rue Kléber",
            "municipality_code": "93048",
        },
    )
    done = decide.accept(one, version=one.version, **who(cast))
    page = Structure.objects.get(name="Le Vélo partagé")
    assert (done.structure, page.siren) == (page, "732829320")
    assert page.provenance["name"]["source"] == "contribution"
    place = page.establishments.get()
    assert (place.municipality_code, place.siret, place.address) == (
        "93048",
        "73282932000074",
        "3 rue Kléber",
    )
    assert page.structure_terms.get().term.code == "sec-velo"


def test_a_number_that_is_taken_is_said(cast: Cast):
    make_structure(siren="732829320")
    one = sent(
        cast, "propose", fields={"name": "X", "siren": "732829320", "municipality_code": "93048"}
    )
    with pytest.raises(ValidationError):
        decide.accept(one, version=one.version, **who(cast))
    one.refresh_from_db()
    assert (one.state, one.structure) == (State.OPEN, None)
    assert Structure.objects.count() == 1


def test_a_new_address_loses_the_point_of_the_old_one(cast: Cast):
    page = a_page(cast)
    place = page.establishments.get()
    one = sent(
        cast,
        structure=page,
        fields={"address": "9 rue Neuve"},
        seen={"address": place.address},
        details={"place": place.pk},
    )
    decide.accept(one, version=one.version, **who(cast))
    place.refresh_from_db()
    assert (place.address, place.lon, place.location_quality) == ("9 rue Neuve", None, "none")
    undo(one, **who(cast))
    place.refresh_from_db()
    assert (place.address, place.lon, place.lat, place.location_quality) == (
        "1 rue de la République",
        2.44,
        48.86,
        "house",
    )


def test_a_place_that_went_is_said(cast: Cast):
    page = a_page(cast)
    place = page.establishments.get()
    one = sent(cast, structure=page, fields={"address": "9 rue Neuve"}, details={"place": place.pk})
    place.delete()
    with pytest.raises(ValidationError, match="Ce lieu n'existe plus"):
        decide.accept(one, version=one.version, **who(cast))


def test_closed_marks_the_activity_as_ended(cast: Cast):
    one = sent(
        cast,
        "closed",
        structure=a_page(cast),
        details={"on": "2026-10-01"},
        message="Rideau baissé.",
    )
    decide.accept(one, version=one.version, **who(cast))
    page = Structure.objects.get()
    assert (page.state, page.ceased_on.isoformat()) == ("ceased", "2026-10-01")
    undo(one, **who(cast))
    page.refresh_from_db()
    assert (page.state, page.ceased_on) == ("active", None)


def test_a_label_is_only_given_by_an_agent(cast: Cast):
    page, esus = a_page(cast), make_term("label", "lab-esus")
    member = make_user()
    Membership.objects.create(structure=page, user=member, kind="administrator", since=NOW)
    one = request_label(
        page, esus, by=member, now=NOW, space=cast.space, identifier="E-12", proof="Arrêté"
    )
    assert (one.state, page.labels.count()) == ("open", 0)
    decide.accept(one, version=one.version, **who(cast))
    held = page.labels.get()
    assert (held.identifier, held.proof) == ("E-12", "Arrêté")
    undo(one, **who(cast))
    assert page.labels.count() == 0


def test_a_label_is_withdrawn_on_request_for_good(cast: Cast):
    page, esus = a_page(cast), make_term("label", "lab-esus")
    make_label(page, esus)
    one = request_label(page, esus, by=cast.denis, now=NOW, space=cast.space, remove=True)
    decide.accept(one, version=one.version, **who(cast))
    assert page.labels.count() == 0
    with pytest.raises(ValidationError, match="ne peut plus être défaite"):
        undo(one, **who(cast))


def test_refusing_sends_the_reason(cast: Cast):
    one = sent(cast)
    done = decide.refuse(one, reason="unverifiable", text="", version=one.version, **who(cast))
    assert (done.state, done.reason, done.decided_by) == ("refused", "unverifiable", cast.chloe)
    assert "pas pu vérifier" in Letter.objects.get(kind="moderation.decided").body
    assert Structure.objects.get().phone == "01 00 00 00 00"


@pytest.mark.parametrize(
    ("reason", "text"), [("", "x"), ("inconnu", "x"), ("other", ""), ("other", "  ")]
)
def test_a_refusal_without_a_reason_is_refused(reason: str, text: str, cast: Cast):
    one = sent(cast)
    with pytest.raises(ValidationError):
        decide.refuse(one, reason=reason, text=text, version=one.version, **who(cast))
    one.refresh_from_db()
    assert one.state == State.OPEN


def test_a_question_waits_for_its_answer(cast: Cast):
    one = sent(cast)
    ask(one, "Est-ce l'accueil ?", version=one.version, **who(cast))
    one.refresh_from_db()
    assert (one.state, one.assigned_to) == ("asked", cast.chloe)
    assert "Est-ce l'accueil ?" in Letter.objects.get(kind="moderation.question").body
    reply(one, "Oui.", now=NOW)
    assert one.state == "open"
    told = Letter.objects.get(kind="moderation.replied")
    assert (told.to, told.user) == ("chloe@test.example", cast.chloe)
    assert [message.side for message in one.thread.all()] == ["agent", "contributor"]


def test_nobody_is_asked_who_left_no_address(cast: Cast):
    page = a_page(cast)
    one = contribute(
        cast.space,
        kind="notice",
        by=None,
        now=NOW,
        structure=page,
        message="x",
        details={"illegal": "child"},
    ).contribution
    with pytest.raises(ValidationError, match="pas laissé d'adresse"):
        ask(one, "Qui ?", version=one.version, **who(cast))


def test_put_off_comes_back_on_its_day(cast: Cast):
    from maillage.moderation.queries.scope import seen_from, waiting

    one = sent(cast)
    snooze(one, TODAY + timedelta(days=3), today=TODAY, version=one.version, **who(cast))
    waits = seen_from(cast.space)
    assert waits.filter(waiting(TODAY)).count() == 0
    assert waits.filter(waiting(TODAY + timedelta(days=3))).count() == 1
    one.refresh_from_db()
    resume(one, version=one.version, **who(cast))
    one.refresh_from_db()
    assert (one.state, one.snoozed_until) == ("open", None)


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_put_off_to_a_day_that_makes_no_sense(days: int, cast: Cast):
    one = sent(cast)
    with pytest.raises(ValidationError):
        snooze(one, TODAY + timedelta(days=days), today=TODAY, version=one.version, **who(cast))


def test_only_agents_of_the_space_are_assigned(cast: Cast):
    one = sent(cast)
    with pytest.raises(ValidationError):
        assign(one, cast.bruno, **who(cast))
    assign(one, cast.aicha, **who(cast))
    one.refresh_from_db()
    assert one.assigned_to == cast.aicha
    assert Letter.objects.get(kind="moderation.assigned").to == "aicha@test.example"
    assign(one, None, **who(cast))
    one.refresh_from_db()
    assert one.assigned_to is None


def test_a_proposal_becomes_a_correction_of_the_page_it_speaks_of(cast: Cast):
    page = a_page(cast, acronym="LF")
    one = sent(
        cast,
        "propose",
        fields={
            "name": "La Fabrique",
            "acronym": "L.F.",
            "description": "",
            "siren": "732829320",
            "address": "9 rue Neuve",
            "municipality_code": "93048",
        },
    )
    attach(one, page, version=one.version, **who(cast))
    one.refresh_from_db()
    assert (one.kind, one.structure, one.state) == ("correct", page, "open")
    # What the page says already, and a number against the one it has, are dropped.
    assert one.fields == {"acronym": "L.F.", "address": "9 rue Neuve"}
    assert one.seen == {"acronym": "LF", "address": "1 rue de la République"}
    decide.accept(one, version=one.version, values={"acronym": "L.F."}, **who(cast))
    page.refresh_from_db()
    assert (page.acronym, Structure.objects.count()) == ("L.F.", 1)


def test_two_sendings_of_one_thing(cast: Cast):
    page = a_page(cast)
    first, second = sent(cast, structure=page), sent(cast, structure=page, email="b@test.example")
    decide.mark_duplicate(second, first, version=second.version, **who(cast))
    second.refresh_from_db()
    assert (second.state, second.duplicate_of) == ("merged", first)
    with pytest.raises(ValidationError):
        decide.mark_duplicate(first, first, version=first.version, **who(cast))


def test_undoing_puts_value_source_queue_and_letter_back(cast: Cast):
    one = sent(cast)
    before = Structure.objects.get()
    decide.accept(one, version=one.version, **who(cast))
    undo(one, **who(cast, now=NOW + timedelta(minutes=4)))
    after = Structure.objects.get()
    assert (after.phone, after.provenance) == (before.phone, before.provenance)
    one.refresh_from_db()
    assert (one.state, one.decided_by, one.outcome) == ("open", None, {})
    assert not Letter.objects.filter(kind="moderation.decided").exists()
    decide.refuse(one, reason="already_right", text="", version=one.version, **who(cast))


def test_undoing_a_new_page_takes_it_away(cast: Cast):
    one = sent(
        cast,
        "propose",
        fields={"name": "X", "siret": "73282932000074", "municipality_code": "93048"},
    )
    decide.accept(one, version=one.version, **who(cast))
    undo(one, **who(cast))
    one.refresh_from_db()
    assert (one.state, one.structure, Structure.objects.count()) == ("open", None, 0)
    decide.accept(one, version=one.version, **who(cast))  # its number is free again


def test_undoing_is_refused_once_the_letter_left(cast: Cast):
    one = sent(cast)
    decide.accept(one, version=one.version, **who(cast))
    with pytest.raises(ValidationError, match="la réponse est partie"):
        undo(one, **who(cast, now=NOW + timedelta(minutes=5)))
    Letter.objects.filter(kind="moderation.decided").update(status="sent")
    with pytest.raises(ValidationError, match="la réponse est partie"):
        undo(one, **who(cast))
    assert Structure.objects.get().phone == "01 48 00 00 01"


def test_undoing_is_refused_when_the_page_was_edited_since(cast: Cast):
    one = sent(cast)
    decide.accept(one, version=one.version, **who(cast))
    Structure.objects.update(phone="01 77 77 77 77")
    with pytest.raises(ValidationError, match=r"modifiée depuis \(téléphone\)"):
        undo(one, **who(cast))
    one.refresh_from_db()
    assert (one.state, Letter.objects.filter(kind="moderation.decided").count()) == ("accepted", 1)


def test_undoing_a_new_page_that_served_is_refused(cast: Cast):
    one = sent(cast, "propose")
    page = decide.accept(one, version=one.version, **who(cast)).structure
    Membership.objects.create(structure=page, user=cast.denis, kind="member", since=NOW)
    with pytest.raises(ValidationError, match="a servi depuis"):
        undo(one, **who(cast))
    assert Structure.objects.filter(pk=page.pk).exists()


def test_a_second_agent_is_told_and_nothing_is_written_twice(cast: Cast):
    one = sent(cast)
    read = one.version
    decide.accept(one, version=read, **who(cast))
    for act in (
        lambda: decide.accept(one, version=read, **who(cast, "aicha")),
        lambda: decide.refuse(one, reason="double", text="", version=read, **who(cast, "aicha")),
        lambda: ask(one, "?", version=read, **who(cast, "aicha")),
        lambda: snooze(one, TODAY + timedelta(1), today=TODAY, version=read, **who(cast, "aicha")),
        lambda: assign(one, cast.aicha, **who(cast, "aicha")),
    ):
        with pytest.raises(StaleError) as stale:
            act()
        assert stale.value.contribution.decided_by == cast.chloe
    assert JournalEntry.objects.filter(action="contribution_decided").count() == 1


def test_an_answer_that_arrives_while_an_agent_reads_is_not_missed(cast: Cast):
    one = sent(cast)
    read = one.version
    reply(one, "Attention, j'ai fait une faute.", now=NOW)
    with pytest.raises(StaleError):
        decide.accept(one, version=read, **who(cast))


@pytest.mark.parametrize("end", ["accept", "refuse", "withdraw"])
def test_what_is_closed_stays_closed(end: str, cast: Cast):
    one = sent(cast)
    if end == "accept":
        decide.accept(one, version=one.version, **who(cast))
    elif end == "refuse":
        decide.refuse(one, reason="double", text="", version=one.version, **who(cast))
    else:
        withdraw(one, now=NOW)
    with pytest.raises(ValidationError):
        withdraw(one, now=NOW)
    with pytest.raises(ValidationError):
        reply(one, "Encore", now=NOW)
    one.refresh_from_db()
    with pytest.raises(StaleError):
        decide.accept(one, version=one.version, **who(cast))


@pytest.mark.parametrize("fate", ["merged", "deleted"])
def test_a_page_merged_or_gone_meanwhile(fate: str, cast: Cast):
    page, heir = a_page(cast), make_structure("L'héritière", in_space=cast.space)
    one = sent(cast, structure=page)
    if fate == "merged":
        Structure.objects.filter(pk=page.pk).update(merged_into=heir, state="archived")
    else:
        page.delete()
    with pytest.raises(ValidationError, match=r"fusionnée ou retirée"):
        decide.accept(one, version=one.version, **who(cast))
    attach(one, heir, version=one.version, **who(cast))
    one.refresh_from_db()
    decide.accept(one, version=one.version, **who(cast))
    heir.refresh_from_db()
    assert heir.phone == "01 48 00 00 01"


def test_a_sector_is_put_first_and_undone(cast: Cast):
    page = a_page(cast)
    old, new = make_term(code="sec-a"), make_term(code="sec-b")
    tag(page, old, main=old)
    one = sent(cast, structure=page, fields={"sector": "sec-b"}, seen={"sector": "sec-a"})
    decide.accept(one, version=one.version, **who(cast))
    assert page.structure_terms.get(is_main=True).term == new
    assert page.structure_terms.count() == 2
    undo(one, **who(cast))
    assert page.structure_terms.get(is_main=True).term == old
