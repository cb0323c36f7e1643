"""`maillage check` says what is wrong in one line, what to do in the next, and nothing when all is well."""

import shutil
import socket
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from django.core.management import call_command
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from maillage.core import jobs
from maillage.core.diagnosis import machine, services
from maillage.core.diagnosis.findings import Level
from maillage.core.diagnosis.run import findings
from maillage.core.models import Job, Letter, MailServer
from maillage.spaces.models import Role
from tests.factories import NOW, make_cast, make_user

pytestmark = pytest.mark.django_db


def told(found) -> list[tuple[str, str]]:
    return [(one.level.value, one.told) for one in found]


def by_subject(subject: str, now=NOW) -> list[tuple[str, str]]:
    return told(one for one in findings(now) if one.subject == subject)


def test_a_folder_that_cannot_be_written(settings) -> None:
    settings.VAR_DIR = "/proc/self"
    [one] = machine.folder(NOW)
    assert one.level == Level.ERROR
    assert one.told.startswith("On ne peut pas écrire dans /proc/self")


def test_a_disk_that_fills_up(settings, tmp_path, monkeypatch) -> None:
    settings.VAR_DIR = tmp_path
    free = SimpleNamespace(free=400_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _root: free)
    assert told(machine.folder(NOW)) == [("à voir", f"0.4 Go libres dans {tmp_path}.")]
    free.free = 20_000_000_000
    assert told(machine.folder(NOW)) == [("bien", f"20.0 Go libres dans {tmp_path}.")]


@pytest.mark.parametrize(
    ("base", "hosts", "production", "level"),
    [
        ("https://ess.exemple.fr", ["ess.exemple.fr"], True, "bien"),
        ("https://ess.exemple.fr", ["autre.fr"], True, "erreur"),
        ("http://ess.exemple.fr", ["ess.exemple.fr"], True, "erreur"),
        ("http://127.0.0.1:8000", ["127.0.0.1"], False, "à voir"),
        ("https://a.ess.fr", [".ess.fr"], True, "bien"),
    ],
)
def test_the_public_address(settings, base, hosts, production, level) -> None:
    settings.BASE_URL, settings.ALLOWED_HOSTS, settings.PRODUCTION = base, hosts, production
    assert [one.level.value for one in machine.address(NOW)] == [level]


@pytest.mark.parametrize(
    ("production", "count", "level"), [(True, 0, "à voir"), (True, 1, "bien"), (False, 0, "bien")]
)
def test_proxies_are_declared_in_production(settings, production, count, level) -> None:
    settings.PRODUCTION, settings.TRUSTED_PROXIES = production, count
    assert [one.level.value for one in machine.proxies(NOW)] == [level]


def test_backups_are_recent_and_encrypted(settings, tmp_path) -> None:
    settings.VAR_DIR, settings.PRODUCTION, settings.BACKUP_RECIPIENT = tmp_path, True, ""
    assert (
        told(machine.backups(NOW))[0][1] == "Aucune sauvegarde n'a été faite par maillage backup."
    )
    (tmp_path / "last-backup").write_text(NOW.isoformat())
    assert told(machine.backups(NOW)) == [
        ("à voir", "La dernière est du 22/11/2026 à 09:30. Elle n'est pas chiffrée.")
    ]
    settings.BACKUP_RECIPIENT = "age1"
    assert told(machine.backups(NOW)) == [("bien", "La dernière est du 22/11/2026 à 09:30.")]
    assert [one.level.value for one in machine.backups(NOW + timedelta(days=3))] == ["à voir"]
    (tmp_path / "last-backup").write_text("n'importe quoi")
    assert machine.backups(NOW)[0].level == Level.WARNING


def test_a_database_to_migrate_stops_there(monkeypatch) -> None:
    step = SimpleNamespace(__str__=lambda: "x")
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_args: [(step, False)])
    found = list(findings(NOW))
    assert [one.level.value for one in found if one.subject == "Base de données"] == ["erreur"]
    assert {one.subject for one in found} & {"Courrier", "Sauvegarde", "Espaces"} == set()


