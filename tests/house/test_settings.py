"""A setting that `.env.example` does not show cannot be found; one the code forgot misleads."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from maillage.config.settings import env, mail
from tests.house.files import ROOT, SOURCE, under

NAME = re.compile(r"\bMAILLAGE_[A-Z][A-Z_]*[A-Z]\b")


def names_in(*paths: Path) -> set[str]:
    return {name for path in paths for name in NAME.findall(path.read_text())}


def test_every_setting_is_in_the_example_and_conversely() -> None:
    read = {name for name in names_in(*under(SOURCE, ".py")) if not name.endswith("_FILE")}
    assert read == names_in(ROOT / ".env.example")


def test_the_example_says_what_each_setting_is_for() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    assert lines[0].startswith("# ")
    assert [line for line in lines if not re.match(r"^(# .*|MAILLAGE_[A-Z_]+=.*|)$", line)] == []


def start(**variables: str) -> subprocess.CompletedProcess:
    """Load the settings in a fresh process, as `maillage` does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAILLAGE_")}
    return subprocess.run(
        [sys.executable, "-c", "import maillage.config.settings.base"],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": "src", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        (
            {"MAILLAGE_ENV": "prod"},
            "MAILLAGE_ENV vaut « prod » ; attendu : development, production.",
        ),
        ({"MAILLAGE_ENV": "production"}, "MAILLAGE_SECRET_KEY manque"),
        (
            {"MAILLAGE_ENV": "production", "MAILLAGE_SECRET_KEY": "x" * 60},
            "MAILLAGE_ALLOWED_HOSTS manque",
        ),
        (
            {
                "MAILLAGE_ENV": "production",
                "MAILLAGE_SECRET_KEY": "x" * 60,
                "MAILLAGE_ALLOWED_HOSTS": "ess.test",
            },
            "MAILLAGE_BASE_URL manque",
        ),
        ({"MAILLAGE_BASE_URL": "exemple.fr"}, "MAILLAGE_BASE_URL vaut « exemple.fr »"),
        ({"MAILLAGE_TRUSTED_PROXIES": "-1"}, "attendu : un entier de 0 à 5."),
        ({"MAILLAGE_OUTBOUND_NETWORKS": "10.1.0.0/8"}, "attendu : des réseaux comme 10.1.0.0/16."),
        ({"MAILLAGE_MAX_UPLOAD_MB": "beaucoup"}, "attendu : un entier de 1 à 2000."),
        ({"MAILLAGE_DATABASE_URL": "mysql://x"}, "MAILLAGE_DATABASE_URL vaut « mysql://x »"),
        ({"MAILLAGE_EMAIL_URL": "ftp://x"}, "MAILLAGE_EMAIL_URL : attendu smtp://"),
        ({"MAILLAGE_SECRET_KEY_FILE": "/absent"}, "MAILLAGE_SECRET_KEY_FILE : impossible de lire"),
    ],
)
def test_a_wrong_setting_is_refused_at_start_with_a_sentence(
    variables: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    result = start(MAILLAGE_VAR_DIR=str(tmp_path), **variables)
    assert result.returncode == 1
    assert sentence in result.stderr.splitlines()[-1]


def test_the_example_is_a_working_configuration(tmp_path: Path) -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    values = dict(line.split("=", 1) for line in lines if line.startswith("MAILLAGE_"))
    result = start(**(values | {"MAILLAGE_VAR_DIR": str(tmp_path)}))
    assert (result.returncode, result.stderr) == (0, "")


def test_a_secret_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret\n", encoding="utf-8")
    monkeypatch.setenv("MAILLAGE_X_FILE", str(secret))
    assert env.text("MAILLAGE_X") == "a secret"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_postgresql_address_is_read(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILLAGE_X", f"{scheme}://un%40nom:mot%2Fde@[::1]:5433/base")
    values = env.database("MAILLAGE_X", "")
    assert {name: values[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "base",
        "USER": "un@nom",
        "PASSWORD": "mot/de",
        "HOST": "::1",
        "PORT": "5433",
    }


def test_sqlite_keeps_what_it_acknowledged() -> None:
    options = env.database("MAILLAGE_ABSENT", "sqlite:////tmp/x.sqlite3")["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        assert f"PRAGMA {pragma}" in options["init_command"]


def test_settings_modules_stay_short() -> None:
    for path in under(SOURCE / "config" / "settings", ".py"):
        assert path.read_text().count("\n") < 300
        importlib.import_module(f"maillage.config.settings.{path.stem}".removesuffix(".__init__"))


def test_reading_a_setting_never_guesses() -> None:
    with pytest.raises(ImproperlyConfigured):
        env.integer("MAILLAGE_ABSENT", 11, low=0, high=10)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("smtp://mail.test", ("mail.test", 25, "", "", False, False)),
        ("smtp://a%40b:p%2Fw@mail.test:587", ("mail.test", 587, "a@b", "p/w", False, True)),
        ("smtp://u:p@mail.test:2525", ("mail.test", 2525, "u", "p", False, True)),
        ("smtps://u:p@mail.test", ("mail.test", 465, "u", "p", True, False)),
    ],
)
def test_a_mail_server_is_read_with_its_encryption(address: str, expected: tuple) -> None:
    values = mail.settings_of(address)
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_SSL", "USE_TLS")
    if "MAILERS" in values:
        assert values["MAILERS"]["default"]["BACKEND"] == mail.QUEUE
        options = values["MAILERS"]["delivery"]["OPTIONS"]
        names_now = ("host", "port", "username", "password", "use_ssl", "use_tls")
        assert tuple(options[name] for name in names_now) == expected
    else:
        assert tuple(values[f"EMAIL_{name}"] for name in names) == expected
        assert values["EMAIL_TIMEOUT"] == 10
        assert values["EMAIL_BACKEND"] == mail.QUEUE
        assert values["EMAIL_DELIVERY_BACKEND"].endswith("smtp.EmailBackend")


def test_a_console_is_written_to_at_once() -> None:
    values = mail.settings_of("console:")
    door = (
        values["MAILERS"]["default"]["BACKEND"] if "MAILERS" in values else values["EMAIL_BACKEND"]
    )
    assert door == "django.core.mail.backends.console.EmailBackend"
