"""Read a file of public aid. Example: maillage import_aids subventions.csv --space est-ensemble --apply"""

import hashlib
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from maillage.calls.actions.aids import AidsRefusedError, apply_aids, counts_of
from maillage.calls.connectors.aid_table import Reading, read
from maillage.core.tabular.errors import TableError
from maillage.sources.management.base import space_named

_SHOWN = 10
_WORDS = {
    "created": "aides lues",
    "identified": "dont le numéro est sûr",
    "mended": "lignes décalées, remises dans leurs colonnes",
    "reserved": "lignes gardées avec une réserve",
    "undated": "sans date",
    "refused": "lignes refusées",
}


class Command(BaseCommand):
    help = (
        "Lit un fichier d'aides publiques (SCDL « subventions », ou la table d'une collectivité) dans l'historique d'un "
        "espace. Exemple : maillage import_aids subventions.csv --space est-ensemble --apply"
    )
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER", help="le tableau à lire")
        parser.add_argument(
            "--space",
            required=True,
            metavar="ESPACE",
            help="adresse de l'espace, par exemple est-ensemble",
        )
        parser.add_argument(
            "--giver",
            default="",
            metavar="NOM",
            help="attribuant des lignes qui n'en nomment pas (l'espace sinon)",
        )
        parser.add_argument(
            "--apply", action="store_true", help="écrit les aides ; sans cela, essai à blanc"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        space, path, now = space_named(options["space"]), options["file"], timezone.now()
        if not path.is_file():
            raise CommandError(f"Le fichier « {path} » n'existe pas.", returncode=2)
        batch = None
        try:
            reading = read(
                path.absolute(),
                giver=options["giver"] or space.authority,
                today=timezone.localdate(now),
            )
            if options["apply"]:
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                batch = apply_aids(
                    space,
                    reading,
                    file_name=path.name,
                    file_hash=digest,
                    source=path.name,
                    by=None,
                    now=now,
                ).pk
        except (TableError, AidsRefusedError) as error:
            raise CommandError(str(error), returncode=2) from error
        self._say(space.name, reading, batch)

    def _say(self, space: str, reading: Reading, batch: int | None) -> None:
        counts = counts_of(reading)
        self.stdout.write(f"{'Lecture' if batch else 'Essai à blanc'} dans « {space} »")
        for key, words in _WORDS.items():
            self.stdout.write(f"  {counts[key]:>8}  {words}")
        for name, problems in (("refusée", reading.refused), ("réserve", reading.reserves)):
            for one in problems[:_SHOWN]:
                self.stdout.write(f"    {name} — ligne {one.line} : {one.message}")
            if len(problems) > _SHOWN:
                self.stdout.write(f"    … et {len(problems) - _SHOWN} autres.")
        if batch is None:
            self.stdout.write("Rien n'a été écrit. Relancez avec --apply pour appliquer.")
        self.stdout.write(json.dumps({"batch": batch, **counts}))
