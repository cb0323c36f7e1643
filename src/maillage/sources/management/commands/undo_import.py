"""Take an applied import back. Example: maillage undo_import 12"""

import json

from django.utils import timezone

from maillage.sources.actions.runs import undo_run
from maillage.sources.management.base import RunCommand
from maillage.sources.models import ImportRun


class Command(RunCommand):
    help = "Annule un import appliqué. Exemple : maillage undo_import 12"

    def act(self, run: ImportRun) -> None:
        outcome = undo_run(run, by=None, now=timezone.now())
        touched, deleted = len(outcome.structures), len(outcome.deleted)
        self.stdout.write(
            f"Import n° {run.pk} annulé : {touched - deleted} structures reprises, {deleted} retirées."
        )
        for change, operation in outcome.skipped[:10]:
            what = operation.get("field", operation["op"])
            self.stdout.write(f"  laissé tel quel, modifié depuis : {change.title} ({what})")
        summary = {"run": run.pk, "structures": touched, "deleted": deleted}
        self.stdout.write(json.dumps({**summary, "skipped": len(outcome.skipped)}))
