"""`maillage generate`."""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from maillage.demo.actions.generate import GenerateRefusedError, generate
from maillage.spaces.actions import SpaceError

_WIDTH = 40


class Command(BaseCommand):
    help = (
        "Invente autant de structures que voulu, sur un espace national ou sur celui qu'on nomme, pour "
        "mesurer la plateforme. Exemple : maillage generate --structures 2000000"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--structures", type=int, required=True, metavar="NOMBRE")
        parser.add_argument(
            "--space",
            default="france",
            metavar="ADRESSE",
            help="créé sur toute la France s'il manque",
        )
        parser.add_argument("--seed", type=int, default=1, help="même graine, mêmes structures (1)")

    def handle(self, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        begin = time.monotonic()
        try:
            space = generate(
                options["structures"],
                now=timezone.now(),
                slug=options["space"],
                seed=abs(options["seed"]),
                told=self._tell,
            )
        except (GenerateRefusedError, SpaceError) as refusal:
            raise CommandError(str(refusal)) from refusal
        seconds = round(time.monotonic() - begin)
        self.stdout.write(
            f"{options['structures']} structures inventées en {seconds} s : /{space.slug}/annuaire/"
        )

    def _tell(self, done: int, total: int) -> None:
        """A bar where somebody looks; nothing in a log but what matters."""
        if sys.stderr.isatty():
            filled = _WIDTH * done // total
            self.stderr.write(
                f"\r[{'█' * filled}{' ' * (_WIDTH - filled)}] {done} / {total}", ending=""
            )
        if done == total:
            self.stderr.write("\nIndex de la base : refaits à la fin…")
