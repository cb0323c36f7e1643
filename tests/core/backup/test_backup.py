"""What a backup holds comes back, row by row and file by file, into an empty installation of either engine."""

import os
import subprocess
import sys
import tarfile
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from maillage.accounts.models import User
from maillage.core import jobs
from maillage.core.backup import archive, make
from maillage.core.backup.archive import BackupError
from maillage.core.backup.make import backup
from maillage.core.letters.kinds import LetterKind
from maillage.core.letters.outbox import post
from maillage.spaces.models import Space
from maillage.structures.models import Structure
from tests.factories import NOW, make_cast, make_label, make_structure, make_term, tag

ROOT = Path(__file__).resolve().parents[3]
HELLO = LetterKind(code="tests.hello", label="Essai", subject="Bonjour", text="Bonjour.")


@pytest.fixture(scope="module")
def private_key(tmp_path_factory) -> tuple[Path, str]:
    path = tmp_path_factory.mktemp("keys") / "key.txt"
    return path, archive.new_key(path)


@pytest.fixture
def lived_in(transactional_db, settings) -> Structure:
    """An installation with people, structures, a waiting letter, a waiting job and two files."""
    cast = make_cast()
    one = make_structure("L'Été d'Œuvrer", in_space=cast.space, description="« Ça » 🌱\n\ttab")
    make_label(one, make_term("label", "lab-esus"))
    tag(one, make_term("sector", "sec-essai"))
    post(HELLO, to="lea@test.example", values={}, now=NOW, space_id=cast.space.pk)
    jobs.enqueue("core.echo", word="après")
    for folder, name in (("MEDIA_ROOT", "logos/a.png"), ("UPLOADS_DIR", "b.csv")):
        path = Path(getattr(settings, folder)) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return one


@pytest.fixture
def few_tables(lived_in, monkeypatch) -> None:
    """What is said of the archive needs no 35 000 communes."""
    few = [User, Space, Structure]
    monkeypatch.setattr(make, "kept_models", lambda _apps: few)


