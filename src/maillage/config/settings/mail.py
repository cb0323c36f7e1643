"""Outgoing mail. Django 6.1 replaces these names by MAILERS: they all stand here."""

from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from maillage.config.settings import env

_parts = urlsplit(env.text("MAILLAGE_EMAIL_URL", "console:"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text(
    "MAILLAGE_EMAIL_FROM", "Maillage <ne-pas-repondre@localhost>"
)
EMAIL_TIMEOUT = 10
if _parts.scheme == "console":
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
elif _parts.scheme in {"smtp", "smtps"}:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _parts.hostname or "localhost"
    EMAIL_PORT = _parts.port or (465 if _parts.scheme == "smtps" else 25)
    EMAIL_HOST_USER = unquote(_parts.username or "")
    EMAIL_HOST_PASSWORD = unquote(_parts.password or "")
    EMAIL_USE_SSL = _parts.scheme == "smtps"
else:
    raise ImproperlyConfigured("MAILLAGE_EMAIL_URL : attendu smtp://…, smtps://… ou console:.")
