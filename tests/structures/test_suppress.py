"""What somebody asked to be left out goes, and no import brings it back."""

import pytest

from maillage.core.models import JournalEntry
from maillage.sources.models import ImportChange, Suggestion
from maillage.structures.actions.suppress import SUPPRESSIBLE, suppress
from maillage.structures.models import Structure, Suppression
from tests.factories import NOW, Cast, make_structure
from tests.sources.pipeline import imported, place, record

pytestmark = pytest.mark.django_db


def shown(structure: Structure) -> tuple:
    structure.refresh_from_db()
    return structure.email, structure.phone, structure.state


def hide(cast: Cast, structure: Structure, *fields: str) -> None:
    suppress(structure, fields, by=cast.chloe, now=NOW, space=cast.space, request_id=7)


def test_a_field_goes_and_its_value_is_written_nowhere(cast: Cast):
    structure = make_structure(in_space=cast.space, email="nadia@test.example", phone="0102030405")
    hide(cast, structure, "email")
    hide(cast, structure, "email")
    assert shown(structure) == ("", "0102030405", "active")
    assert list(Suppression.objects.values_list("field", "request_id")) == [("email", 7)]
    lines = JournalEntry.objects.filter(action="suppressed")
    assert {str(line.changes) for line in lines} == {"{'suppressed': [None, ['email']]}"}
    assert "nadia" not in str(list(JournalEntry.objects.values()))


def test_an_unknown_field_is_a_programming_error(cast: Cast):
    structure = make_structure(in_space=cast.space)
    with pytest.raises(KeyError, match="siren"):
        hide(cast, structure, "siren")
    assert Suppression.objects.count() == 0


def test_every_field_offered_can_be_hidden(cast: Cast):
    structure = make_structure(in_space=cast.space)
    hide(cast, structure, *SUPPRESSIBLE)
    assert Suppression.objects.count() == len(SUPPRESSIBLE)


def test_an_import_does_not_bring_back_a_field(cast: Cast):
    structure = make_structure("Vélo Pantin", in_space=cast.space, email="nadia@test.example")
    hide(cast, structure, "email")
    said = {"email": "nadia@test.example", "phone": "0102030405"}
    imported(cast.space, record("Vélo Pantin", siren=structure.siren, fields=said))
    assert shown(structure) == ("", "0102030405", "active")
    assert not Suggestion.objects.exists()
    assert "nadia@" not in str(list(ImportChange.objects.values_list("operations", "notes")))


def test_an_import_does_not_bring_back_a_page(cast: Cast):
    structure = make_structure("Vélo Pantin", in_space=cast.space)
    hide(cast, structure, "page")
    said = {"state": "active"}
    imported(cast.space, record("Vélo Pantin", siren=structure.siren, fields=said))
    assert shown(structure)[2] == "archived"
    assert (Structure.objects.count(), Suggestion.objects.count()) == (1, 0)


def test_an_address_keeps_its_commune_even_when_a_new_place_is_imported(cast: Cast):
    structure = make_structure("Vélo Pantin", in_space=cast.space)
    hide(cast, structure, "address")
    elsewhere = (place("93055", address="4 rue du Bois"),)
    imported(cast.space, record("Vélo Pantin", siren=structure.siren, places=elsewhere))
    public = structure.establishments.values_list("municipality_code", "address_is_public")
    assert sorted(public) == [("93048", False), ("93055", False)]
