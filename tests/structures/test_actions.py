"""What people do to a structure: it is confirmed, written in the journal, and never silently lost."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from maillage.core import journal
from maillage.core.models import JournalEntry
from maillage.structures.actions.archive import archive_structure, mark_ceased, restore_structure
from maillage.structures.actions.labels import add_label, remove_label
from maillage.structures.actions.merge import merge_structures, unmerge_structure
from maillage.structures.actions.save import (
    EditConflictError,
    confirm_structure,
    create_structure,
    override_ess,
    save_establishment,
    set_terms,
    update_structure,
)
from maillage.structures.models import Establishment, Structure
from tests.factories import (
    NOW,
    Cast,
    make_establishment,
    make_label,
    make_structure,
    make_term,
    tag,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def who(cast: Cast) -> dict:
    return {"by": cast.chloe, "now": NOW, "space": cast.space}


def test_create_by_hand_confirms_every_value_and_derives_membership(cast: Cast, who: dict) -> None:
    made = create_structure(
        {"name": "L'Atelier du Coin", "legal_category": "9220", "siren": "732829320"},
        place={"address": "3 rue Neuve", "municipality_code": "93048"},
        **who,
    )
    assert made.slug == "l-atelier-du-coin"
    assert (made.family, made.ess_status) == ("association", "presumed")
    assert made.provenance["name"]["by"] == cast.chloe.pk
    assert made.establishments.get().address == "3 rue Neuve"
    assert [entry.action for entry in journal.history(made)] == ["edit", "create"]


def test_create_refuses_a_siren_already_there_and_writes_nothing(who: dict) -> None:
    make_structure(siren="732829320")
    with pytest.raises(ValidationError) as refusal:
        create_structure({"name": "Copie", "siren": "732829320"}, **who)
    assert list(refusal.value.message_dict) == ["siren"]
    assert Structure.objects.count() == 1


def test_slugs_take_the_commune_then_a_number(who: dict) -> None:
    place = {"municipality_code": "93048"}
    slugs = [
        create_structure({"name": "La Ressourcerie"}, place=place, **who).slug for _ in range(3)
    ]
    assert slugs == ["la-ressourcerie", "la-ressourcerie-montreuil", "la-ressourcerie-montreuil-2"]


def test_update_returns_and_journals_only_what_changed(cast: Cast, who: dict) -> None:
    known = make_structure("Avant", phone="0102030405")
    made = update_structure(known, {"name": "Après", "phone": "0102030405"}, **who)
    assert made["name"] == ["Avant", "Après"]
    assert "phone" not in made
    assert known.name == "Après"
    assert journal.history(known)[0].changes["name"] == ["Avant", "Après"]
    assert journal.history(known)[0].by == cast.chloe


def test_update_with_nothing_new_writes_nothing(who: dict) -> None:
    known = make_structure("Même")
    assert update_structure(known, {"name": "Même"}, **who) == {}
    assert not JournalEntry.objects.exists()


def test_two_people_on_one_field_is_a_conflict_and_the_first_stands(who: dict) -> None:
    known = make_structure("Origine")
    seen = known.updated_at
    update_structure(known, {"name": "Version d'Aïcha"}, expected_updated_at=seen, **who)
    stale = Structure.objects.get(pk=known.pk)
    with pytest.raises(EditConflictError) as conflict:
        update_structure(stale, {"name": "Version de Chloé"}, expected_updated_at=seen, **who)
    assert conflict.value.theirs == {"name": "Version d'Aïcha"}
    assert Structure.objects.get(pk=known.pk).name == "Version d'Aïcha"


def test_an_unknown_field_is_a_programming_error(who: dict) -> None:
    with pytest.raises(KeyError, match="merged_into"):
        update_structure(make_structure(), {"merged_into": 1}, **who)


def test_confirming_dates_the_page(cast: Cast, who: dict) -> None:
    known = make_structure()
    confirm_structure(known, **who)
    assert (known.confirmed_at, known.confirmed_by) == (NOW, cast.chloe)


def test_terms_are_replaced_and_belong_to_the_person(cast: Cast, who: dict) -> None:
    known = make_structure()
    tag(known, make_term(code="sec-ali"), main=make_term(code="sec-ali"))
    made = set_terms(known, ["sec-ree", "us-4"], "sec-ree", **who)
    assert made["main_sector"] == ["sec-ali", "sec-ree"]
    assert known.structure_terms.get(is_main=True).term.code == "sec-ree"
    assert known.provenance["terms"]["by"] == cast.chloe.pk
    with pytest.raises(ValidationError, match="Terme inconnu"):
        set_terms(known, ["sec-inexistant"], "", **who)


def test_an_agent_decides_membership_with_a_reason_and_can_take_it_back(
    cast: Cast, who: dict
) -> None:
    known = make_structure(legal_category="9220")
    with pytest.raises(ValidationError, match="pourquoi"):
        override_ess(known, "excluded", " ", **who)
    override_ess(known, "excluded", "Filiale d'un groupe coté", **who)
    assert known.ess_status == "excluded"
    assert known.ess_reason == "Décision d'un agent : Filiale d'un groupe coté"
    assert known.ess_override_by == cast.chloe
    override_ess(known, "", "", **who)
    assert (known.ess_status, known.ess_override_by) == ("presumed", None)


def test_a_new_head_office_replaces_the_former_one(cast: Cast, who: dict) -> None:
    known = make_structure(in_space=cast.space)
    save_establishment(
        known,
        {"address": "9 rue Neuve", "municipality_code": "93055", "is_head_office": True},
        **who,
    )
    assert list(known.establishments.values_list("address", "is_head_office")) == [
        ("9 rue Neuve", True),
        ("1 rue de la République", False),
    ]


def test_archive_restore_and_cease_move_the_state_and_say_why(cast: Cast, who: dict) -> None:
    known = make_structure()
    archive_structure(known, reason="Doublon", **who)
    assert known.state == "archived"
    restore_structure(known, **who)
    assert known.state == "active"
    mark_ceased(known, on=date(2026, 10, 1), **who)
    assert (known.state, known.ceased_on) == ("ceased", date(2026, 10, 1))
    lines = [
        (entry.action, entry.changes["state"], entry.reason) for entry in journal.history(known)
    ]
    assert sorted(lines) == [
        ("archive", ["active", "archived"], "Doublon"),
        ("cease", ["active", "ceased"], ""),
        ("restore", ["archived", "active"], ""),
    ]


def test_a_label_changes_membership_and_renewing_keeps_one_row(who: dict) -> None:
    known = make_structure(legal_category="5710")
    esus = make_term("label", "lab-esus")
    add_label(known, esus, valid_to=date(2027, 1, 1), proof="arrêté", **who)
    known.refresh_from_db()
    assert known.ess_status == "confirmed"
    label = add_label(known, esus, valid_to=date(2029, 1, 1), **who)
    assert known.labels.count() == 1
    remove_label(label, **who)
    known.refresh_from_db()
    assert known.ess_status == "excluded"
    with pytest.raises(ValidationError, match="agrément"):
        add_label(known, make_term("sector", "sec-ali"), **who)


def test_merge_moves_places_labels_terms_and_missing_values(cast: Cast, who: dict) -> None:
    winner = make_structure("Gardée", in_space=cast.space, siren=None, website="")
    loser = make_structure("Doublon", website="https://doublon.example")
    siren = loser.siren
    make_establishment(loser, municipality_code="93055")
    make_label(loser, make_term("label", "lab-esus"))
    tag(loser, make_term(code="sec-ali"), main=make_term(code="sec-ali"))
    merge_structures(loser, winner, **who)
    loser.refresh_from_db()
    winner.refresh_from_db()
    assert (loser.merged_into, loser.state, loser.siren) == (winner, "archived", None)
    assert (winner.siren, winner.website, winner.name) == (
        siren,
        "https://doublon.example",
        "Gardée",
    )
    assert winner.establishments.count() == 2
    assert winner.establishments.filter(is_head_office=True).count() == 1
    assert [label.term.code for label in winner.labels.all()] == ["lab-esus"]


def test_unmerge_gives_everything_back(cast: Cast, who: dict) -> None:
    winner = make_structure("Gardée", in_space=cast.space, siren=None)
    loser = make_structure("Doublon", in_space=cast.space)
    siren = loser.siren
    merge_structures(loser, winner, **who)
    unmerge_structure(loser, **who)
    loser.refresh_from_db()
    winner.refresh_from_db()
    assert (loser.merged_into, loser.state, loser.siren, winner.siren) == (
        None,
        "active",
        siren,
        None,
    )
    assert Establishment.objects.get(structure=loser).is_head_office is True


def test_merge_refuses_itself_and_two_legal_persons(who: dict) -> None:
    one, two = make_structure(), make_structure()
    with pytest.raises(ValidationError, match="elle-même"):
        merge_structures(one, one, **who)
    with pytest.raises(ValidationError, match="SIREN différents"):
        merge_structures(one, two, **who)
    assert not JournalEntry.objects.exists()


def test_every_write_raises_the_clock(who: dict) -> None:
    before = journal.now_at("structures")
    known = create_structure({"name": "Nouvelle"}, **who)
    update_structure(known, {"phone": "0102030405"}, **who)
    archive_structure(known, reason="", **who)
    assert journal.now_at("structures") == before + 3


def copies(structure: Structure) -> tuple[Structure, Structure]:
    """What two tabs read before either of them writes."""
    return Structure.objects.get(pk=structure.pk), Structure.objects.get(pk=structure.pk)


def test_a_second_tab_can_neither_merge_again_nor_the_other_way_round(
    cast: Cast, who: dict
) -> None:
    one, two = (copies(make_structure(in_space=cast.space, siren=None)) for _ in range(2))
    merge_structures(one[0], two[0], **who)
    for loser, winner in ((one[1], two[1]), (two[1], one[1])):
        with pytest.raises(ValidationError, match="déjà été fusionnée"):
            merge_structures(loser, winner, **who)
    unmerge_structure(one[0], **who)
    assert [page[0].establishments.count() for page in (one, two)] == [1, 1]


def test_what_another_tab_wrote_is_never_written_over(cast: Cast, who: dict) -> None:
    mine, theirs = copies(make_structure("Avant", in_space=cast.space))
    update_structure(theirs, {"name": "Après", "website": "https://apres.example"}, **who)
    esus = make_term("label", "lab-esus")
    override_ess(mine, "confirmed", "Statuts lus.", **who)
    stale, _ = copies(mine)
    update_structure(theirs, {"phone": "01 40 00 00 00"}, **who)
    add_label(stale, esus, **who)
    stale, _ = copies(mine)
    update_structure(theirs, {"email": "ici@apres.example"}, **who)
    set_terms(stale, ["sec-ree"], "sec-ree", **who)
    stale, _ = copies(mine)
    update_structure(theirs, {"acronym": "AP"}, **who)
    mark_ceased(stale, **who)
    stored = Structure.objects.get(pk=mine.pk)
    assert (stored.name, stored.phone, stored.email, stored.acronym) == (
        "Après", "01 40 00 00 00", "ici@apres.example", "AP",
    )  # fmt: skip
    mine_too = {"website", "name", "phone", "email", "acronym", "terms", "state"}
    assert {name for name, owner in stored.provenance.items() if "by" in owner} == mine_too


def test_two_tabs_on_one_place_keep_what_each_typed(cast: Cast, who: dict) -> None:
    structure = make_structure(in_space=cast.space)
    mine, theirs = (Establishment.objects.get(structure=structure) for _ in range(2))
    save_establishment(structure, {"name": "Boutique"}, establishment=theirs, **who)
    save_establishment(structure, {"address": "5 rue Neuve"}, establishment=mine, **who)
    stored = Establishment.objects.get(structure=structure)
    assert (stored.name, stored.address) == ("Boutique", "5 rue Neuve")
    assert {"name", "address"} <= stored.provenance.keys()


def test_a_structure_types_no_endless_list_of_places(cast: Cast, who: dict, monkeypatch) -> None:
    monkeypatch.setattr("maillage.structures.actions.save.MOST_PLACES", 1)
    structure = make_structure(in_space=cast.space)
    place = {"address": "2 rue Neuve", "municipality_code": "93048"}
    with pytest.raises(ValidationError, match="demandez à un agent"):
        save_establishment(structure, place, by=cast.denis, now=NOW)
    save_establishment(structure, place, **who)
    assert structure.establishments.count() == 2
