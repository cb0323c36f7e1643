from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from maillage.spaces.actions import SpaceError, entrust_vocabulary
from maillage.spaces.models import Space


class Command(BaseCommand):
    help = (
        "Confie le vocabulaire et les règles de l'ESS, communs à tous les espaces, aux administrateurs "
        "d'un espace ; --stop le leur retire. Exemple : maillage keep_vocabulary est-ensemble"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("space", metavar="ESPACE")
        parser.add_argument("--stop", action="store_true", help="leur retire cette tenue")

    def handle(self, *args: Any, **options: Any) -> None:
        space = Space.objects.filter(slug=options["space"]).first()
        if space is None:
            known = ", ".join(Space.objects.values_list("slug", flat=True)) or "aucun"
            raise CommandError(
                f"L'espace « {options['space']} » n'existe pas. Espaces connus : {known}.",
                returncode=2,
            )
        try:
            entrust_vocabulary(space, kept=not options["stop"], by=None, now=timezone.now())
        except SpaceError as error:
            raise CommandError(str(error), returncode=2) from error
        names = ", ".join(space.name for space in Space.objects.filter(keeps_vocabulary=True))
        self.stdout.write(f"Le vocabulaire commun est tenu par les administrateurs de : {names}.")
