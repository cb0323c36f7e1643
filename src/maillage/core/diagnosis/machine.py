"""The folder, the disk, the settings, the backups."""

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host

from maillage.core.backup.make import last_made_at
from maillage.core.diagnosis.findings import Finding, error, fine, warning

_FEW_BYTES = 1_000_000_000
_BACKUP_AGE = timedelta(days=2)


def folder(_now: datetime) -> list[Finding]:
    subject, root = "Dossier des données", Path(settings.VAR_DIR)
    try:
        with tempfile.TemporaryFile(dir=root) as probe:
            probe.write(b"x")
    except OSError as refused:
        return [
            error(
                subject,
                f"On ne peut pas écrire dans {root} ({refused.strerror}).",
                "Donnez ce dossier au compte qui fait tourner Maillage, ou libérez de la place.",
            )
        ]
    free = shutil.disk_usage(root).free
    told = f"{free / 1_000_000_000:.1f} Go libres dans {root}."
    if free < _FEW_BYTES:
        return [
            warning(subject, told, "Libérez de la place : un disque plein arrête les écritures.")
        ]
    return [fine(subject, told)]


def address(_now: datetime) -> list[Finding]:
    subject, parts = "Adresse publique", urlsplit(settings.BASE_URL)
    if not validate_host(parts.hostname or "", settings.ALLOWED_HOSTS):
        return [
            error(
                subject,
                f"{settings.BASE_URL} n'est pas dans les hôtes servis : les liens des courriels ne mènent nulle part.",
                "Ajoutez son hôte à MAILLAGE_ALLOWED_HOSTS, ou corrigez MAILLAGE_BASE_URL.",
            )
        ]
    if settings.PRODUCTION and parts.scheme != "https":
        return [
            error(
                subject,
                f"{settings.BASE_URL} n'est pas en https : les mots de passe passent en clair.",
                "Mettez un certificat devant Maillage et réglez MAILLAGE_BASE_URL en https://…",
            )
        ]
    if not settings.PRODUCTION:
        return [
            warning(
                subject,
                f"{settings.BASE_URL}, en mode développement.",
                "En service, réglez MAILLAGE_ENV=production.",
            )
        ]
    return [fine(subject, f"{settings.BASE_URL}.")]


def proxies(_now: datetime) -> list[Finding]:
    subject = "Proxys devant"
    if settings.PRODUCTION and settings.TRUSTED_PROXIES == 0:
        return [
            warning(
                subject,
                "Aucun proxy n'est déclaré : derrière nginx ou Caddy, tous les visiteurs ont la même adresse et se "
                "bloquent les uns les autres.",
                "Réglez MAILLAGE_TRUSTED_PROXIES au nombre de proxys.",
            )
        ]
    return [fine(subject, f"{settings.TRUSTED_PROXIES} déclaré(s).")]


def backups(now: datetime) -> list[Finding]:
    subject, made = "Sauvegarde", last_made_at()
    remedy = "Programmez chaque nuit : maillage backup --to … --keep 14 (guide de l'hébergeur)."
    if made is None:
        return [warning(subject, "Aucune sauvegarde n'a été faite par maillage backup.", remedy)]
    told = f"La dernière est du {made:%d/%m/%Y à %H:%M}."
    if now - made > _BACKUP_AGE:
        return [warning(subject, told, remedy)]
    if settings.PRODUCTION and not settings.BACKUP_RECIPIENT:
        return [warning(subject, f"{told} Elle n'est pas chiffrée.", "maillage backup --new-key.")]
    return [fine(subject, told)]
