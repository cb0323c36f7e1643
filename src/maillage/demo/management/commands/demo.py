"""`maillage demo`."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from maillage.demo.actions import Built, DemoRefusedError, build_demo
from maillage.demo.actions.build import DEFAULT_SIZE
from maillage.demo.lib.cast import PASSWORD, PEOPLE, SPACES


class Command(BaseCommand):
    help = (
        "Construit la démonstration (quatre espaces, des structures inventées) puis la sert. "
        "Exemple : maillage demo --port 8000 ; construire seulement : maillage demo --no-serve"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="construire sans servir")
        parser.add_argument("--port", type=int, default=8000, help="port du serveur (8000)")
        parser.add_argument(
            "--reset", action="store_true", help="effacer la démonstration et la reconstruire"
        )
        parser.add_argument(
            "--size", type=int, default=DEFAULT_SIZE, help="nombre de structures inventées (1500)"
        )

    def handle(self, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "La démonstration est refusée en production (MAILLAGE_ENV=production)."
            )
        if not 1 <= options["port"] <= 65_535:
            raise CommandError("--port attend un nombre de 1 à 65535.")
        call_command("migrate", interactive=False, verbosity=0)
        try:
            built = build_demo(
                by=None, now=timezone.now(), size=options["size"], reset=options["reset"]
            )
        except DemoRefusedError as refusal:
            raise CommandError(str(refusal)) from refusal
        self._tell(built, options["port"])
        if not options["no_serve"]:
            self._serve(options["port"])

    def _tell(self, built: Built, port: int) -> None:
        state = "construite" if built.fresh else "déjà là, gardée telle quelle (--reset la refait)"
        lines = [
            f"Démonstration {state} : {built.structures} structures inventées, quatre espaces.",
            "",
            "Espaces",
            *(
                f"  http://127.0.0.1:{port}/{space.slug}/annuaire/  {space.name}"
                for space in SPACES
            ),
            "",
            f"Connexion : http://127.0.0.1:{port}/compte/connexion/  (mot de passe : {PASSWORD})",
            *(f"  {person.email:40} {person.title}" for person in PEOPLE),
        ]
        self.stdout.write("\n".join(lines))

    def _serve(self, port: int) -> None:
        """The production server and a worker, so that imports can be tried from the screen."""
        connections.close_all()
        call_command("serve", port=port, with_worker=True)
