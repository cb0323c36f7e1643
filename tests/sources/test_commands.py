"""The commands say what happened, to a person and to a program, and exit with a code that means something."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from maillage.sources.actions.runs import RunRefusedError
from maillage.sources.connectors import registry
from maillage.sources.management.base import ImportCommand
from maillage.sources.models import ImportRun
from maillage.structures.models import Structure
from tests.factories import make_space
from tests.sources.pipeline import Stream, plan, record

pytestmark = pytest.mark.django_db


class Command(ImportCommand):
    connector_key = "table"
    file_options = {"file": "le fichier"}


@pytest.fixture
def a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "liste.csv"
    path.write_text("x")
    monkeypatch.setattr(
        "maillage.sources.management.base.connector",
        lambda key: Stream([record(siren="732829320")]),
    )
    return path


def run(*args: object) -> tuple[str, dict]:
    out = StringIO()
    call_command(Command(stdout=out, stderr=StringIO()), *map(str, args))
    lines = out.getvalue().strip().splitlines()
    return lines[0], json.loads(lines[-1])


def test_dry_run_by_default_then_apply(a_file: Path) -> None:
    make_space("ville")
    title, summary = run("--file", a_file, "--space", "ville")
    assert title.startswith("Essai à blanc")
    assert summary == {
        "run": ImportRun.objects.get().pk, "created": 1, "updated": 0, "unchanged": 0, "suggested": 0,
        "refused": 0, "outside": 0, "establishments_created": 1, "doubtful": 0,
    }  # fmt: skip
    assert not Structure.objects.exists()
    title, summary = run("--file", a_file, "--space", "ville", "--apply")
    assert (title.startswith("Import appliqué"), summary["created"], Structure.objects.count()) == (
        True,
        1,
        1,
    )


def test_a_tried_import_can_be_applied_then_taken_back(a_file: Path) -> None:
    make_space("ville")
    _, summary = run("--file", a_file, "--space", "ville")
    call_command("apply_import", summary["run"], stdout=StringIO())
    assert Structure.objects.count() == 1
    out = StringIO()
    call_command("undo_import", summary["run"], stdout=out)
    assert json.loads(out.getvalue().splitlines()[-1]) == {
        "run": summary["run"],
        "structures": 1,
        "deleted": 1,
        "skipped": 0,
    }
    assert not Structure.objects.exists()
    with pytest.raises(CommandError, match="rien à annuler") as refusal:
        call_command("undo_import", summary["run"])
    assert refusal.value.returncode == 2


def test_unknown_space_file_or_run_is_said_plainly(a_file: Path) -> None:
    make_space("ville")
    with pytest.raises(CommandError, match="Espaces connus : ville") as refusal:
        run("--file", a_file, "--space", "vile")
    assert refusal.value.returncode == 2
    with pytest.raises(CommandError, match=r"absent\.csv n'existe pas"):
        run("--file", a_file.with_name("absent.csv"), "--space", "ville")
    with pytest.raises(CommandError, match="ce n'est pas un fichier"):
        run("--file", a_file.parent, "--space", "ville")
    for command in ("undo_import", "apply_import"):
        with pytest.raises(CommandError, match="n° 999 n'existe pas"):
            call_command(command, 999)


def test_every_connector_has_a_weight_or_is_a_relay() -> None:
    assert set(registry._PATHS) - set(registry.PRIORITIES) == {"decision"}


def test_a_refused_apply_keeps_the_dry_run(a_file: Path) -> None:
    space = make_space("ville")
    planned = plan(space, record(siren="732829320"))
    run("--file", a_file, "--space", "ville", "--apply")
    with pytest.raises(CommandError, match="relancez la lecture") as refusal:
        call_command("apply_import", planned.pk)
    assert isinstance(refusal.value.__cause__, RunRefusedError)


def test_the_summary_says_what_the_source_holds_by_family_and_commune(a_file: Path) -> None:
    make_space("ville")
    out = StringIO()
    call_command(Command(stdout=out, stderr=StringIO()), "--file", str(a_file), "--space", "ville")
    assert "  Structures par famille : famille inconnue 1" in out.getvalue().splitlines()
    assert "  Structures par commune : Montreuil 1" in out.getvalue().splitlines()
