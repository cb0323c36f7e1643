"""From a file on disk to the public page and back, by the commands an agent would run."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from maillage.spaces.models import Role, Space
from maillage.structures.actions.save import update_structure
from maillage.structures.models import Establishment, Structure
from tests.acceptance.files import TOWNS, hostile_files, write_list
from tests.factories import NOW, make_role, make_user

pytestmark = pytest.mark.django_db
TERRITORIES = {"est-ensemble": "200057875", "seine-saint-denis": "93"}


@pytest.fixture
def spaces() -> dict[str, Space]:
    """Two authorities whose perimeters overlap, opened by the command."""
    for slug, territory in TERRITORIES.items():
        call_command("create_space", slug, territory=territory, stdout=io.StringIO())
    return {space.slug: space for space in Space.objects.all()}


def run(*args: object, **options: object) -> dict:
    """What the command says last: a JSON line."""
    out = io.StringIO()
    call_command(*args, stdout=out, stderr=io.StringIO(), **options)
    return json.loads(out.getvalue().strip().splitlines()[-1])


def exports(client: Client) -> dict[str, bytes]:
    """Every download of every space, byte for byte."""
    found = {}
    for slug in TERRITORIES:
        for extension in ("csv", "xlsx", "geojson"):
            response = client.get(f"/{slug}/annuaire/export.{extension}")
            assert response.status_code == 200
            found[f"{slug}.{extension}"] = response.getvalue()
    return found


@pytest.fixture
def a_list(tmp_path: Path) -> Path:
    write_list(tmp_path / "liste.csv", 60)
    return tmp_path / "liste.csv"


def test_dry_run_apply_twice_and_undo(spaces: dict, client: Client, a_list: Path) -> None:
    untouched = exports(client)
    tried = run("import_table", a_list, space="est-ensemble")
    assert (tried["created"], tried["refused"]) == (60, 0)
    assert exports(client) == untouched

    applied = run("import_table", a_list, space="est-ensemble", apply=True)
    assert (applied["created"], applied["establishments_created"]) == (60, 60)
    filled = exports(client)
    assert all(filled[name] != untouched[name] for name in untouched)

    again = run("import_table", a_list, space="est-ensemble", apply=True)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 60)
    assert exports(client) == filled

    addresses = set(Structure.objects.values_list("slug", "name"))
    run("undo_import", applied["run"])
    assert exports(client) == untouched
    assert not Structure.objects.exists()

    assert run("import_table", a_list, space="est-ensemble", apply=True)["created"] == 60
    assert set(Structure.objects.values_list("slug", "name")) == addresses


def test_each_town_holds_what_the_file_says(spaces: dict, tmp_path: Path, client: Client) -> None:
    towns = write_list(tmp_path / "liste.csv", 61)
    run("import_table", tmp_path / "liste.csv", space="est-ensemble", apply=True)
    for code, expected in towns.items():
        assert Establishment.objects.filter(municipality_code=code).count() == expected
        export = client.get("/est-ensemble/annuaire/export.geojson", {"commune": code})
        assert len(json.loads(export.getvalue())["features"]) in (0, expected)
        page = client.get("/est-ensemble/annuaire/export.csv", {"commune": code})
        assert page.getvalue().decode("utf-8-sig").count("Atelier inventé") == expected


def test_two_spaces_that_overlap_show_a_structure_once_each_and_edit_it_once(
    spaces: dict, client: Client, a_list: Path
) -> None:
    run("import_table", a_list, space="est-ensemble", apply=True)
    second = run("import_table", a_list, space="seine-saint-denis", apply=True)
    assert (second["created"], second["unchanged"]) == (0, 60)
    assert Structure.objects.count() == 60
    agent = make_user()
    make_role(spaces["est-ensemble"], agent, Role.Kind.AGENT)
    structure = Structure.objects.get(name="Atelier inventé 7")
    update_structure(
        structure, {"name": "La Tourterelle"}, by=agent, now=NOW, space=spaces["est-ensemble"]
    )
    for slug in TERRITORIES:
        export = client.get(f"/{slug}/annuaire/export.csv").getvalue().decode("utf-8-sig")
        assert export.count("La Tourterelle") == 1
        assert "Atelier inventé 7;" not in export
        page = client.get(f"/{slug}/structures/{structure.slug}/")
        assert page.status_code == 200
        assert "La Tourterelle" in page.content.decode()


@pytest.mark.parametrize("command", ["import_table", "import_siae", "import_rna", "import_esus"])
def test_a_hostile_file_gets_one_sentence_and_changes_nothing(
    spaces: dict, client: Client, tmp_path: Path, command: str
) -> None:
    before = exports(client)
    for trouble, path in hostile_files(tmp_path).items():
        with pytest.raises(CommandError) as refusal:
            run(command, path, space="est-ensemble", apply=True)
        sentence = str(refusal.value)
        assert refusal.value.returncode == 2, trouble
        assert 20 <= len(sentence) < 300, trouble
        assert sentence.endswith((".", "…")), trouble
        assert "\n" not in sentence, trouble
        assert "Traceback" not in sentence, trouble
    assert exports(client) == before


def test_a_zip_bomb_is_refused_before_it_opens(spaces: dict, tmp_path: Path) -> None:
    bomb = tmp_path / "bombe.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("liste.csv", b"0" * 250_000_000)
    with pytest.raises(CommandError, match="refusé par sécurité"):
        run("import_table", bomb, space="est-ensemble", apply=True)
    assert not Structure.objects.exists()


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "utf-8-sig"])
def test_every_encoding_gives_the_same_names(spaces: dict, tmp_path: Path, encoding: str) -> None:
    _code, postal_code, town = TOWNS[0]
    text = f"Nom;Code postal;Ville\nCrèche « L'Œuf » à 5 €;{postal_code};{town}\n"
    path = tmp_path / "liste.csv"
    path.write_bytes(text.encode(encoding))
    assert run("import_table", path, space="est-ensemble", apply=True)["created"] == 1
    assert Structure.objects.get().name == "Crèche « L'Œuf » à 5 €"


def test_formulas_of_a_hostile_name_never_reach_a_spreadsheet(
    spaces: dict, tmp_path: Path, client: Client
) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(
        'Nom;Code postal;Ville\n=HYPERLINK(1);93100;Montreuil\n"<script>x</script>";93100;Montreuil\n'
    )
    run("import_table", path, space="est-ensemble", apply=True)
    export = client.get("/est-ensemble/annuaire/export.csv").getvalue().decode("utf-8-sig")
    cells = [cell for line in export.splitlines() for cell in line.split(";")]
    assert not any(cell.lstrip('"').startswith("=") for cell in cells)
    page = client.get("/est-ensemble/annuaire/").content.decode()
    assert "<script>x</script>" not in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page
