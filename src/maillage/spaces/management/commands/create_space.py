import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from maillage.spaces.actions import SpaceError, create_space
from maillage.territories.queries import find_territory


class Command(BaseCommand):
    help = (
        "Crée l'espace d'une collectivité. Le territoire est le SIREN d'un groupement (EPCI, EPT) ou d'une "
        "commune, un code de département, region:11, un code de commune, un code postal, ou plusieurs "
        "séparés par des virgules. Exemple : maillage create_space est-ensemble --territory 200057875"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="ADRESSE", help="par exemple est-ensemble")
        parser.add_argument("--territory", required=True, metavar="TERRITOIRE")
        parser.add_argument("--name", default="", help="nom affiché ; celui du territoire sinon")
        parser.add_argument("--authority", default="", help="collectivité ; le nom affiché sinon")

    def handle(self, *args: Any, **options: Any) -> None:
        territory = find_territory(options["territory"])
        if territory is None:
            raise CommandError(
                f"Le territoire « {options['territory']} » n'est pas connu : donnez le SIREN d'un "
                "groupement, un code de département, region:11 ou des codes de communes.",
                returncode=2,
            )
        name = options["name"] or territory.name
        try:
            space = create_space(
                options["slug"],
                name=name,
                authority=options["authority"] or name,
                siren=territory.siren,
                codes=territory.codes,
                by=None,
                now=timezone.now(),
            )
        except SpaceError as error:
            raise CommandError(str(error), returncode=2) from error
        count = len(territory.codes)
        communes = "1 commune" if count == 1 else f"{count} communes"
        self.stdout.write(f"Espace « {space.name} » créé à l'adresse /{space.slug}/ : {communes}.")
        self.stdout.write(json.dumps({"space": space.slug, "municipalities": count}))
