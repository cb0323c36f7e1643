"""Take a file of public aid back. Example: maillage undo_aids 3"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from maillage.calls.actions.aids import AidsRefusedError, undo_aids
from maillage.calls.models import AidBatch


class Command(BaseCommand):
    help = "Reprend un fichier d'aides qui a été lu. Exemple : maillage undo_aids 3"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "batch",
            type=int,
            metavar="NUMÉRO",
            help="numéro du lot, donné par le résumé de la lecture",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        batch = AidBatch.objects.filter(pk=options["batch"]).first()
        if batch is None:
            raise CommandError(f"Le lot n° {options['batch']} n'existe pas.", returncode=2)
        try:
            gone = undo_aids(batch, by=None, now=timezone.now())
        except AidsRefusedError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"Lot n° {batch.pk} repris : {gone} aides retirées.")
        self.stdout.write(json.dumps({"batch": batch.pk, "deleted": gone}))
