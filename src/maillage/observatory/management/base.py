"""What the commands that read a file of published figures share."""

import hashlib
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from maillage.core.tabular.reading import TableError
from maillage.observatory.actions.figures import apply_reading, counts_of, plan_of
from maillage.observatory.lib.drafts import Reading
from maillage.sources.management.base import space_named
from maillage.spaces.models import Space

_SHOWN = 10
_WORDS = {
    "created": "nouveaux chiffres",
    "updated": "chiffres mis à jour",
    "unchanged": "chiffres sans changement",
    "kept": "chiffres saisis autrement par un agent, gardés",
    "refused": "lignes refusées",
    "outside": "lignes d'un autre territoire",
}


class FiguresCommand(BaseCommand):
    """Subclasses name their connector and read the file. Exit codes: 0 done; 2 the file or the options can't be used."""

    connector: ClassVar[str]
    file_help: ClassVar[str]
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER", help=self.file_help)
        parser.add_argument(
            "--space",
            required=True,
            metavar="ESPACE",
            help="adresse de l'espace, par exemple est-ensemble",
        )
        parser.add_argument(
            "--apply", action="store_true", help="écrit les chiffres ; sans cela, essai à blanc"
        )

    def read(self, space: Space, path: Path) -> Reading:
        """Raises `TableError` for a file that can't be used."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        space = space_named(options["space"])
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"Le fichier « {path} » n'existe pas.", returncode=2)
        try:
            reading = self.read(space, path.absolute())
        except TableError as error:
            raise CommandError(str(error), returncode=2) from error
        counts = counts_of(plan_of(space, reading.drafts), reading)
        batch = None
        if options["apply"]:
            batch = apply_reading(
                space,
                reading,
                connector=self.connector,
                file_name=path.name,
                file_hash=file_hash(path),
                by=None,
                now=timezone.now(),
            )
        self._say(space, reading, counts, batch.pk if batch else None, applied=options["apply"])

    def _say(
        self,
        space: Space,
        reading: Reading,
        counts: dict[str, int],
        batch: int | None,
        *,
        applied: bool,
    ) -> None:
        self.stdout.write(f"{'Lecture' if applied else 'Essai à blanc'} dans « {space} »")
        for key, words in _WORDS.items():
            self.stdout.write(f"  {counts[key]:>8}  {words}")
        for refusal in reading.refused[:_SHOWN]:
            self.stdout.write(f"    refusée — ligne {refusal.line} : {refusal.message}")
        if len(reading.refused) > _SHOWN:
            self.stdout.write(f"    … et {len(reading.refused) - _SHOWN} autres.")
        if not applied:
            self.stdout.write("Rien n'a été écrit. Relancez avec --apply pour appliquer.")
        elif batch is None:
            self.stdout.write("Rien n'a changé.")
        self.stdout.write(json.dumps({"batch": batch, **counts}))


def file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
