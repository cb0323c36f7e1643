"""`maillage restore`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from maillage.core.backup.archive import BackupError
from maillage.core.backup.restore import restore


class Command(BaseCommand):
    help = (
        "Restaure une sauvegarde dans une installation vide, SQLite ou PostgreSQL, et vérifie chaque ligne. "
        "Exemple : maillage restore maillage-20261122-031000.tar.gz.age --identity cle.txt"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="fichier", help="la sauvegarde")
        parser.add_argument("--identity", type=Path, help="clé privée d'une sauvegarde chiffrée")

    def handle(self, **options: Any) -> None:
        try:
            done = restore(
                options["file"],
                now=timezone.now(),
                identity=options["identity"],
                say=self.stdout.write,
            )
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Restaurée : {done.rows} lignes de {done.tables} tables, {done.files} fichiers, toutes "
            "relues. Les messages et tâches en attente au moment de la sauvegarde sont à relancer."
        )