class Elsewhere:
    """Another installation: its own folder, its own database, its own processes."""

    def __init__(self, folder: Path, database: str) -> None:
        kept = {name: value for name, value in os.environ.items() if "MAILLAGE" not in name}
        self.folder = folder
        self.environment = {
            **kept,
            "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "maillage.config.settings.base",
            "MAILLAGE_VAR_DIR": str(folder),
            "MAILLAGE_DATABASE_URL": database or f"sqlite:///{folder}/maillage.sqlite3",
        }

    def run(self, *words: object) -> subprocess.CompletedProcess:
        argv = [sys.executable, "-m", "maillage.config.cli", *map(str, words)]
        return subprocess.run(
            argv, env=self.environment, capture_output=True, text=True, check=False
        )

    def ask(self, code: str) -> str:
        done = self.run("shell", "--no-imports", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@contextmanager
def fresh_postgres():
    """An empty database on the server of the tests."""
    at = django_settings.DATABASES["default"]
    given = {key.lower(): at[key] for key in ("USER", "PASSWORD", "HOST", "PORT") if at[key]}
    address = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/maillage_restored".format(**at)
    with closing(psycopg.connect(dbname="postgres", autocommit=True, **given)) as server:
        server.execute("DROP DATABASE IF EXISTS maillage_restored WITH (FORCE)")
        server.execute("CREATE DATABASE maillage_restored TEMPLATE template0")
        try:
            yield address
        finally:
            server.execute("DROP DATABASE maillage_restored WITH (FORCE)")


ASK = """
from maillage.spaces.models import Space
from maillage.structures.models import Structure
from maillage.core.models import Job, Letter
from maillage.core.search.models import SearchDocument
from django.conf import settings
one = Structure.objects.get(pk={pk})
new = Structure.objects.create(name='Nouvelle', slug='nouvelle')
print([one.name, one.description, one.updated_at.isoformat(), new.pk > one.pk,
       list(one.labels.values_list('term__code', flat=True)),
       Letter.objects.get().status, Job.objects.get(name='core.echo').status,
       (settings.MEDIA_ROOT / 'logos/a.png').read_bytes(), (settings.UPLOADS_DIR / 'b.csv').read_bytes()])
"""


def expected(one: Structure) -> str:
    told = [
        one.name, one.description, one.updated_at.isoformat(), True, ["lab-esus"], "failed",
        "failed", b"logos/a.png", b"b.csv",
    ]  # fmt: skip
    return str(told)


def test_a_backup_comes_back_whole_into_sqlite(lived_in, tmp_path) -> None:
    """From the engine of the tests, whichever it is."""
    made = backup(tmp_path / "backups", now=NOW)
    assert made.path.name == "maillage-20261122-093000.tar.gz"
    assert make.last_made_at() == NOW
    assert (made.files, made.path.stat().st_mode & 0o777) == (2, 0o600)
    place = Elsewhere(tmp_path / "var", "")
    place.folder.mkdir()
    done = place.run("restore", made.path)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{made.rows} lignes de {made.tables} tables, 2 fichiers" in done.stdout
    assert place.ask(ASK.format(pk=lived_in.pk)) == expected(lived_in)
    again = place.run("restore", made.path)
    assert (again.returncode, "base vide" in again.stderr) == (1, True)


def test_a_backup_comes_back_whole_into_postgresql(lived_in, tmp_path, postgres) -> None:
    """The way to leave SQLite is tried where a server is: from its own backup, through SQLite and back."""
    if not postgres:
        pytest.skip("no server")
    first = backup(tmp_path / "first", now=NOW)
    light = Elsewhere(tmp_path / "light", "")
    light.folder.mkdir()
    assert light.run("restore", first.path).returncode == 0
    assert light.run("backup", "--to", tmp_path / "second").returncode == 0
    [second] = (tmp_path / "second").iterdir()
    with fresh_postgres() as address:
        heavy = Elsewhere(tmp_path / "heavy", address)
        heavy.folder.mkdir()
        done = heavy.run("restore", second)
        assert (done.returncode, done.stderr) == (0, "")
        assert heavy.ask(ASK.format(pk=lived_in.pk)) == expected(lived_in)


@pytest.mark.one_engine
def test_an_encrypted_backup_is_opened_by_its_key_alone(few_tables, tmp_path, private_key) -> None:
    path, public = private_key
    made = backup(tmp_path / "b", now=NOW, recipient=public)
    assert made.path.suffixes[-2:] == [".gz", ".age"]
    assert "Œuvrer".encode() not in made.path.read_bytes()
    assert list(made.path.parent.iterdir()) == [made.path]
    with archive.opened(made.path, path, tmp_path) as tar:
        assert archive.checked(tar)["tables"]["structures.structure"] == 1
    other = tmp_path / "other.txt"
    archive.new_key(other)
    with (
        pytest.raises(BackupError, match="n'ouvre pas"),
        archive.opened(made.path, other, tmp_path),
    ):
        pass
    with pytest.raises(BackupError, match="--identity"), archive.opened(made.path, None, tmp_path):
        pass


@pytest.mark.one_engine
def test_a_damaged_backup_is_refused(few_tables, tmp_path) -> None:
    made = backup(tmp_path / "b", now=NOW)
    content = made.path.read_bytes()
    made.path.write_bytes(content[: len(content) // 2])
    with pytest.raises(CommandError, match="illisible ou incomplète"):
        call_command("backup", verify=made.path)
    made.path.write_bytes(b"\x1f\x8b" + b"\0" * 50)
    with pytest.raises(CommandError, match="illisible ou incomplète"):
        call_command("backup", verify=made.path)


def rewritten(path: Path, change) -> Path:
    """A copy of an archive, each entry passed through `change(name, bytes)`; None drops it."""
    copy = path.with_name("changed.tar.gz")
    with tarfile.open(path) as old, tarfile.open(copy, "w:gz") as new:
        for info in old:
            content = change(info.name, old.extractfile(info).read())
            if content is not None:
                info.size = len(content)
                spool = path.with_name("spool")
                spool.write_bytes(content)
                with spool.open("rb") as file:
                    new.addfile(info, file)
    return copy


CHANGES = {
    "one letter": (
        lambda name, data: data.replace(b"Ch", b"ch") if "accounts.user" in name else data,
        "abîmée : tables/accounts.user.jsonl",
    ),
    "a missing table": (lambda name, data: None if "spaces.space" in name else data, "abîmée"),
    "no manifest": (lambda name, data: None if "manifest" in name else data, "sommaire manque"),
}


@pytest.mark.one_engine
@pytest.mark.parametrize("case", CHANGES)
def test_an_altered_backup_is_refused(case: str, few_tables, tmp_path) -> None:
    change, sentence = CHANGES[case]
    altered = rewritten(backup(tmp_path / "b", now=NOW).path, change)
    with pytest.raises(CommandError, match=sentence):
        call_command("backup", verify=altered)


@pytest.mark.one_engine
def test_an_entry_that_climbs_out_is_refused(few_tables, tmp_path) -> None:
    path = backup(tmp_path / "b", now=NOW).path
    copy = path.with_name("climbing.tar.gz")
    with tarfile.open(copy, "w:gz") as new:
        info = tarfile.TarInfo("media/../../../etc/cron.d/x")
        new.addfile(info)
    with pytest.raises(CommandError, match="Entrée inattendue"):
        call_command("backup", verify=copy)


@pytest.mark.one_engine
def test_a_backup_that_cannot_be_written_leaves_nothing(few_tables, tmp_path, monkeypatch) -> None:
    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "addfile", full)
    with pytest.raises(BackupError, match="No space left"):
        backup(tmp_path / "b", now=NOW)
    assert list((tmp_path / "b").iterdir()) == []


@pytest.mark.one_engine
def test_only_the_last_backups_are_kept(few_tables, tmp_path, settings) -> None:
    folder = tmp_path / "b"
    folder.mkdir()
    for day in ("01", "02", "03"):
        (folder / f"maillage-202611{day}-030000.tar.gz").write_bytes(b"old")
    settings.BACKUP_RECIPIENT = ""
    call_command("backup", to=folder, keep=2)
    names = sorted(path.name for path in folder.iterdir())
    assert names[0] == "maillage-20261103-030000.tar.gz"
    assert (len(names), names[1][:13]) == (2, f"maillage-{timezone.now():%Y}")
    with pytest.raises(CommandError, match="au moins 1"):
        call_command("backup", to=folder, keep=0)


def test_a_key_is_never_written_over(tmp_path) -> None:
    path = tmp_path / "key.txt"
    call_command("backup", new_key=path)
    before = path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="Impossible d'écrire"):
        call_command("backup", new_key=path)
    assert path.read_text() == before


@pytest.mark.one_engine
def test_a_wrong_recipient_is_said(few_tables, tmp_path) -> None:
    with pytest.raises(BackupError, match="clé publique age"):
        backup(tmp_path / "b", now=NOW, recipient="age1rien")
    assert list((tmp_path / "b").iterdir()) == []


def test_a_backup_is_one_moment(lived_in, tmp_path, postgres, database_url) -> None:
    """Somebody writes while tables are read: neither waits, and the backup does not see it."""
    other = Elsewhere(tmp_path / "var", database_url)
    code = (
        "from maillage.spaces.models import Space; Space.objects.create(slug='pendant', name='P')"
    )
    written = []

    def say(line: str) -> None:
        if line.startswith("accounts.user") and not written:
            written.append(other.ask(code))

    made = backup(tmp_path / "b", now=NOW, say=say)
    assert written == [""]
    with archive.opened(made.path, None, tmp_path) as tar:
        assert archive.checked(tar)["tables"]["spaces.space"] == 2


def test_a_backup_of_another_version_is_explained(lived_in, tmp_path) -> None:
    def newer(name: str, data: bytes) -> bytes:
        return data.replace(b'"0001_initial"', b'"9999_future"') if "manifest" in name else data

    altered = rewritten(backup(tmp_path / "b", now=NOW).path, newer)
    place = Elsewhere(tmp_path / "var", "")
    place.folder.mkdir()
    done = place.run("restore", altered)
    assert (done.returncode, "version plus récente" in done.stderr) == (1, True)
