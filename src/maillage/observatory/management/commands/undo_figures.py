"""Take a file of figures back. Example: maillage undo_figures 3"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from maillage.observatory.actions.figures import FigureRefusedError, undo_batch
from maillage.observatory.models import FigureBatch


class Command(BaseCommand):
    help = "Annule un fichier de chiffres appliqué. Exemple : maillage undo_figures 3"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "batch",
            type=int,
            metavar="NUMÉRO",
            help="numéro du lot, donné par le résumé de l'import",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        batch = FigureBatch.objects.filter(pk=options["batch"]).first()
        if batch is None:
            raise CommandError(f"Le lot n° {options['batch']} n'existe pas.", returncode=2)
        try:
            undone = undo_batch(batch, by=None, now=timezone.now())
        except FigureRefusedError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(
            f"Lot n° {batch.pk} annulé : {undone['deleted']} chiffres retirés, {undone['restored']} remis, "
            f"{undone['skipped']} laissés, modifiés depuis."
        )
        keys = ("deleted", "restored", "skipped")
        self.stdout.write(json.dumps({"batch": batch.pk, **{key: undone[key] for key in keys}}))
