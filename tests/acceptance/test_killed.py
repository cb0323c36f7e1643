"""`kill -9` in a real process on a real database file: the directory is as before, and a rerun ends well."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.files import write_list

pytestmark = pytest.mark.one_engine
COUNT = 1200  # three batches of an apply
# Runs one command, and kills its own process at the `nth` statement that contains `word`.
KILLER = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from django.db import connection
word, nth, seen = sys.argv[1], int(sys.argv[2]), 0

def kill_at(execute, sql, params, many, context):
    global seen
    seen += word in sql
    if seen == nth:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)

with connection.execute_wrapper(kill_at):
    call_command(*sys.argv[3:])
"""


class Installation:
    """A scratch installation: its folder, its commands, what its database holds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **{key: os.environ[key] for key in ("PATH", "PYTHONPATH") if key in os.environ},
            "DJANGO_SETTINGS_MODULE": "maillage.config.settings.base",
            "MAILLAGE_VAR_DIR": str(folder),
        }
        source = Path(__file__).resolve().parents[2] / "src"
        self.environment["PYTHONPATH"] = str(source)

    def command(self, *words: object) -> str:
        argv = [sys.executable, "-m", "maillage.config.cli", *map(str, words)]
        done = subprocess.run(
            argv, env=self.environment, capture_output=True, text=True, check=True, cwd=self.folder
        )
        return done.stdout

    def killed(self, word: str, nth: int, *words: object) -> None:
        argv = [sys.executable, "-c", KILLER, word, str(nth), *map(str, words)]
        done = subprocess.run(
            argv, env=self.environment, capture_output=True, check=False, cwd=self.folder
        )
        assert done.returncode == -9, done.stderr.decode()[-600:]

    def holds(self) -> dict[str, int]:
        tables = ("structures_structure", "structures_establishment", "core_journalentry")
        with closing(sqlite3.connect(self.folder / "maillage.sqlite3")) as database:
            return {
                table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in tables
            }


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    found = Installation(tmp_path_factory.mktemp("installation"))
    found.command("migrate", "-v", "0")
    found.command("create_space", "est-ensemble", "--territory", "200057875")
    write_list(found.folder / "liste.csv", COUNT)
    return found


def test_killed_while_reading_then_while_applying_then_done(installation: Installation) -> None:
    arguments = ("import_table", installation.folder / "liste.csv", "--space", "est-ensemble")

    installation.killed('INSERT INTO "sources_importchange"', 2, *arguments, "--apply")
    assert installation.holds()["structures_structure"] == 0

    tried = json.loads(installation.command(*arguments).strip().splitlines()[-1])
    assert tried["created"] == COUNT
    before = installation.holds()
    installation.killed('INSERT INTO "structures_structure"', 2, "apply_import", str(tried["run"]))
    assert installation.holds() == before

    applied = installation.command("apply_import", tried["run"])
    assert json.loads(applied.strip().splitlines()[-1])["created"] == COUNT
    assert installation.holds()["structures_structure"] == COUNT
    assert installation.holds()["structures_establishment"] == COUNT

    installation.killed("DELETE FROM", 2, "undo_import", str(tried["run"]))
    assert installation.holds()["structures_structure"] == COUNT
    installation.command("undo_import", tried["run"])
    after = installation.holds()
    assert after["structures_structure"] == after["structures_establishment"] == 0
