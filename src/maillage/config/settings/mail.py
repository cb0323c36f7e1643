"""Outgoing mail. Django 6.1 gathers the EMAIL_* names in MAILERS: both shapes are made here only."""

from typing import Any
from urllib.parse import unquote, urlsplit

import django
from django.core.exceptions import ImproperlyConfigured

from maillage.config.settings import env

DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text(
    "MAILLAGE_EMAIL_FROM", "Maillage <ne-pas-repondre@localhost>"
)
QUEUE = "maillage.core.letters.backend.OutboxBackend"


def _backend(name: str) -> str:
    return f"django.core.mail.backends.{name}.EmailBackend"


def settings_of(address: str) -> dict[str, Any]:
    """Django's settings for `smtp://…`, `smtps://…`, `console:` or `locmem:` (tests).

    `smtps` speaks TLS from the first byte; `smtp` on port 587, the submission port, turns it on
    before it says who it is (STARTTLS), and so it does wherever a password is given. A mail server is
    spoken to by jobs (`maillage.core.letters`); a console is written to at once.
    """
    parts = urlsplit(address)
    options: dict[str, Any] = {}
    if parts.scheme in {"console", "locmem"}:
        backend = _backend(parts.scheme)
    elif parts.scheme in {"smtp", "smtps"}:
        backend = _backend("smtp")
        options = {
            "host": parts.hostname or "localhost",
            "port": parts.port or (465 if parts.scheme == "smtps" else 25),
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": parts.scheme == "smtps",
            "use_tls": parts.scheme == "smtp" and (parts.port == 587 or bool(parts.username)),
            "timeout": 10,
        }
    else:
        raise ImproperlyConfigured("MAILLAGE_EMAIL_URL : attendu smtp://…, smtps://… ou console:.")
    door = QUEUE if options else backend
    if django.VERSION >= (6, 1):
        delivery = {"BACKEND": backend, "OPTIONS": options}
        return {"MAILERS": {"default": {"BACKEND": door}, "delivery": delivery}}
    former = {"username": "HOST_USER", "password": "HOST_PASSWORD"}
    return {"EMAIL_BACKEND": door, "EMAIL_DELIVERY_BACKEND": backend} | {
        f"EMAIL_{former.get(name, name).upper()}": value for name, value in options.items()
    }


globals().update(settings_of(env.text("MAILLAGE_EMAIL_URL", "console:")))
