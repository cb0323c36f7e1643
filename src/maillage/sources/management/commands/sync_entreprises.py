"""Ask the API Recherche d'entreprises about a space."""

from argparse import ArgumentParser
from typing import Any

from maillage.sources.management.base import ImportCommand


class Command(ImportCommand):
    help = (
        "Interroge l'API Recherche d'entreprises, commune par commune, sans dépasser ses limites. Une lecture "
        "interrompue reprend où elle en était si on la relance dans la journée. Exemple : "
        "maillage sync_entreprises --space est-ensemble"
    )
    connector_key = "entreprises"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--url", default="", help="adresse de l'API (celle de l'installation sinon)"
        )

    def connector_options(self, options: dict[str, Any]) -> dict[str, Any]:
        kept = super().connector_options(options)
        return kept | ({"url": options["url"]} if options["url"] else {})
