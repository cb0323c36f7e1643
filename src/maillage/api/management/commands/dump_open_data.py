"""Make the full exports of the night at once.

maillage dump_open_data
"""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from maillage.api.tasks import dump_of
from maillage.spaces.models import Space


class Command(BaseCommand):
    help = (
        "Fait maintenant l'export complet du jour de chaque espace ouvert. Exemple : "
        "maillage dump_open_data --space est-ensemble"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--space", help="un seul espace, par son nom dans les adresses")

    def handle(self, *args, **options) -> None:
        spaces = Space.objects.filter(is_public=True).order_by("slug")
        if options["space"]:
            spaces = spaces.filter(slug=options["space"])
            if not spaces:
                raise CommandError(f"Aucun espace ouvert ne s'appelle « {options['space']} ».")
        for space in spaces:
            try:
                made = dump_of(space, now=timezone.now())
            except OSError as error:
                raise CommandError(
                    f"{space.slug} : l'export n'a pas pu être écrit ({error})."
                ) from error
            self.stdout.write(f"{space.slug} : {'fait' if made else 'déjà fait aujourd’hui'}.")
