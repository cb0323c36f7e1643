"""Read `MAILLAGE_*` variables, and refuse a wrong one with a sentence that says what to write."""

import ipaddress
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """A variable, or the content of the file named by `<name>_FILE` (Docker and systemd secrets)."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}_FILE : impossible de lire {path} ({error})."
            ) from error
    return os.environ.get(name, default).strip()


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} vaut « {value} » ; attendu : {', '.join(allowed)}.")
    return value


def integer(name: str, default: int, *, low: int, high: int) -> int:
    raw = text(name, str(default))
    if not raw.isdecimal() or not low <= int(raw) <= high:
        raise ImproperlyConfigured(
            f"{name} vaut « {raw} » ; attendu : un entier de {low} à {high}."
        )
    return int(raw)


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def networks(name: str) -> list[str]:
    """Blocks of addresses, as « 10.1.0.0/16 »."""
    found = words(name)
    for one in found:
        try:
            ipaddress.ip_network(one)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{name} contient « {one} » ; attendu : des réseaux comme 10.1.0.0/16."
            ) from error
    return found


def url(name: str, default: str, schemes: tuple[str, ...]) -> str:
    value = text(name, default)
    if value and (urlsplit(value).scheme not in schemes or not urlsplit(value).netloc):
        raise ImproperlyConfigured(
            f"{name} vaut « {value} » ; attendu : une adresse {' ou '.join(schemes)}."
        )
    return value.rstrip("/")


def database(name: str, default: str) -> dict:
    """Django's database dictionary from one address.

    SQLite writes take the lock at once (IMMEDIATE): a deferred transaction that upgrades from read
    to write fails with "database is locked" under load, whatever the timeout.
    """
    value = text(name, default)
    parts = urlsplit(value)
    if parts.scheme == "sqlite":
        path = value.removeprefix("sqlite:///")
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            # Opening the file and setting it up costs a page as much as two of its queries.
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
                    "PRAGMA cache_size=-32000;PRAGMA mmap_size=268435456"
                ),
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            # A connection that died with a restarted server is replaced before it is used.
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"pool": {"min_size": 1, "max_size": 12, "timeout": 5}},
        }
    raise ImproperlyConfigured(
        f"{name} vaut « {value} » ; attendu : sqlite:///chemin ou postgresql://utilisateur:motdepasse@hôte:port/base."
    )
