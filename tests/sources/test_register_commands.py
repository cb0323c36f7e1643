"""The commands of the registers, from the file to the directory."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from maillage.sources.connectors.registry import connector
from maillage.sources.management.base import JSON_KEYS
from maillage.structures.models import Establishment, Label, Structure
from tests.factories import make_space
from tests.sources.sirene_files import place, places_file, unit, units_file

pytestmark = pytest.mark.django_db


def run(name, *args, **options):
    out = StringIO()
    call_command(name, *args, space="ici", stdout=out, stderr=StringIO(), **options)
    return json.loads(out.getvalue().splitlines()[-1])


@pytest.fixture
def sirene(tmp_path):
    make_space("ici", communes=("75120",))
    units = units_file(tmp_path, [unit(), unit("900000100", categorieJuridiqueUniteLegale="1000")])
    places = places_file(
        tmp_path,
        [place(), place("90000000100029", etablissementSiege="false"), place("90000010000017")],
    )
    return {"units": units, "establishments": places}


def test_sirene_from_dry_run_to_nothing_left_to_do(sirene):
    dry = run("import_sirene", **sirene)
    assert Structure.objects.count() == 0
    assert {key: dry[key] for key in JSON_KEYS} == {
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "suggested": 0,
        "refused": 0,
        "outside": 1,
        "establishments_created": 2,
        "doubtful": 0,
    }
    run("import_sirene", **sirene, apply=True)
    structure = Structure.objects.get()
    assert (structure.siren, structure.rna, structure.family) == (
        "900000001",
        "W751234567",
        "association",
    )
    assert (structure.ess_status, structure.ess_reason) == (
        "confirmed",
        "Déclarée ESS dans Sirene.",
    )
    assert structure.typology == "entrepreneurial"
    assert list(structure.terms.values_list("code", flat=True)) == ["sec-ree"]
    head, second = Establishment.objects.order_by("siret")
    assert (head.is_head_office, second.is_head_office) == (True, False)
    assert head.lon == pytest.approx(2.39877)

    again = run("import_sirene", **sirene, apply=True)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 1)


def test_a_closed_structure_follows(sirene, tmp_path):
    run("import_sirene", **sirene, apply=True)
    units_file(tmp_path, [unit(etatAdministratifUniteLegale="C", dateDebut="2026-06-30")])
    closed = {"etatAdministratifEtablissement": "F", "dateDebut": "2026-06-30"}
    places_file(tmp_path, [place(**closed), place("90000000100029", **closed)])
    assert run("import_sirene", **sirene, apply=True)["updated"] == 1
    structure = Structure.objects.get()
    assert (structure.state, str(structure.ceased_on)) == ("ceased", "2026-06-30")
    assert {at.state for at in structure.establishments.all()} == {"ceased"}


def test_files_that_do_not_join_change_nothing(sirene, tmp_path):
    units_file(tmp_path, [unit("900000200")])
    with pytest.raises(CommandError, match="Les deux fichiers ne vont pas ensemble") as error:
        run("import_sirene", **sirene, apply=True)
    assert error.value.returncode == 2
    assert Structure.objects.count() == 0


def test_a_list_gives_its_labels_to_what_sirene_brought(sirene, tmp_path):
    run("import_sirene", **sirene, apply=True)
    asp = tmp_path / "asp.csv"
    asp.write_text(
        "MESURE;SIRET;DENOMINATION;CODE POSTAL;VILLE\nACI_DC;90000000100017;ATELIER;75020;PARIS\n"
    )
    done = run("import_siae", str(asp), apply=True)
    assert done["updated"] == 1
    label = Label.objects.get()
    assert (label.term.code, label.establishment.siret) == ("lab-siae-aci", "90000000100017")
    assert Structure.objects.get().name == "Atelier des Lilas Inventes"


@pytest.mark.parametrize(
    "key", ["sirene", "entreprises", "rna", "ess_list", "esus", "siae", "data_inclusion"]
)
def test_each_connector_has_its_door_plate_and_its_command(key):
    found = connector(key)
    assert found.key == key
    assert found.label
    assert found.source
    name = "sync_entreprises" if key == "entreprises" else f"import_{key}"
    with pytest.raises(SystemExit) as stopped:
        call_command(name, "--help")
    assert stopped.value.code == 0
