"""`maillage backup`."""

import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from maillage.core.backup import archive
from maillage.core.backup.archive import BackupError
from maillage.core.backup.make import backup


class Command(BaseCommand):
    help = (
        "Sauvegarde la base et les fichiers en un fichier vérifié, chiffré si "
        "MAILLAGE_BACKUP_RECIPIENT est réglé. Exemple : maillage backup --to /srv/sauvegardes --keep 14"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--to", type=Path, help="dossier (par défaut : backups, dans MAILLAGE_VAR_DIR)"
        )
        parser.add_argument(
            "--keep", type=int, help="ne garder que les N dernières sauvegardes du dossier"
        )
        parser.add_argument(
            "--verify", type=Path, metavar="FICHIER", help="relire une sauvegarde, sans rien écrire"
        )
        parser.add_argument(
            "--identity", type=Path, help="clé privée d'une sauvegarde chiffrée à relire"
        )
        parser.add_argument(
            "--new-key", type=Path, metavar="FICHIER", help="créer une clé de chiffrement"
        )

    def handle(self, **options: Any) -> None:
        try:
            if options["new_key"]:
                self._new_key(options["new_key"])
            elif options["verify"]:
                self._verify(options["verify"], options["identity"])
            else:
                self._backup(options["to"] or settings.VAR_DIR / "backups", options["keep"])
        except BackupError as error:
            raise CommandError(str(error)) from error

    def _new_key(self, path: Path) -> None:
        public = archive.new_key(path)
        self.stdout.write(
            f"Clé privée écrite dans {path} : gardez-la ailleurs que sur ce serveur, sans elle rien ne "
            f"se restaure.\nRéglez MAILLAGE_BACKUP_RECIPIENT={public}"
        )

    def _verify(self, path: Path, identity: Path | None) -> None:
        with (
            tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as workspace,
            archive.opened(path, identity, Path(workspace)) as tar,
        ):
            manifest = archive.checked(tar)
        rows = sum(manifest["tables"].values())
        self.stdout.write(f"{path} : conforme, {rows} lignes, faite le {manifest['made_at']}.")

    def _backup(self, folder: Path, keep: int | None) -> None:
        if keep is not None and keep < 1:
            raise CommandError("--keep attend un nombre d'au moins 1.")
        made = backup(
            folder, now=timezone.now(), recipient=settings.BACKUP_RECIPIENT, say=self.stdout.write
        )
        self.stdout.write(
            f"{made.path} : {made.rows} lignes de {made.tables} tables, {made.files} fichiers, "
            f"{made.bytes / 1_000_000:.1f} Mo, relue et conforme."
        )
        if keep:
            for old in sorted(folder.glob("maillage-*.tar.gz*"))[:-keep]:
                old.unlink()
