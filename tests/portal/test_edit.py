"""Editing: what is confirmed, and two people at once."""

import pytest

from maillage.core.models import JournalEntry
from maillage.structures.actions.save import update_structure
from maillage.structures.models import Structure
from tests.factories import NOW, Cast, make_structure
from tests.portal.pages import filled, text, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def structure(cast: Cast) -> Structure:
    return make_structure(
        "La Fabrique",
        in_space=cast.space,
        phone="01 11 11 11 11",
        provenance={"phone": {"source": "sirene", "date": "2026-03-01"}},
    )


def test_where_each_value_comes_from_is_said_beside_it(cast: Cast, structure):
    page = text(cast.client("chloe").get(url("edit", cast, structure.pk)))
    assert "Source : INSEE, Sirene, 1 mars 2026." in page


def test_only_what_was_changed_is_written_and_confirmed(cast: Cast, structure):
    client, address = cast.client("chloe"), url("edit", cast, structure.pk)
    answer = client.post(address, filled(client, address) | {"acronym": "LF"}, follow=True)
    assert "« La Fabrique » est à jour." in text(answer)
    structure.refresh_from_db()
    assert structure.acronym == "LF"
    assert structure.provenance["acronym"]["by"] == cast.chloe.pk
    assert "by" not in structure.provenance["phone"]
    assert "Confirmé par Chloé Martin" in text(client.get(address))


def test_saving_without_a_change_writes_nothing(cast: Cast, structure):
    client, address = cast.client("chloe"), url("edit", cast, structure.pk)
    before = structure.updated_at
    assert client.post(address, filled(client, address)).status_code == 302
    structure.refresh_from_db()
    assert (structure.updated_at, JournalEntry.objects.count()) == (before, 0)


def test_two_tabs_on_different_fields_both_count(cast: Cast, structure):
    client, address = cast.client("chloe"), url("edit", cast, structure.pk)
    mine = filled(client, address) | {"acronym": "LF"}
    update_structure(
        structure, {"phone": "02 22 22 22 22"}, by=cast.aicha, now=NOW, space=cast.space
    )
    assert client.post(address, mine).status_code == 302
    structure.refresh_from_db()
    assert (structure.acronym, structure.phone) == ("LF", "02 22 22 22 22")


def conflict(cast: Cast, structure: Structure):
    """Chloé's tab, answered after Aïcha wrote another phone."""
    client, address = cast.client("chloe"), url("edit", cast, structure.pk)
    mine = filled(client, address) | {"phone": "03 33 33 33 33", "acronym": "LF"}
    update_structure(
        structure, {"phone": "02 22 22 22 22"}, by=cast.aicha, now=NOW, space=cast.space
    )
    answer = client.post(address, mine)
    again = mine | {"seen": answer.context["form"].data["seen"]}
    return client, address, answer, again


def test_two_tabs_on_one_field_lose_nothing(cast: Cast, structure):
    _, _, answer, _ = conflict(cast, structure)
    page = text(answer)
    assert answer.status_code == 409
    assert "Ma saisie : 03 33 33 33 33" in page
    assert "La valeur enregistrée entre-temps : 02 22 22 22 22" in page
    assert 'value="LF"' in answer.content.decode()
    assert 'value="03 33 33 33 33"' in answer.content.decode()
    structure.refresh_from_db()
    assert (structure.acronym, structure.phone) == ("", "02 22 22 22 22")


@pytest.mark.parametrize(
    ("choice", "phone"), [("mine", "03 33 33 33 33"), ("theirs", "02 22 22 22 22")]
)
def test_the_person_chooses(cast: Cast, structure, choice, phone):
    client, address, _, again = conflict(cast, structure)
    assert client.post(address, again | {"keep-phone": choice}).status_code == 302
    structure.refresh_from_db()
    assert (structure.acronym, structure.phone) == ("LF", phone)


def test_a_third_change_is_a_conflict_again(cast: Cast, structure):
    client, address, _, again = conflict(cast, structure)
    update_structure(
        structure, {"phone": "04 44 44 44 44"}, by=cast.aicha, now=NOW, space=cast.space
    )
    answer = client.post(address, again | {"keep-phone": "mine"})
    assert answer.status_code == 409
    assert "La valeur enregistrée entre-temps : 04 44 44 44 44" in text(answer)


def test_the_same_new_value_is_no_conflict(cast: Cast, structure):
    client, address = cast.client("chloe"), url("edit", cast, structure.pk)
    mine = filled(client, address) | {"phone": "02 22 22 22 22"}
    update_structure(
        structure, {"phone": "02 22 22 22 22"}, by=cast.aicha, now=NOW, space=cast.space
    )
    assert client.post(address, mine).status_code == 302


def test_a_siren_that_is_already_odd_does_not_block_the_rest(cast: Cast):
    odd = make_structure("Inventée", in_space=cast.space, siren="000000001", is_demo=True)
    client, address = cast.client("chloe"), url("edit", cast, odd.pk)
    assert client.post(address, filled(client, address) | {"acronym": "IN"}).status_code == 302


def test_a_taken_number_is_refused_in_words(cast: Cast, structure):
    other = make_structure(in_space=cast.space)
    client, address = cast.client("chloe"), url("edit", cast, structure.pk)
    page = text(client.post(address, filled(client, address) | {"siren": other.siren}))
    assert "Une réponse est à revoir" in page
    structure.refresh_from_db()
    assert structure.siren != other.siren


@pytest.mark.parametrize("seen", ["", "[]", "pas du json", '{"phone": 3}'])
def test_a_damaged_form_never_breaks(cast: Cast, structure, seen):
    client, address = cast.client("chloe"), url("edit", cast, structure.pk)
    answer = client.post(address, filled(client, address) | {"seen": seen})
    assert answer.status_code in {200, 302, 409}
