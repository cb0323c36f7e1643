"""Take an applied import back. Example: maillage undo_import 12"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from maillage.sources.actions.runs import RunRefusedError, undo_run
from maillage.sources.models import ImportRun


class Command(BaseCommand):
    help = "Annule un import appliqué. Exemple : maillage undo_import 12"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "run", type=int, metavar="NUMÉRO", help="numéro de l'import, donné par son résumé"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        run = ImportRun.objects.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError(f"L'import n° {options['run']} n'existe pas.", returncode=2)
        try:
            outcome = undo_run(run, by=None, now=timezone.now())
        except RunRefusedError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(
            f"Import n° {run.pk} annulé : {len(outcome.structures)} structures reprises, {len(outcome.deleted)} retirées."
        )
        for change, operation in outcome.skipped[:10]:
            self.stdout.write(
                f"  laissé tel quel, modifié depuis : {change.title} ({operation.get('field', operation['op'])})"
            )
        self.stdout.write(
            json.dumps(
                {
                    "run": run.pk,
                    "structures": len(outcome.structures),
                    "deleted": len(outcome.deleted),
                    "skipped": len(outcome.skipped),
                }
            )
        )
