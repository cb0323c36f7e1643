"""Apply an import that was only tried. Example: maillage apply_import 12"""

from django.utils import timezone

from maillage.sources.actions.runs import apply_run
from maillage.sources.management.base import RunCommand, summarise
from maillage.sources.models import ImportRun


class Command(RunCommand):
    help = "Applique un essai à blanc. Exemple : maillage apply_import 12"

    def act(self, run: ImportRun) -> None:
        apply_run(run, now=timezone.now())
        summarise(self.stdout, run, applied=True)
