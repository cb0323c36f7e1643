"""An identifier that stands elsewhere: joined when it can be, never an import that cannot pass or be undone."""

import pytest

from maillage.sources.actions.runs import undo_run
from maillage.structures.models import Establishment, Structure
from tests.factories import NOW, make_establishment, make_space, make_structure
from tests.sources.pipeline import dump, imported, place, record

pytestmark = pytest.mark.django_db
SIREN, SIRET = "732829320", "73282932000074"


@pytest.fixture
def typed() -> Structure:
    """Created by an agent who knew the SIRET of the place and not the SIREN."""
    structure = make_structure("L'Atelier des Ormes", siren=None)
    make_establishment(structure, siret=SIRET)
    return structure


def test_a_structure_without_siren_is_known_by_the_siret_of_its_place(typed: Structure) -> None:
    run = imported(make_space(), record("ATELIERS ORMES", siren=SIREN, siret=SIRET))
    typed.refresh_from_db()
    assert (run.counts["created"], run.counts["updated"], typed.siren) == (0, 1, SIREN)
    assert Establishment.objects.get().siret == SIRET


def test_a_place_that_stands_elsewhere_is_left_out_and_the_rest_is_imported(
    typed: Structure,
) -> None:
    space = make_space()
    known = make_structure("La Recyclerie", siren=SIREN)
    make_establishment(known, siret=None, address="1 rue Neuve")
    before = dump(space)
    run = imported(
        space,
        record("La Recyclerie", siren=SIREN, siret=SIRET, fields={"phone": "0102030405"}),
        record("Autre", siren="552100554", places=(place(siret="55210055400013"),)),
    )
    known.refresh_from_db()
    assert (known.phone, run.counts["skipped"]) == ("0102030405", 1)
    assert Structure.objects.filter(siren="552100554").exists()
    assert list(typed.establishments.values_list("siret", flat=True)) == [SIRET]
    undo_run(run, by=None, now=NOW)
    assert dump(space) == before


def test_a_siret_is_not_given_to_a_second_place(typed: Structure) -> None:
    known = make_structure("La Recyclerie", siren=SIREN)
    place_ = make_establishment(known, siret=None, address="12 rue de Paris")
    run = imported(make_space(), record("La Recyclerie", siren=SIREN, siret=SIRET))
    place_.refresh_from_db()
    assert (place_.siret, run.status, run.counts["skipped"]) == (None, "applied", 1)


def test_taking_back_leaves_an_identifier_that_somebody_else_bears_now() -> None:
    space = make_space()
    known = make_structure("La Recyclerie", in_space=space, siren="552100554", rna="W931234567")
    run = imported(space, record("La Recyclerie", siren=SIREN, rna=known.rna, places=()))
    known.refresh_from_db()
    assert known.siren == SIREN
    make_structure("Autre", siren="552100554")
    undo_run(run, by=None, now=NOW)
    known.refresh_from_db()
    assert (known.siren, run.status, run.counts["undo_skipped"]) == (SIREN, "undone", 1)