def test_workers_that_work_or_not() -> None:
    now = timezone.now()
    assert told(services.workers(now))[0] == (
        "à voir",
        "Aucune tâche n'a été faite depuis un jour.",
    )
    jobs.enqueue("core.echo", word="x")
    assert services.workers(now)[0].level == Level.WARNING  # asked a moment ago
    later = now + timedelta(minutes=11)
    DBTaskResult.objects.update(run_after=now)
    level, sentence = told(services.workers(later))[0]
    assert (level, sentence[:30]) == ("erreur", "1 tâche(s) attendent depuis pl")
    jobs.drain()
    assert told(services.workers(timezone.now())) == [("bien", "Ils travaillent.")]
    Job.objects.update(status=Job.Status.FAILED, error="Le fichier manque.")
    level, sentence = told(services.workers(timezone.now()))[0]
    assert (level, "core.echo (Le fichier manque.)" in sentence) == ("à voir", True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Silent:
    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        return "250 OK"


def test_a_mail_server_that_answers_or_not(settings) -> None:
    if hasattr(settings, "MAILERS"):
        pytest.skip("settings of the next Django")
    settings.EMAIL_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    controller = Controller(Silent(), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = controller.port
        assert told(services.mail(NOW)) == [("bien", "Le serveur répond.")]
    finally:
        controller.stop()
    settings.EMAIL_PORT = 1
    assert [one.level.value for one in services.mail(NOW)] == ["erreur"]


def test_a_paused_outbox_and_letters_given_up() -> None:
    MailServer.objects.update_or_create(pk=1, defaults={"down_since": NOW})
    for status in ("waiting", "failed"):
        Letter.objects.create(kind="x", to="a@test.example", status=status, created_at=NOW)
    sentences = [sentence for _level, sentence in told(services.mail(NOW))][1:]
    assert sentences == [
        "Envois en pause depuis le 22/11/2026 à 09:30 : 1 message(s) attendent, aucun n'est perdu.",
        "1 message(s) abandonné(s) en sept jours.",
    ]


def test_a_scanner_that_does_not_answer(settings) -> None:
    settings.CLAMAV = "127.0.0.1:1"
    assert [one.level.value for one in services.scanner(NOW)] == ["erreur"]
    settings.CLAMAV = ""
    assert [one.level.value for one in services.scanner(NOW)] == ["bien"]


def test_a_space_nobody_administers() -> None:
    cast = make_cast()
    assert by_subject("Espaces") == [
        ("erreur", "L'espace « Plaine Sud » n'a personne pour l'administrer.")
    ]
    Role.objects.filter(space=cast.other_space).update(kind=Role.Kind.ADMINISTRATOR)
    assert by_subject("Espaces") == []
    cast.bruno.is_active = False
    cast.bruno.save()
    assert len(by_subject("Espaces")) == 1


def test_demonstration_accounts_in_production(settings) -> None:
    make_user(is_demo=True)
    assert by_subject("Comptes") == []
    settings.PRODUCTION = True
    assert [level for level, _told in by_subject("Comptes")] == ["erreur"]


def test_the_command_fails_when_something_is_wrong(settings) -> None:
    out = StringIO()
    call_command("check", stdout=out)
    assert out.getvalue().splitlines()[-1].startswith("0 erreur(s), ")
    make_cast()
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("check", stdout=out)
    lines = out.getvalue().splitlines()
    at = lines.index("✗ Espaces : L'espace « Plaine Sud » n'a personne pour l'administrer.")
    assert lines[at + 1].startswith("    → maillage add_agent")


def test_with_tags_only_django_speaks() -> None:
    out = StringIO()
    make_cast()
    call_command("check", tags=["models"], stdout=out, stderr=StringIO())
    assert out.getvalue() == "System check identified no issues (0 silenced).\n"
