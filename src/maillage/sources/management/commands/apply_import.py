"""Apply an import that was only tried. Example: maillage apply_import 12"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from maillage.sources.management.base import apply_or_refuse, summarise
from maillage.sources.models import ImportRun


class Command(BaseCommand):
    help = "Applique un essai à blanc. Exemple : maillage apply_import 12"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "run", type=int, metavar="NUMÉRO", help="numéro de l'import, donné par son résumé"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        run = ImportRun.objects.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError(f"L'import n° {options['run']} n'existe pas.", returncode=2)
        apply_or_refuse(run)
        summarise(self.stdout, run, applied=True)
