"""`maillage import_table` from end to end, on the shell's side of things."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from maillage.core.tabular.writing import Column, csv_chunks, geojson_chunks, xlsx_file
from maillage.sources.models import ColumnMapping, ImportRun
from maillage.structures.models import Establishment, Structure
from tests.factories import Cast, make_siren, make_siret, make_structure
from tests.sources.pipeline import dump

pytestmark = pytest.mark.django_db


@pytest.fixture
def run_command(cast: Cast, tmp_path):
    def run(content, *arguments, name="liste.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        out = io.StringIO()
        call_command(
            "import_table",
            str(path),
            f"--space={cast.space.slug}",
            *arguments,
            stdout=out,
            stderr=io.StringIO(),
        )
        return out.getvalue()

    return run


def last(output):
    found = json.loads(output.splitlines()[-1])
    found.pop("run")
    return {key: count for key, count in found.items() if count}


SIREN = make_siren()
KEPT = (
    "Nom;SIRET;Ville;Courriel;Remarque\n"
    f"La Boucle;{make_siret(SIREN)};Pantin;a@b.fr;x\nLe Fournil;;Montreuil (93);;\nAilleurs;;Lyon 3e;;\nSans lieu;;;;\n"
)


def test_dry_run_apply_again_and_undo(cast: Cast, run_command):
    known = make_structure("La Boucle", in_space=cast.space, siren=SIREN)
    before = dump(cast.space)

    output = run_command(KEPT)
    assert "Nom                                       Nom de la structure" in output
    assert "Remarque                                  —" in output
    assert "Rien n'a été écrit." in output
    assert last(output) == {
        "created": 1,
        "updated": 1,
        "refused": 1,
        "outside": 1,
        "establishments_created": 1,
    }
    assert dump(cast.space) == before
    assert not ColumnMapping.objects.exists()

    run_command(KEPT, "--apply")
    known.refresh_from_db()
    assert known.email == "a@b.fr"
    assert ColumnMapping.objects.get().name == "liste.csv"
    after = dump(cast.space)
    again = last(run_command(KEPT, "--apply"))
    assert again == {"unchanged": 2, "refused": 1, "outside": 1}
    assert dump(cast.space) == after

    for run in ImportRun.objects.filter(status="applied").order_by("-id"):
        call_command("undo_import", str(run.pk), stdout=io.StringIO())
    assert dump(cast.space) == before


def test_columns_by_hand(run_command):
    output = run_command(
        "A;B;C\nx;Pantin;non\n", "--map", "A=name", "--map", "B=municipality", "--map", "C="
    )
    assert last(output) == {"created": 1, "establishments_created": 1}
    whole = '{"A": "name", "B": "municipality"}'
    assert last(run_command("A;B;C\nx;Pantin;non\n", "--mapping", whole)) == last(output)


def test_source_and_date_are_kept(run_command):
    run_command("nom;ville\nA;Pantin\n", "--source=Cress", "--date=2026-02-01", "--apply")
    run = ImportRun.objects.get()
    assert run.options["source"] == "Cress"
    assert str(run.source_date) == "2026-02-01"
    made = Structure.objects.get(name="A")
    assert made.provenance["name"]["source"] == "table"
    assert made.provenance["name"]["date"] == "2026-02-01"


@pytest.mark.parametrize(
    ("content", "arguments", "expected"),
    [
        ("", [], "Ce fichier est vide."),
        ("nom;ville\nA;Pantin\n", ["--map", "Z=name"], "Le fichier n'a pas de colonne « Z ». Colonnes : « nom », « ville »."),
        ("nom;ville\nA;Pantin\n", ["--map", "nom"], "--map attend COLONNE=CHAMP, pas « nom »."),
        ("nom;ville\nA;Pantin\n", ["--mapping", "{"], "--mapping attend du JSON ou un fichier JSON lisible."),
        ("nom;ville\nA;Pantin\n", ["--mapping", "[1]"], "--mapping attend du JSON ou un fichier JSON lisible."),
        ("nom;ville\nA;Pantin\n", ["--sheet", "x", "--map", "nom=zzz"], "« zzz » n'est pas un champ connu."),
        ("numéro;x\nA;Pantin\n", [], "Aucune colonne ne donne le nom"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_one_sentence_and_changes_nothing(
    cast: Cast, run_command, content, arguments, expected
):
    with pytest.raises(CommandError) as caught:
        run_command(content, *arguments)
    assert str(caught.value).startswith(expected)
    assert caught.value.returncode == 2
    assert not Structure.objects.exists()


def test_every_format_gives_the_same_plan(run_command):
    columns = [Column("nom", "nom"), Column("ville", "ville")]
    rows = [{"nom": "A", "ville": "Pantin"}, {"nom": "B", "ville": "Pantin"}]
    with xlsx_file(rows, columns, title="Liste") as book:
        files = [
            b"".join(csv_chunks(rows, columns)),
            book.read(),
            b"".join(geojson_chunks(rows, columns)),
        ]
    files += [json.dumps(rows).encode(), "nom,ville\nA,Pantin\nB,Pantin\n".encode("utf-16")]
    assert [last(run_command(data)) for data in files] == [
        {"created": 2, "establishments_created": 2}
    ] * 5


def test_a_point_in_the_file_is_kept_with_its_origin(run_command):
    run_command("nom;ville;adresse;lat;lon\nA;Pantin;3 rue B;48,8938;2,4125\n", "--apply")
    place = Establishment.objects.get()
    assert (place.lon, place.lat, place.location_quality, place.location_source) == (
        2.4125,
        48.8938,
        "house",
        "fichier",
    )
