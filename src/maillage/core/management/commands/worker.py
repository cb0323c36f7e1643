"""`maillage worker`."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from maillage.core import jobs, schedule
from maillage.core.models import Job
from maillage.core.worker import Worker


class Command(BaseCommand):
    help = (
        "Fait les tâches de fond (imports, géocodage…) jusqu'à l'arrêt. "
        "Exemple : maillage worker ; pour une tâche planifiée : maillage worker --drain"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--drain", action="store_true", help="faire ce qui attend, puis s'arrêter"
        )
        parser.add_argument(
            "--interval", type=float, default=1.0, help="pause entre deux regards, en secondes"
        )
        parser.add_argument(
            "--lease",
            type=float,
            default=jobs.LEASE.total_seconds(),
            help="durée du bail, en secondes : une tâche dont le processus est mort est reprise "
            "au plus tard après deux baux",
        )
        parser.add_argument(
            "--parent", type=int, help="numéro du processus dont la fin arrête celui-ci"
        )

    def handle(self, **options: Any) -> None:
        if options["lease"] <= 0 or options["interval"] < 0:
            raise CommandError("--lease et --interval attendent une durée positive.")
        if options["drain"]:
            schedule.ask_due(timezone.now())
            ended = jobs.drain()
            failed = sum(job.status == Job.Status.FAILED for job in ended)
            self.stdout.write(f"{len(ended)} tâche(s) faite(s), dont {failed} en échec.")
            return
        worker = Worker(lease=timedelta(seconds=options["lease"]))
        worker.run(interval=options["interval"], parent=options["parent"])
