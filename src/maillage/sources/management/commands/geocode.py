from argparse import ArgumentParser
from typing import Any

from maillage.sources.management.base import ImportCommand


class Command(ImportCommand):
    help = (
        "Demande au service de géocodage de l'État le point des adresses qui n'en ont pas, ou "
        "seulement un point approximatif. Exemple : maillage geocode --space est-ensemble --apply"
    )
    connector_key = "geocoding"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--all", action="store_true", help="redemande aussi les points déjà obtenus ainsi"
        )

    def connector_options(self, options: dict[str, Any]) -> dict[str, Any]:
        return super().connector_options(options) | ({"all": True} if options["all"] else {})
