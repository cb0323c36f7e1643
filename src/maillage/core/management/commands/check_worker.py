"""`maillage check_worker`."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from maillage.core.jobs import enqueue
from maillage.core.models import Job


class Command(BaseCommand):
    help = (
        "Vérifie qu'un processus de tâches travaille : lui en confie une et attend la réponse. "
        "Exemple : maillage check_worker --timeout 30"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--timeout", type=float, default=30, help="attente, en secondes")

    def handle(self, **options: Any) -> None:
        begin = time.monotonic()
        asked = enqueue("core.echo", word="présent")
        while asked.status != Job.Status.DONE:
            if time.monotonic() - begin > options["timeout"]:
                raise CommandError(
                    "Aucun processus de tâches n'a répondu : lancez « maillage worker »."
                )
            time.sleep(0.2)
            asked.refresh_from_db()
        self.stdout.write(f"Un processus de tâches a répondu en {time.monotonic() - begin:.1f} s.")
